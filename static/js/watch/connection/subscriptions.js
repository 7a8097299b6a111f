/** Which cameras a page watches, what it wants of each, and what the server said about them. */

import { waitMs } from "../../lib/retry-after.js";

/** Per message: 4 KiB hold as many. */
const MAX_IDS = 64;

/** @typedef {import("./source.js").Listener} Listener */
/** @typedef {import("../../protocol/messages.js").Subscribe} Subscribe */
/** @typedef {import("../../protocol/messages.js").Unsubscribe} Unsubscribe */
/** @typedef {import("./source.js").Wants} Wants */

export class Subscriptions {
  /** @type {Set<string>} those that were too many */
  #crowded = new Set();
  /** @type {Map<string, Listener>} */
  #listeners = new Map();
  #send;
  /** @type {Map<number, string>} */
  #sessions = new Map();
  /** @type {Set<string>} */
  #unanswered = new Set();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} those that are asked for again later */
  #unavailable = new Map();
  /** @type {Map<string, Wants>} */
  #wants = new Map();

  /** @param {(message: Subscribe | Unsubscribe) => void} send to the server, if it is there */
  constructor(send) {
    this.#send = send;
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
    this.#subscribe([id]);
  }

  /**
   * @param {string} id
   * @param {Wants} wants
   */
  change(id, wants) {
    if (!this.#listeners.has(id)) return;
    this.#wants.set(id, wants);
    this.#send({ type: "subscribe", cameras: [id], ...wants });
  }

  /** @param {string} id */
  remove(id) {
    this.#listeners.delete(id);
    this.#wants.delete(id);
    this.#answered(id);
    this.#send({ type: "unsubscribe", cameras: [id] });
    // One by one: there may be room for some of them.
    for (const crowded of this.#crowded) this.#subscribe([crowded]);
  }

  /** On a new connection: all, grouped by what is wanted. */
  renew() {
    this.#sessions.clear();
    for (const id of this.#wants.keys()) this.#answered(id);
    /** @type {Map<string, string[]>} */
    const alike = new Map();
    for (const [id, wants] of this.#wants) {
      const key = JSON.stringify(wants);
      alike.set(key, [...(alike.get(key) ?? []), id]);
    }
    for (const ids of alike.values()) {
      for (let i = 0; i < ids.length; i += MAX_IDS) {
        this.#subscribe(ids.slice(i, i + MAX_IDS));
      }
    }
  }

  /** @param {import("../../protocol/messages.js").CameraState} state */
  updateState(state) {
    if (state.session !== null) this.#sessions.set(state.session, state.camera);
    this.#answered(state.camera);
    this.listener(state.camera)?.onState(state);
  }

  /** @param {string} id */
  notFound(id) {
    this.#answered(id);
    this.listener(id)?.onRefused("not_found");
  }

  /** Cameras whose answer is still on its way will be corrected by it. */
  tooMany() {
    for (const id of this.#unanswered) {
      this.#crowded.add(id);
      this.listener(id)?.onRefused("crowded");
    }
  }

  /**
   * @param {string} id
   * @param {number} retryAfterS when the server may show it
   */
  unavailable(id, retryAfterS) {
    this.#answered(id);
    if (!this.#listeners.has(id)) return;
    this.listener(id)?.onRefused("unavailable");
    const again = setTimeout(() => this.#subscribe([id]), waitMs(retryAfterS));
    this.#unavailable.set(id, again);
  }

  /** @param {string[]} ids of cameras of which the same is wanted */
  #subscribe(ids) {
    for (const id of ids) this.#unanswered.add(id);
    this.#send({ type: "subscribe", cameras: ids, ...this.#wants.get(ids[0]) });
  }

  /** @param {string} id */
  #answered(id) {
    this.#unanswered.delete(id);
    this.#crowded.delete(id);
    clearTimeout(this.#unavailable.get(id));
    this.#unavailable.delete(id);
  }
}
