/** Which cameras a page watches, what it wants of each, and what the server said about them. */

/** Per message: 4 KiB hold this many of the longest slugs. */
const MAX_SLUGS = 16;

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

  /** @param {string | undefined} slug */
  listener(slug) {
    return this.#listeners.get(slug ?? "");
  }

  /** @param {number} session */
  cameraOf(session) {
    return this.#sessions.get(session);
  }

  /**
   * @param {string} slug
   * @param {Listener} listener
   * @param {Wants} wants
   */
  add(slug, listener, wants) {
    this.#listeners.set(slug, listener);
    this.#wants.set(slug, wants);
    this.#subscribe([slug]);
  }

  /**
   * @param {string} slug
   * @param {Wants} wants
   */
  change(slug, wants) {
    if (!this.#listeners.has(slug)) return;
    this.#wants.set(slug, wants);
    this.#send({ type: "subscribe", cameras: [slug], ...wants });
  }

  /** @param {string} slug */
  remove(slug) {
    this.#listeners.delete(slug);
    this.#wants.delete(slug);
    this.#unanswered.delete(slug);
    this.#crowded.delete(slug);
    this.#send({ type: "unsubscribe", cameras: [slug] });
    // One by one: there may be room for some of them.
    for (const crowded of this.#crowded) this.#subscribe([crowded]);
  }

  /** On a new connection: all, grouped by what is wanted. */
  renew() {
    this.#sessions.clear();
    this.#unanswered.clear();
    /** @type {Map<string, string[]>} */
    const alike = new Map();
    for (const [slug, wants] of this.#wants) {
      const key = JSON.stringify(wants);
      alike.set(key, [...(alike.get(key) ?? []), slug]);
    }
    for (const slugs of alike.values()) {
      for (let i = 0; i < slugs.length; i += MAX_SLUGS) {
        this.#subscribe(slugs.slice(i, i + MAX_SLUGS));
      }
    }
  }

  /** @param {import("../../protocol/messages.js").CameraState} state */
  updateState(state) {
    if (state.session !== null) this.#sessions.set(state.session, state.camera);
    this.#answered(state.camera);
    this.listener(state.camera)?.onState(state);
  }

  /** @param {string} slug */
  notFound(slug) {
    this.#answered(slug);
    this.listener(slug)?.onRefused("not_found");
  }

  /** Cameras whose answer is still on its way will be corrected by it. */
  tooMany() {
    for (const slug of this.#unanswered) {
      this.#crowded.add(slug);
      this.listener(slug)?.onRefused("crowded");
    }
  }

  /** @param {string[]} slugs of cameras of which the same is wanted */
  #subscribe(slugs) {
    for (const slug of slugs) this.#unanswered.add(slug);
    this.#send({ type: "subscribe", cameras: slugs, ...this.#wants.get(slugs[0]) });
  }

  /** @param {string} slug */
  #answered(slug) {
    this.#unanswered.delete(slug);
    this.#crowded.delete(slug);
  }
}
