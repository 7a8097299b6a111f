/** Decides where pictures come from: the watch socket, or single pictures while it fails. */

import { localTime } from "../../lib/clock.js";

/** @typedef {import("./source.js").Listener} Listener */
/** @typedef {import("./source.js").Source} Source */
/** @typedef {import("./source.js").Wants} Wants */

const TICK_MS = 250;
/** A socket that was refused this often, or did not open for this long, won't get through soon. */
const MAX_ATTEMPTS = 3;
const PATIENCE_MS = 5000;
/** One that was open before returns soon: the server restarts, or the network changes. */
const PATIENCE_ONCE_OPEN_MS = 15_000;

/** @implements {Source} */
export class Feed {
  /** @type {import("./source.js").Connection} */
  #connection = "connecting";
  #isPolling = false;
  /** @type {Map<string, Listener>} */
  #listeners = new Map();
  /** @type {{ onCameras: import("./source.js").OnCameras, group: string | null } | null} */
  #followed = null;
  #onSinglePictures;
  #openedAt = -Infinity;
  #polling;
  #showsSinglePictures = false;
  #socket;
  #timer;
  #waitingSince = localTime();

  /**
   * @param {Source & { failures: number }} socket goes on trying for as long as it takes
   * @param {import("./polling.js").Polling} polling
   * @param {(isPolling: boolean) => void} onSinglePictures whether there are only single pictures
   */
  constructor(socket, polling, onSinglePictures) {
    this.#socket = socket;
    this.#polling = polling;
    this.#onSinglePictures = onSinglePictures;
    this.#timer = setInterval(() => this.#decide(), TICK_MS);
  }

  get connection() {
    return this.#source.connection;
  }

  get end() {
    return this.#source.end;
  }

  get isToldToWait() {
    return this.#socket.isToldToWait;
  }

  get trouble() {
    return this.#source.trouble;
  }

  get waitReason() {
    return this.#socket.waitReason;
  }

  get serverTime() {
    // A new connection knows the time only after a while; the other one has the same.
    return this.#source.serverTime ?? this.#socket.serverTime ?? this.#polling.serverTime;
  }

  get awakeSince() {
    return Math.max(this.#socket.awakeSince, this.#polling.awakeSince);
  }

  get roundTrip() {
    return this.#source.roundTrip;
  }

  get interval() {
    return this.#source.interval;
  }

  /**
   * @param {string} id
   * @param {Listener} listener
   * @param {Wants} wants
   */
  subscribe(id, listener, wants) {
    this.#listeners.set(id, listener);
    this.#socket.subscribe(id, this.#wrap(listener), wants);
    if (this.#isPolling) this.#poll(id, listener);
  }

  /**
   * @param {import("./source.js").OnCameras} onCameras
   * @param {string | null} [group]
   */
  follow(onCameras, group = null) {
    this.#followed = { onCameras, group };
    this.#socket.follow(onCameras, group);
    if (this.#isPolling) this.#polling.follow(onCameras, group);
  }

  /**
   * @param {string} id
   * @param {Wants} wants
   */
  want(id, wants) {
    this.#socket.want(id, wants);
  }

  /** @param {string} id */
  unsubscribe(id) {
    this.#listeners.delete(id);
    this.#socket.unsubscribe(id);
    this.#polling.unsubscribe(id);
  }

  /**
   * @param {string} id
   * @param {number} sequence
   * @param {number} latency
   */
  drawn(id, sequence, latency) {
    this.#source.drawn(id, sequence, latency);
  }

  /** @param {string} id */
  askKeyFrame(id) {
    this.#source.askKeyFrame(id);
  }

  /** @param {string} id */
  askStages(id) {
    this.#source.askStages(id);
  }

  get #source() {
    return this.#isPolling ? this.#polling : this.#socket;
  }

  /**
   * @param {Listener} listener
   * @returns {Listener}
   */
  #wrap(listener) {
    return { ...listener, onConnection: () => this.#decide() };
  }

  #decide() {
    const now = localTime();
    const isWaiting = this.#socket.connection === "connecting";
    // Single pictures would cost a server that is full more than the socket.
    const { isToldToWait } = this.#socket;
    if (!isWaiting || isToldToWait) this.#waitingSince = now;
    if (!isWaiting) this.#openedAt = now;
    if (isWaiting && !this.#isPolling && this.#isImpatient(now)) this.#startPolling();
    if ((!isWaiting || isToldToWait) && this.#isPolling) this.#stopPolling();
    this.#notify();
    if (this.connection === "over") clearInterval(this.#timer);
  }

  /** @param {number} now */
  #isImpatient(now) {
    if (this.#socket.isToldToWait) return false;
    const waited = now - this.#waitingSince;
    if (this.#openedAt > -Infinity) return waited >= PATIENCE_ONCE_OPEN_MS;
    return waited >= PATIENCE_MS || this.#socket.failures >= MAX_ATTEMPTS;
  }

  #startPolling() {
    this.#isPolling = true;
    for (const [id, listener] of this.#listeners) this.#poll(id, listener);
    if (this.#followed) this.#polling.follow(this.#followed.onCameras, this.#followed.group);
  }

  /**
   * @param {string} id
   * @param {Listener} listener
   */
  #poll(id, listener) {
    this.#polling.subscribe(id, this.#wrap(listener));
  }

  #stopPolling() {
    this.#isPolling = false;
    for (const id of this.#listeners.keys()) this.#polling.unsubscribe(id);
    this.#polling.unfollow();
  }

  #notify() {
    // A server that has not answered is down rather than hard to reach.
    const single = this.#isPolling && (this.#showsSinglePictures || this.connection === "open");
    if (single !== this.#showsSinglePictures) this.#onSinglePictures(single);
    this.#showsSinglePictures = single;
    if (this.connection === this.#connection) return;
    this.#connection = this.connection;
    for (const listener of this.#listeners.values()) listener.onConnection();
  }
}
