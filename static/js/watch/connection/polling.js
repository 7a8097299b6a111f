/** Single pictures by plain HTTP (docs/protocol.md, section 5), where no WebSocket gets through. */

import { Backoff } from "../../lib/backoff.js";
import { OffsetEstimator, Sleep, localTime } from "../../lib/clock.js";
import { personHeaders } from "../../lib/person.js";
import { isInSight } from "../../lib/sight.js";
import { retryAfterOf } from "../../lib/retry-after.js";
import { jpeg } from "../../protocol/codecs/index.js";
import { Rendition } from "../../protocol/wire.js";
import { troubleOf } from "./trouble.js";

/** @typedef {import("./source.js").CameraState} CameraState */
/** @typedef {import("./source.js").Source} Source */

/** Between two requests for pictures of any camera: ten per second are enough load. */
const TICK_MS = 100;
const STATE_INTERVAL_MS = 1000;
const LIST_INTERVAL_MS = 2000;
/** As many as the server lists at once; of more, the list is not followed. */
const MAX_LISTED = 200;
const TIMEOUT_MS = 5000;
/** What the server itself answers; all else, such as an HTML page, is from something in between. */
const ANSWERS = [200, 304, 401, 404, 429, 503];
const CONTENT_TYPES = ["image/jpeg", "application/json", "application/problem+json"];
/** Only in these states may there be a new picture to ask for; not before the state is known. */
const SENDING = ["live", "unknown"];

/**
 * A camera that is polled.
 *
 * @typedef {object} Polled
 * @property {string} id
 * @property {import("./source.js").Listener} listener
 * @property {string} etag of the newest picture
 * @property {string | null} state
 * @property {Record<Question, number>} askedAt Infinity until the last question is answered; later
 *   than now where the server asked to wait
 */

/** @typedef {"picture" | "state"} Question */

/** @typedef {{ next: string | null, results: import("../../protocol/messages.js").ListedCamera[] }} List */

/** Answered by something in between, or by a server that takes no more connections. */
class Refused extends TypeError {
  /** @param {Response} response */
  constructor(response) {
    super(`Answered ${response.status}`);
    this.retryAfterMs = retryAfterOf(response);
  }
}

/** @implements {Source} */
export class Polling {
  #api;
  #backoff = new Backoff();
  /** @type {Map<string, Polled>} */
  #cameras = new Map();
  #clock = new OffsetEstimator();
  /** @type {import("./source.js").Connection} */
  #connection = "connecting";
  /** @type {{ onCameras: import("./source.js").OnCameras, query: string, askedAt: number } | null} */
  #list = null;
  #retryAt = 0;
  #sleep = new Sleep();
  /** @type {ReturnType<typeof setInterval> | undefined} while there are cameras */
  #timer;

  awakeSince = -Infinity;
  /** Only a socket is told. */
  isToldToWait = false;
  waitReason = /** @type {const} */ ("full");
  /** It asks until whoever opened the page is signed out. @type {import("./source.js").End | null} */
  end = null;

  /** @param {string} api path of the cameras */
  constructor(api) {
    this.#api = api;
  }

  get connection() {
    return this.#connection;
  }

  get trouble() {
    const failures = localTime() < this.#retryAt ? 1 : 0;
    const roundTripMs = this.#clock.roundTrip ?? 0;
    return troubleOf({ isOnline: navigator.onLine, failures, unansweredMs: 0, roundTripMs });
  }

  get serverTime() {
    return this.#clock.offset === null ? null : localTime() + this.#clock.offset;
  }

  get roundTrip() {
    return this.#clock.roundTrip;
  }

