/** The page's one watch socket (docs/protocol.md, section 4), whatever breaks underneath. */

import { Backoff } from "../../lib/backoff.js";
import { OffsetEstimator, Sleep, localTime } from "../../lib/clock.js";
import { transition } from "../../lib/state-machine.js";
import { isFinal, retryAfterMs } from "../../protocol/close-codes.js";
import { WireError, unpack } from "../../protocol/wire.js";
import { takeSocket } from "../head-start.js";
import { Reports } from "./reports.js";
import { WatchEvent, WatchState, TABLE, connectionOf } from "./states.js";
import { Subscriptions } from "./subscriptions.js";
import { troubleOf } from "./trouble.js";

const TICK_MS = 500;
/** A socket that gives no sign of life for so long after a ping, or never opens, is replaced. */
const SILENT_AFTER_MS = 5000;
/** A tick that is so late, as on a hidden page, is made up for before anything else. */
const MAX_TICK_MS = 1000;
/** A connection that ended sooner does not count: the waits keep growing. */
const MIN_LASTING_MS = 5000;
const FIRST_PINGS = 3;
const PING_INTERVAL_MS = 10_000;
/** Frames are signs of life; without them, pings are needed. */
const IDLE_PING_INTERVAL_MS = 2000;
/** No frame for so long: the first ping tells whether the server is still there. */
const IDLE_AFTER_MS = 1200;
/** A picture drawn so late after its capture: pings tell whether the way from the server is slow. */
const LATE_MS = 1000;
/** The first samples are taken while the page is busy loading: better ones are needed soon. */
const EARLY_PING_INTERVAL_MS = 1000;

/** @typedef {import("../../protocol/messages.js").ToViewer} ToViewer */
/** @typedef {import("./source.js").Listener} Listener */
/** @typedef {import("./source.js").Source} Source */
/** @typedef {import("./source.js").Wants} Wants */

