/** The page's one watch socket (docs/protocol.md, section 4), whatever breaks underneath. */

import { Backoff } from "../../lib/backoff.js";
import { OffsetEstimator, Sleep, localTime } from "../../lib/clock.js";
import { WireError, unpack } from "../../protocol/wire.js";
import { Reports } from "./reports.js";

const TICK = 500;
/** A socket that gives no sign of life for so long after a ping, or never opens, is replaced. */
const SILENT_AFTER = 5000;
/** A connection that ended sooner was none: the waits go on growing. */
const LASTING = 5000;
const FIRST_PINGS = 3;
const PING_INTERVAL = 10_000;
/** Frames are signs of life; without them pings have to be. */
const IDLE_PING_INTERVAL = 2000;
/** The first samples come while the page is busy with itself: better ones are soon wanted. */
const EARLY_PING_INTERVAL = 1000;
/** Over as told before, bad message, not allowed: another attempt would end the same way. */
const FINAL_CODES = [1000, 4400, 4403];

/** Of one message: 4 KiB hold as many of the longest slugs. */
const SLUGS = 16;

/** @typedef {import("./source.js").Connection} Connection */
/** @typedef {import("./source.js").Listener} Listener */
/** @typedef {import("./source.js").Source} Source */
/** @typedef {import("./source.js").Wish} Wish */

/** @implements {Source} */
export class WatchSocket {
  #backoff = new Backoff();
  #clock = new OffsetEstimator();
  /** @type {Connection} */
  #connection = "connecting";
  /** @type {Set<string>} */
  #crowded = new Set();
  #failures = 0;
  #frameAt = 0;
  #heardAt = 0;
  /** @type {Map<string, Listener>} */
  #listeners = new Map();
  #openedAt = 0;
  #pingedAt = 0;
  #reports = new Reports((message) => this.#send(message));
  #retryAt = 0;
  /** @type {Map<number, string>} */
  #sessions = new Map();
  #sleep = new Sleep();
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {Set<string>} */
  #unanswered = new Set();
  #url;
  /** @type {Map<string, Wish>} */
  #wishes = new Map();