  get interval() {
    return Math.max(TICK_MS * this.#sending.length, this.#clock.roundTrip ?? 0);
  }

  /**
   * @param {string} id
   * @param {import("./source.js").Listener} listener
   */
  subscribe(id, listener) {
    const askedAt = { picture: 0, state: 0 };
    this.#cameras.set(id, { id, listener, etag: "", state: null, askedAt });
    this.#start();
  }

  /**
   * @param {import("./source.js").OnCameras} onCameras
   * @param {string | null} [group]
   */
  follow(onCameras, group = null) {
    const query = new URLSearchParams({ enabled: "true", page_size: String(MAX_LISTED) });
    if (group !== null) query.set("group", group);
    this.#list = { onCameras, query: String(query), askedAt: 0 };
    this.#start();
  }

  unfollow() {
    this.#list = null;
    this.#stopIfIdle();
  }

  // Nothing to do: the server sends only what it is asked for.
  want() {}
  drawn() {}
  askKeyFrame() {}
  askStages() {}

  /** @param {string} id */
  unsubscribe(id) {
    this.#cameras.delete(id);
    this.#stopIfIdle();
  }

  /** Nobody is signed in any more. */
  #finish() {
    this.end = "signed_out";
    this.#list = null;
    clearInterval(this.#timer);
    this.#changeTo("over");
  }

  #start() {
    if (this.#timer || this.end) return;
    this.#awake();
    this.#timer = setInterval(() => this.#tick(localTime()), TICK_MS);
  }

  /** What was asked before may be answered with what is old now. */
  #awake() {
    this.awakeSince = localTime();
    this.#sleep = new Sleep();
    this.#clock = new OffsetEstimator();
  }

  #stopIfIdle() {
    if (this.#cameras.size || this.#list) return;
    this.#connection = "connecting";
    this.#clock = new OffsetEstimator();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** @param {number} time before which nothing is asked */
  #waitUntil(time) {
    this.#retryAt = Math.max(this.#retryAt, time);
  }

  /** Those that may have a new picture. */
  get #sending() {
    return [...this.#cameras.values()].filter(({ state }) => SENDING.includes(state ?? ""));
  }

