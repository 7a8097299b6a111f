/** The page's one watch socket (docs/protocol.md, section 4), whatever breaks underneath. */

import { Backoff } from "../../lib/backoff.js";
import { localTime } from "../../lib/clock.js";
import { transition } from "../../lib/state-machine.js";
import { isFinal, retryAfterMs } from "../../protocol/close-codes.js";
import { WireError, unpack } from "../../protocol/wire.js";
import { takeSocket } from "../head-start.js";
import { Heartbeat } from "./heartbeat.js";
import { Reports } from "./reports.js";
import { WatchEvent, WatchState, TABLE, connectionOf } from "./states.js";
import { Subscriptions } from "./subscriptions.js";
import { troubleOf } from "./trouble.js";

const TICK_MS = 500;
/** A tick that is so late, as on a hidden page, is made up for before anything else. */
const MAX_TICK_MS = 1000;
/** A connection that ended sooner does not count: the waits keep growing. */
const MIN_LASTING_MS = 5000;

/** @typedef {import("../../protocol/messages.js").ToViewer} ToViewer */
/** @typedef {import("./source.js").Listener} Listener */
/** @typedef {import("./source.js").Source} Source */
/** @typedef {import("./source.js").Wants} Wants */

/** @implements {Source} */
export class WatchSocket {
  #backoff = new Backoff();
  /** What the first connection received before anybody was there to hear it. */
  #begun;
  #failures = 0;
  /** @type {import("../../protocol/messages.js").Follow | null} */
  #followed = null;
  #heartbeat = new Heartbeat((message) => this.#send(message));
  /** @type {import("./source.js").OnCameras | null} */
  #onCameras = null;
  #openedAt = 0;
  #tickedAt = localTime();
  /** Before then the server wants no further attempt. */
  #retryAt = -Infinity;
  #reports = new Reports((message) => this.#send(message));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retryTimer;
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
    return troubleOf({
      isOnline: navigator.onLine,
      failures: this.#failures,
      unansweredMs: this.#socket ? this.#heartbeat.unanswered(localTime()) : 0,
      roundTripMs: this.#heartbeat.newestRoundTrip,
    });
  }

  /** The server sends what is new at once. */
  get interval() {
    return 0;
  }

  /** Server time in ms; null until the server has sent it once. */
  get serverTime() {
    const { offset } = this.#heartbeat;
    return offset === null ? null : localTime() + offset;
  }

  get roundTrip() {
    return this.#heartbeat.roundTrip;
  }

  get awakeSince() {
    return this.#heartbeat.awakeSince;
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
    this.#heartbeat.drawn(latency, now);
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
    this.#heartbeat.connects();
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
    this.#reports.reset();
    this.#heartbeat.opened();
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
    this.#heartbeat.received(at);
    if (at - this.#tickedAt > MAX_TICK_MS) this.#tick(at);
    this.#on(WatchEvent.RECEIVED);
    if (typeof data === "string") this.#receiveMessage(JSON.parse(data));
    else this.#receiveFrame(data, at);
  }

  /** @param {ToViewer} message */
  #receiveMessage(message) {
    switch (message.type) {
      case "pong":
        this.#heartbeat.receivedPong(message);
        break;
      case "state":
        this.#subscriptions.updateState(message);
        break;
      case "cameras":
        this.#onCameras?.(message.cameras, message.group);
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

  /**
   * @param {ArrayBuffer} message
   * @param {number} at local time
   */
  #receiveFrame(message, at) {
    this.#heartbeat.receivedFrame();
    try {
      const frame = unpack(message);
      const id = this.#subscriptions.cameraOf(frame.session);
      if (id === undefined) return;
      this.#reports.received(id, message.byteLength, at);
      // Without the server's time since the page stood still, it may be of long before.
      if (this.#heartbeat.offset === null) return;
      this.#subscriptions.listener(id)?.onFrame(frame);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      console.warn(`A frame was refused: ${error.reason}`);
    }
  }

  /** @param {number} now */
  #tick(now) {
    this.#tickedAt = now;
    if (this.#heartbeat.wakes(now) || !this.#socket) return;
    if (this.#heartbeat.isSilent(now)) this.#on(WatchEvent.SILENT);
    else this.#heartbeat.beat(now);
  }

  #retryNow() {
    if (document.hidden) return;
    if (!this.isToldToWait) this.#on(WatchEvent.RETRY_NOW);
    this.#tick(localTime());
  }

  get #isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** @param {import("../../protocol/messages.js").FromViewer} message */
  #send(message) {
    if (this.#isOpen) this.#socket?.send(JSON.stringify(message));
  }
}
