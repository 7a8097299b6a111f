/** Which cameras a page watches, what it wants of each, and what the server said about them. */

import { waitMs } from "../../lib/retry-after.js";

/** On one connection, and so in one message. */
const MAX_CAMERAS = 64;

/** @typedef {import("./source.js").Listener} Listener */
/** @typedef {import("../../protocol/messages.js").Subscribe} Subscribe */
/** @typedef {import("../../protocol/messages.js").Unsubscribe} Unsubscribe */
/** @typedef {import("./source.js").Wants} Wants */

/** What changes in one turn, as when a wall scrolls, is said together. */
export class Subscriptions {
  /** @type {Set<string>} to be subscribed: in this turn, or when there is room */
  #due = new Set();
  /** @type {Set<string>} to be unsubscribed in this turn */
  #gone = new Set();
  #isOpen;
  #isScheduled = false;
  /** @type {Map<string, Listener>} */
  #listeners = new Map();
  #send;
  /** @type {Map<number, string>} */
  #sessions = new Map();
  /** @type {Set<string>} those that a connection carries, whatever the server answers */
  #told = new Set();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} those that are asked for again later */
  #unavailable = new Map();
  /** @type {Map<string, Wants>} */
  #wants = new Map();

  /**
   * @param {(message: Subscribe | Unsubscribe) => void} send to the server
   * @param {() => boolean} isOpen whether it is there
   */
  constructor(send, isOpen) {
    this.#send = send;
    this.#isOpen = isOpen;
  }

  /** @returns {Iterable<Listener>} */
  get listeners() {
    return this.#listeners.values();
  }

  /** @param {string | undefined} id */
  listener(id) {
    return this.#listeners.get(id ?? "");
  }

  /** @param {number} session */
  cameraOf(session) {
    return this.#sessions.get(session);
  }

  /**
   * @param {string} id
   * @param {Listener} listener
   * @param {Wants} wants
   */
  add(id, listener, wants) {
    this.#listeners.set(id, listener);
    this.#wants.set(id, wants);
    this.#later(id);
  }

  /**
   * @param {string} id
   * @param {Wants} wants
   */
  change(id, wants) {
    if (!this.#listeners.has(id)) return;
    this.#wants.set(id, wants);
    this.#later(id);
  }

  /** @param {string} id */
  remove(id) {
    this.#listeners.delete(id);
    this.#wants.delete(id);
    this.#due.delete(id);
    this.#endWait(id);
    // A wall lets go of all that it doesn't show, whether it ever did or not.
    if (!this.#told.delete(id)) return;
    this.#gone.add(id);
    this.#schedule();
  }

  /** On a new connection: all. */
  renew() {
    this.#sessions.clear();
    this.#gone.clear();
    for (const id of this.#unavailable.keys()) this.#endWait(id);
    this.#due = new Set(this.#wants.keys());
    this.#flush();
  }

  /** @param {import("../../protocol/messages.js").CameraState} state */
  updateState(state) {
    if (state.session !== null) this.#sessions.set(state.session, state.camera);
    this.#endWait(state.camera);
    this.listener(state.camera)?.onState(state);
  }

  /** @param {string} id */
  notFound(id) {
    this.#endWait(id);
    this.listener(id)?.onRefused("not_found");
  }

  /**
   * @param {string} id
   * @param {number} retryAfterS when the server may show it
   */
  unavailable(id, retryAfterS) {
    this.#endWait(id);
    if (!this.#listeners.has(id)) return;
    this.listener(id)?.onRefused("unavailable");
    const again = setTimeout(() => this.#later(id), waitMs(retryAfterS));
    this.#unavailable.set(id, again);
  }

  /** @param {string} id */
  #later(id) {
    this.#due.add(id);
    this.#schedule();
  }

  #schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    queueMicrotask(() => this.#flush());
  }

  #flush() {
    this.#isScheduled = false;
    if (!this.#isOpen()) return;
    if (this.#gone.size > 0) this.#send({ type: "unsubscribe", cameras: [...this.#gone] });
    this.#gone.clear();
    for (const cameras of this.#alike(this.#takeFitting())) {
      this.#send({ type: "subscribe", cameras, ...this.#wants.get(cameras[0]) });
    }
    for (const id of this.#due) this.listener(id)?.onRefused("crowded");
  }

  /** The server refuses a message whole when it has one camera too many. */
  #takeFitting() {
    for (const id of this.#due) if (this.#told.size < MAX_CAMERAS) this.#told.add(id);
    const fitting = [...this.#due].filter((id) => this.#told.has(id));
    for (const id of fitting) this.#due.delete(id);
    return fitting;
  }

  /** @param {string[]} ids grouped by what is wanted */
  #alike(ids) {
    /** @type {Map<string, string[]>} */
    const alike = new Map();
    for (const id of ids) {
      const key = JSON.stringify(this.#wants.get(id));
      alike.set(key, [...(alike.get(key) ?? []), id]);
    }
    return alike.values();
  }

  /** @param {string} id */
  #endWait(id) {
    clearTimeout(this.#unavailable.get(id));
    this.#unavailable.delete(id);
  }
}