  /** @param {number} now */
  #tick(now) {
    if (this.#sleep.isOver) this.#awake();
    if (!isInSight() || now < this.#retryAt) return;
    const camera = longestWaiting(this.#sending, "picture", now);
    if (camera) void this.#ask(camera.askedAt, "picture", () => this.#askForPicture(camera));
    const other = longestWaiting([...this.#cameras.values()], "state", now - STATE_INTERVAL_MS);
    if (other) void this.#ask(other.askedAt, "state", () => this.#askForState(other));
    const list = this.#list;
    if (list && list.askedAt <= now - LIST_INTERVAL_MS) {
      void this.#ask(list, "askedAt", () => this.#askForList(list));
    }
  }

  /**
   * @template {string} Name
   * @param {Record<Name, number>} askedAt when what was asked the last time
   * @param {Name} name of what is asked
   * @param {() => Promise<number | void>} ask for how long to ask this no more, ms
   */
  async #ask(askedAt, name, ask) {
    const now = localTime();
    let wait = 0;
    askedAt[name] = Infinity;
    try {
      wait = (await ask()) ?? 0;
      this.#backoff.reset();
    } catch (error) {
      // Cut off, timed out, or answered by something in between.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      const told = error instanceof Refused ? error.retryAfterMs : 0;
      this.#waitUntil(localTime() + Math.max(told, this.#backoff.next()));
      this.#changeTo("connecting");
    } finally {
      askedAt[name] = now + wait;
    }
  }

  /** @param {Polled} camera */
  async #askForPicture(camera) {
    const sent = localTime();
    const response = await this.#get(camera, "latest.jpg", { "If-None-Match": camera.etag });
    const { headers, status } = response;
    if (this.#sleep.isOver) this.#awake();
    if (sent < this.awakeSince) return;
    const serverTime = headers.get("X-Server-Time");
    if (serverTime) this.#clock.add(sent, Number(serverTime), localTime());
    if (status !== 200) return;
    const payload = new Uint8Array(await response.arrayBuffer());
    if (!this.#isCurrent(camera)) return;
    camera.etag = headers.get("ETag") ?? "";
    camera.listener.onFrame(frame(headers, payload));
  }

  /** @param {Polled} camera */
  async #askForState(camera) {
    const response = await this.#get(camera, "stats/");
    // It is as it was.
    if (response.status === 429) return;
    const state =
      response.status === 200 ? stateOf(await response.json()) : await unknown(response);
    if (!this.#isCurrent(camera)) return;
    if (response.status === 404) {
      camera.state = "not_found";
      camera.listener.onRefused("not_found");
      return;
    }
    camera.state = state.state;
    camera.listener.onState(state);
  }

  /** @param {{ onCameras: import("./source.js").OnCameras, query: string }} list */
  async #askForList(list) {
    const response = await this.#fetch(`?${list.query}`);
    // As many were asked for as one may ask for in a minute.
    if (response.status === 429) return retryAfterOf(response);
    if (response.status !== 200) return;
    const { next, results } = /** @type {List} */ (await response.json());
    if (next === null && list === this.#list) list.onCameras(results);
  }

  /**
   * @param {Polled} camera
   * @param {string} what
   * @param {Record<string, string>} [headers]
   */
  async #get(camera, what, headers) {
    const response = await this.#fetch(`${camera.id}/${what}`, headers);
    // All questions about cameras count together.
    if (response.status === 429) this.#waitUntil(localTime() + retryAfterOf(response));
    if (this.#isCurrent(camera) && !this.end) this.#changeTo("open");
    return response;
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} [headers]
   */
  async #fetch(path, headers = {}) {
    const response = await fetch(`${this.#api}${path}`, {
      headers: { ...personHeaders(), ...headers },
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!isOfServer(response)) throw new Refused(response);
    if (response.status === 401) this.#finish();
    return response;
  }

  /**
   * Whether the camera is still wanted: answers may come late.
   *
   * @param {Polled} camera
   */
  #isCurrent(camera) {
    return this.#cameras.get(camera.id) === camera;
  }

  /** @param {import("./source.js").Connection} connection */
  #changeTo(connection) {
    if (this.#connection === connection) return;
    this.#connection = connection;
    for (const { listener } of [...this.#cameras.values()]) listener.onConnection();
  }
}

/**
 * The camera that was asked this question the longest ago, not after `latest`.
 *
 * @param {Polled[]} cameras
 * @param {Question} question
 * @param {number} latest
 */
function longestWaiting(cameras, question, latest) {
  return cameras
    .filter(({ askedAt }) => askedAt[question] <= latest)
    .sort((a, b) => a.askedAt[question] - b.askedAt[question])
    .at(0);
}

/**
 * @param {Omit<CameraState, "since"> & { since: string | null }} stats of the API
 * @returns {CameraState}
 */
function stateOf({ state, session, reason, since, publisher, watching }) {
  const at = since ? Date.parse(since) : null;
  return { state, session, reason, since: at, publisher, watching };
}

/** By the type of the problem (docs/api.md). @type {Record<string, string>} */
const TROUBLES = {
  "urn:skysentry:database-unavailable": "database",
  "urn:skysentry:redis-unavailable": "redis",
};

/**
 * @param {Response} response
 * @returns {Promise<CameraState>}
 */
async function unknown(response) {
  const { type } = await response.json().catch(() => ({}));
  const reason = TROUBLES[type] ?? null;
  return { state: "unknown", session: null, reason, since: null, publisher: null, watching: 0 };
}

/** @param {Response} response */
function isOfServer({ headers, status }) {
  const isKnown = CONTENT_TYPES.includes(headers.get("Content-Type") ?? "");
  return ANSWERS.includes(status) && (isKnown || status === 304);
}

/**
 * @param {Headers} headers
 * @param {Uint8Array<ArrayBuffer>} payload
 * @returns {import("../../protocol/wire.js").Frame}
 */
function frame(headers, payload) {
  const number = (/** @type {string} */ name) => Number(headers.get(name));
  return {
    rendition: Rendition.JPEG,
    codec: jpeg.number,
    key: true,
    session: number("X-Session"),
    sequence: number("X-Sequence"),
    capturedAt: number("X-Captured-At"),
    width: number("X-Width"),
    height: number("X-Height"),
    payload,
  };
}