  /** @param {string} url */
  constructor(url) {
    this.#url = url;
    setInterval(() => this.#tick(localTime()), TICK);
    addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => this.#hurry());
    this.#connect();
  }

  get connection() {
    return this.#connection;
  }

  /** Attempts since a connection last got through. */
  get failures() {
    return this.#failures;
  }

  /** The server sends what is new at once. */
  get interval() {
    return 0;
  }

  /** Server time in ms; null until the server has said it once. */
  get serverTime() {
    return this.#clock.offset === null ? null : localTime() + this.#clock.offset;
  }

  get roundTrip() {
    return this.#clock.roundTrip;
  }

  /**
   * @param {string} slug
   * @param {Listener} listener
   * @param {Wish} wish
   */
  subscribe(slug, listener, wish) {
    this.#listeners.set(slug, listener);
    this.#wishes.set(slug, wish);
    this.#ask([slug]);
  }

  /**
   * @param {string} slug
   * @param {Wish} wish
   */
  wish(slug, wish) {
    if (!this.#listeners.has(slug)) return;
    this.#wishes.set(slug, wish);
    this.#send({ type: "subscribe", cameras: [slug], ...wish });
  }

  /** @param {string} slug */
  unsubscribe(slug) {
    this.#listeners.delete(slug);
    this.#wishes.delete(slug);
    this.#unanswered.delete(slug);
    this.#crowded.delete(slug);
    this.#send({ type: "unsubscribe", cameras: [slug] });
    // One by one: there may be room for some of them.
    for (const crowded of this.#crowded) this.#ask([crowded]);
  }

  /**
   * @param {string} slug
   * @param {number} sequence
   * @param {number} latency ms
   */
  drawn(slug, sequence, latency) {
    this.#reports.drawn(slug, sequence, latency, localTime());
  }

  /** @param {string} slug */
  askKeyFrame(slug) {
    this.#send({ type: "key_frame", camera: slug });
  }

  /** @param {string} slug */
  askStages(slug) {
    this.#send({ type: "stages", camera: slug });
  }

  /** @param {string[]} slugs of which the same is wished */
  #ask(slugs) {
    for (const slug of slugs) this.#unanswered.add(slug);
    this.#send({ type: "subscribe", cameras: slugs, ...this.#wishes.get(slugs[0]) });
  }

  #askForAll() {
    /** @type {Map<string, string[]>} */
    const alike = new Map();
    for (const [slug, wish] of this.#wishes) {
      const key = JSON.stringify(wish);
      alike.set(key, [...(alike.get(key) ?? []), slug]);
    }
    for (const slugs of alike.values()) {
      for (let i = 0; i < slugs.length; i += SLUGS) this.#ask(slugs.slice(i, i + SLUGS));
    }
  }

  #connect() {
    const socket = new WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }) => this.#heard(data);
    socket.onclose = ({ code }) => this.#closed(code);
    this.#socket = socket;
    this.#heardAt = this.#pingedAt = localTime();
  }

  #opened() {
    this.#openedAt = localTime();
    this.#clock = new OffsetEstimator();
    this.#reports.reset();
    this.#sessions.clear();
    this.#unanswered.clear();
    for (let i = 0; i < FIRST_PINGS; i += 1) this.#ping();
    this.#askForAll();
  }

  /** @param {ArrayBuffer | string} data */
  #heard(data) {
    this.#heardAt = localTime();
    // Not sooner: some proxies let a connection through, but nothing on it.
    this.#failures = 0;
    this.#changeTo("open");
    if (typeof data === "string") this.#message(JSON.parse(data));
    else this.#frame(data);
  }

  /** @param {any} message */
  #message(message) {
    if (message.type === "pong") {
      this.#clock.add(message.time, message.server_time, this.#heardAt);
    } else if (message.type === "state") {
      if (message.session !== null) this.#sessions.set(message.session, message.camera);
      this.#answered(message.camera);
      this.#listeners.get(message.camera)?.onState(message);
    } else if (message.type === "stages") {
      this.#listeners.get(message.camera)?.onStages(message);
    } else if (message.type === "error") this.#error(message);
  }

  /** @param {{ code: string, message: string, camera: string }} error */
  #error({ code, message, camera }) {
    if (code === "not_found") {
      this.#answered(camera);
      this.#listeners.get(camera)?.onRefused("not_found");
    } else if (code === "too_many") {
      // Those that have an answer on its way will be told otherwise by it.
      for (const slug of this.#unanswered) {
        this.#crowded.add(slug);
        this.#listeners.get(slug)?.onRefused("crowded");
      }
    } else console.warn(`Watch socket: ${code}: ${message}`);
  }

  /** @param {string} slug */
  #answered(slug) {
    this.#unanswered.delete(slug);
    this.#crowded.delete(slug);
  }

  /** @param {ArrayBuffer} message */
  #frame(message) {
    this.#frameAt = this.#heardAt;
    try {
      const frame = unpack(message);
      const slug = this.#sessions.get(frame.session);
      if (slug === undefined) return;
      this.#reports.received(slug, message.byteLength, this.#heardAt);
      this.#listeners.get(slug)?.onFrame(frame);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      console.warn(`A frame was refused: ${error.reason}`);
    }
  }

  /** @param {number} code */
  #closed(code) {
    this.#socket = null;
    this.#failures += 1;
    if (FINAL_CODES.includes(code)) {
      this.#changeTo("over");
      return;
    }
    const isLasting = this.#connection === "open" && localTime() - this.#openedAt > LASTING;
    if (isLasting) this.#backoff.reset();
    this.#retryAt = localTime() + this.#backoff.next();
    setTimeout(() => this.#tick(localTime()), this.#retryAt - localTime());
    this.#changeTo("connecting");
  }

  /** @param {number} now */
  #tick(now) {
    if (this.#connection === "over") return;
    if (!this.#socket) {
      if (now >= this.#retryAt) this.#connect();
      return;
    }
    if (this.#sleep.isOver) return this.#awake();
    const unanswered = this.#heardAt <= this.#pingedAt;
    if (unanswered && now - this.#pingedAt > SILENT_AFTER) this.#replace();
    else if (!unanswered && now - this.#pingedAt >= this.#pingInterval(now)) this.#ping();
  }

  /** @param {number} now */
  #pingInterval(now) {
    if (!this.#clock.isSettled) return EARLY_PING_INTERVAL;
    return now - this.#frameAt > IDLE_PING_INTERVAL ? IDLE_PING_INTERVAL : PING_INTERVAL;
  }

  /** What was known of the server's time holds no longer. */
  #awake() {
    this.#clock = new OffsetEstimator();
    this.#ping();
  }

  /** A half-open connection would take minutes to close: it is left to itself. */
  #replace() {
    const socket = this.#socket;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#closed(1006);
  }

  #hurry() {
    if (document.hidden) return;
    this.#retryAt = 0;
    this.#tick(localTime());
  }

  #ping() {
    this.#pingedAt = localTime();
    this.#send({ type: "ping", time: this.#pingedAt });
  }

  /** @param {object} message */
  #send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** @param {Connection} connection */
  #changeTo(connection) {
    if (this.#connection === connection) return;
    this.#connection = connection;
    for (const listener of this.#listeners.values()) listener.onConnection();
  }
}