/** @implements {Source} */
export class WatchSocket {
  #backoff = new Backoff();
  /** What the first connection received before anybody was there to hear it. */
  #begun;
  #clock = new OffsetEstimator();
  #failures = 0;
  /** @type {import("../../protocol/messages.js").Follow | null} */
  #followed = null;
  #frameAt = 0;
  /** When a picture was last drawn late. */
  #lateAt = -Infinity;
  /** @type {import("./source.js").OnCameras | null} */
  #onCameras = null;
  #openedAt = 0;
  #pingedAt = 0;
  #receivedAt = 0;
  #tickedAt = localTime();
  /** Before then the server wants no further attempt. */
  #retryAt = -Infinity;
  #reports = new Reports((message) => this.#send(message));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
  /** Of the newest pong, ms. */
  #roundTrip = 0;
  #sleep = new Sleep();
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {import("./states.js").StateName} */
  #state = WatchState.CONNECTING;
  #subscriptions = new Subscriptions(
    (message) => this.#send(message),
    () => this.#isOpen,
  );
  #ticker;
  #url;

  awakeSince = -Infinity;
  /** @type {import("./source.js").End | null} */
  end = null;
  /** @type {Source["waitReason"]} */
  waitReason = "full";

  /** @param {string} url */
  constructor(url) {
    this.#url = url;
    this.#ticker = setInterval(() => this.#tick(localTime()), TICK_MS);
    addEventListener("online", () => this.#retryNow());
    document.addEventListener("visibilitychange", () => this.#retryNow());
    this.#begun = takeSocket(url);
    if (!this.#begun) this.#connect();
  }

  get connection() {
    return connectionOf(this.#state);
  }

  /** Attempts since a connection last got through. */
  get failures() {
    return this.#failures;
  }

  /** Whether the server is full, and said when to come back. */
  get isToldToWait() {
    return localTime() < this.#retryAt;
  }

  get trouble() {
    const isAnswered = !this.#socket || this.#receivedAt > this.#pingedAt;
    return troubleOf({
      isOnline: navigator.onLine,
      failures: this.#failures,
      unansweredMs: isAnswered ? 0 : localTime() - this.#pingedAt,
      roundTripMs: this.#roundTrip,
    });
  }

  /** The server sends what is new at once. */
  get interval() {
    return 0;
  }

  /** Server time in ms; null until the server has sent it once. */
  get serverTime() {
    return this.#clock.offset === null ? null : localTime() + this.#clock.offset;
  }

  get roundTrip() {
    return this.#clock.roundTrip;
  }

  /**
   * @param {string} id
   * @param {Listener} listener
   * @param {Wants} wants
   */
  subscribe(id, listener, wants) {
    this.#subscriptions.add(id, listener, wants);
    this.#takeOver();
  }

  /**
   * @param {import("./source.js").OnCameras} onCameras
   * @param {string | null} [group]
   */
  follow(onCameras, group = null) {
    this.#onCameras = onCameras;
    this.#followed = { type: "follow", group };
    this.#send(this.#followed);
    this.#takeOver();
  }

  /**
   * @param {string} id
   * @param {Wants} wants
   */
  want(id, wants) {
    this.#subscriptions.change(id, wants);
  }

  /** @param {string} id */
  unsubscribe(id) {
    this.#subscriptions.remove(id);
  }

  /**
   * @param {string} id
   * @param {number} sequence
   * @param {number} latency ms
   */
  drawn(id, sequence, latency) {
    const now = localTime();
    if (latency > LATE_MS) this.#lateAt = now;
    this.#reports.drawn(id, sequence, latency, now);
  }

  /** @param {string} id */
  askKeyFrame(id) {
    this.#send({ type: "key_frame", camera: id });
  }

  /** @param {string} id */
  askStages(id) {
    this.#send({ type: "stages", camera: id });
  }

  /** @param {import("./states.js").EventName} event */
  #on(event) {
    const found = transition(TABLE, this.#state, event);
    if (!found) return;
    const before = this.connection;
    for (const action of found.do ?? []) this.#actions[action]();
    if (found.to) this.#state = found.to;
    if (this.connection === before) return;
    for (const listener of this.#subscriptions.listeners) listener.onConnection();
  }

  /** @type {Readonly<Record<import("./states.js").Action, () => void>>} */
  #actions = {
    connect: () => this.#connect(),
    abandon: () => this.#abandon(),
    initialize: () => this.#initialize(),
    forget_failures: () => {
      this.#failures = 0;
    },
    count_failure: () => {
      this.#failures += 1;
    },
    back_off: () => this.#backOff(),
    stop_ticker: () => clearInterval(this.#ticker),
  };

  #connect() {
    clearTimeout(this.#retryTimer);
    const socket = new WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    this.#use(socket);
  }

  /** The connection that was begun while the page loaded, now that somebody hears what it says. */
  #takeOver() {
    if (!this.#begun) return;
    const { received, socket } = this.#begun;
    this.#begun = null;
    this.#use(socket);
    if (socket.readyState === WebSocket.OPEN) this.#on(WatchEvent.OPENED);
    for (const { at, data } of received) this.#receive(data, at);
    // It closed in between, and nobody was told.
    if (socket.readyState > WebSocket.OPEN) socket.onclose?.(new CloseEvent("close"));
  }

  /** @param {WebSocket} socket */
  #use(socket) {
    socket.onopen = () => this.#on(WatchEvent.OPENED);
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = (close) => {
      this.#socket = null;
      this.#retryAt = localTime() + retryAfterMs(close);
      this.#on(isFinal(close.code) ? WatchEvent.CLOSED_FOR_GOOD : WatchEvent.CLOSED);
      // It got through, to a server that is full.
      if (this.isToldToWait) this.#failures = 0;
    };
    this.#socket = socket;
    this.#pingedAt = localTime();
    this.#receivedAt = this.#pingedAt;
  }

  /** A half-open connection would take minutes to close: it is abandoned. */
  #abandon() {
    if (!this.#socket) return;
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }

  #initialize() {
    this.#openedAt = localTime();
    this.#roundTrip = 0;
    this.#clock = new OffsetEstimator();
    this.#reports.reset();
    for (let i = 0; i < FIRST_PINGS; i += 1) this.#ping();
    this.#subscriptions.renew();
    if (this.#followed) this.#send(this.#followed);
  }

  #backOff() {
    const isOpen = this.#state === WatchState.OPEN;
    if (isOpen && localTime() - this.#openedAt > MIN_LASTING_MS) this.#backoff.reset();
    const wait = Math.max(this.#backoff.next(), this.#retryAt - localTime());
    this.#retryTimer = setTimeout(() => this.#on(WatchEvent.TIMEOUT), wait);
  }

  /**
   * @param {ArrayBuffer | string} data
   * @param {number} [at] local time
   */
  #receive(data, at = localTime()) {
    this.#receivedAt = at;
    if (this.#receivedAt - this.#tickedAt > MAX_TICK_MS) this.#tick(this.#receivedAt);
    this.#on(WatchEvent.RECEIVED);
    if (typeof data === "string") this.#receiveMessage(JSON.parse(data));
    else this.#receiveFrame(data);
  }

  /** @param {ToViewer} message */
  #receiveMessage(message) {
    switch (message.type) {
      case "pong":
        if (message.time < this.awakeSince) break;
        this.#roundTrip = this.#receivedAt - message.time;
        this.#clock.add(message.time, message.server_time, this.#receivedAt);
        break;
      case "state":
        this.#subscriptions.updateState(message);
        break;
      case "cameras":
        this.#onCameras?.(message.cameras);
        break;
      case "stages":
        this.#subscriptions.listener(message.camera)?.onStages(message);
        break;
      case "error":
        this.#refused(message);
    }
  }

  /** @param {import("../../protocol/messages.js").WatchError} error */
  #refused({ code, message, camera = "", why, retry_after_s: retryAfterS = 0 }) {
    if (code === "not_allowed") this.end = why ?? null;
    else if (code === "bad_message") this.end = code;
    if (code === "full" || code === "link_full") this.waitReason = code;
    if (code === "not_found") this.#subscriptions.notFound(camera);
    else if (code === "unavailable") this.#subscriptions.unavailable(camera, retryAfterS);
    else console.warn(`Watch socket: ${code}: ${message}`);
  }

  /** @param {ArrayBuffer} message */
  #receiveFrame(message) {
    this.#frameAt = this.#receivedAt;
    try {
      const frame = unpack(message);
      const id = this.#subscriptions.cameraOf(frame.session);
      if (id === undefined) return;
      this.#reports.received(id, message.byteLength, this.#receivedAt);
      // Without the server's time since the page stood still, it may be of long before.
      if (this.#clock.offset === null) return;
      this.#subscriptions.listener(id)?.onFrame(frame);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      console.warn(`A frame was refused: ${error.reason}`);
    }
  }

  /** @param {number} now */
  #tick(now) {
    this.#tickedAt = now;
    if (this.#sleep.isOver) return this.#awake(now);
    if (!this.#socket) return;
    const isAnswered = this.#receivedAt > this.#pingedAt;
    if (!isAnswered && now - this.#pingedAt > SILENT_AFTER_MS) this.#on(WatchEvent.SILENT);
    else if (isAnswered && now - this.#pingedAt >= this.#pingIntervalMs(now)) this.#ping();
  }

  /** @param {number} now */
  #pingIntervalMs(now) {
    if (!this.#clock.isSettled) return EARLY_PING_INTERVAL_MS;
    const isIdle = now - this.#frameAt > IDLE_AFTER_MS;
    const isLate = now - this.#lateAt < IDLE_PING_INTERVAL_MS;
    return isIdle || isLate ? IDLE_PING_INTERVAL_MS : PING_INTERVAL_MS;
  }

  /**
   * The server's time has to be measured again. The answer comes after all that was sent before the
   * ping: none of those frames is shown.
   *
   * @param {number} now
   */
  #awake(now) {
    this.awakeSince = now;
    this.#clock = new OffsetEstimator();
    this.#ping();
  }

  #retryNow() {
    if (document.hidden) return;
    if (!this.isToldToWait) this.#on(WatchEvent.RETRY_NOW);
    this.#tick(localTime());
  }

  get #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  #ping() {
    this.#pingedAt = localTime();
    this.#send({ type: "ping", time: this.#pingedAt });
  }

  /** @param {import("../../protocol/messages.js").FromViewer} message */
  #send(message) {
    if (this.#isOpen) this.#socket?.send(JSON.stringify(message));
  }
}
