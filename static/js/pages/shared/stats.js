/** What the server counts, polled while the page is visible. */

import { Backoff } from "../../lib/backoff.js";
import { personHeaders } from "../../lib/person.js";
import { retryAfterOf } from "../../lib/retry-after.js";

/**
 * @typedef {object} CameraStats
 * @property {string} camera slug
 * @property {string} name
 * @property {boolean} enabled
 * @property {import("../../watch/connection/source.js").CameraState["state"]} state
 * @property {string | null} reason why it is in this state
 * @property {string | null} since when it is in this state, ISO 8601
 * @property {string | null} publisher who films, or did last
 * @property {import("../../protocol/transports.js").TransportName | null} transport
 * @property {string | null} connected_at ISO 8601
 * @property {number} fps
 * @property {number} bits_per_s
 * @property {number} uplink_ms
 * @property {import("./flow.js").Flow["video"]} video codec that is wanted now
 * @property {boolean} jpeg whether pictures are wanted one by one, and not only stills
 * @property {number} level by how many steps the camera has lowered its quality
 * @property {number} frames
 * @property {number} dropped
 * @property {number} watching
 */

/**
 * @typedef {object} SystemStats
 * @property {number} frames
 * @property {number} publishers
 * @property {number} viewers
 * @property {number | null} cached null for those who are not staff
 * @property {CameraStats[]} cameras
 */

/**
 * Why there are no new numbers: the page is hidden, the database, Redis or the server is unavailable,
 * or too many pages ask; or whoever opened the page is signed out, may not see this any more, or it
 * was deleted.
 *
 * @typedef {"hidden" | "database" | "redis" | "server" | "often" | Final} Trouble
 */

/** @typedef {"signed_out" | "forbidden" | "gone"} Final asking again would change nothing */

/** By status. @type {Record<number, Final>} */
const FINAL = { 401: "signed_out", 403: "forbidden", 404: "gone" };

/** By the type of the problem (docs/api.md). @type {Record<string, Trouble>} */
const TROUBLES = {
  "urn:skysentry:database-unavailable": "database",
  "urn:skysentry:redis-unavailable": "redis",
};

const TIMEOUT_MS = 3000;
const PROBLEM = "application/problem+json";

/**
 * Calls `onStats` with each answer, and `onTrouble` whenever what is shown is out of date.
 *
 * @template [Stats=SystemStats]
 */
export class StatsFeed {
  #url;
  #every;
  #onStats;
  #onTrouble;
  #waits = new Backoff(1000, 5000);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** Of the newest request; answers to earlier ones are ignored. */
  #turn = 0;

  /**
   * @param {string} url
   * @param {number} every ms
   * @param {(stats: Stats) => void} onStats
   * @param {(trouble: Trouble) => void} onTrouble
   */
  constructor(url, every, onStats, onTrouble) {
    this.#url = url;
    this.#every = every;
    this.#onStats = onStats;
    this.#onTrouble = onTrouble;
  }

  start() {
    document.addEventListener("visibilitychange", () => this.#visibilityChanged());
    this.#visibilityChanged();
  }

  /** @param {string} url which is asked from now on, and at once */
  turnTo(url) {
    this.#url = url;
    this.#visibilityChanged();
  }

  #visibilityChanged() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    if (document.hidden) this.#onTrouble("hidden");
    else void this.#ask(this.#turn);
  }

  /** @param {number} turn */
  async #ask(turn) {
    const { stats, trouble, isFinal, waitMs = 0 } = await this.#answer();
    if (turn !== this.#turn) return;
    if (stats) {
      this.#waits.reset();
      this.#onStats(stats);
    } else if (trouble) {
      this.#onTrouble(trouble);
    }
    // As soon as the page is looked at again, it asks once more: they may have signed in elsewhere.
    if (isFinal) return;
    const wait = stats ? this.#every : Math.max(waitMs, this.#waits.next());
    this.#timer = setTimeout(() => void this.#ask(turn), wait);
  }

  /** @returns {Promise<{ stats?: Stats, trouble?: Trouble, isFinal?: boolean, waitMs?: number }>} */
  async #answer() {
    try {
      const response = await fetch(this.#url, {
        headers: personHeaders(),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.ok) return { stats: await response.json() };
      const final = finalOf(response);
      if (final) return { trouble: final, isFinal: true };
      return { trouble: await troubleOf(response), waitMs: retryAfterOf(response) };
    } catch {
      return { trouble: "server" };
    }
  }
}

/**
 * @param {Response} response that has no numbers; of something in between it says nothing of them
 * @returns {Final | undefined}
 */
function finalOf({ headers, status }) {
  return headers.get("Content-Type") === PROBLEM ? FINAL[status] : undefined;
}

/**
 * @param {Response} response that has no numbers
 * @returns {Promise<Trouble>}
 */
async function troubleOf(response) {
  if (response.status === 429) return "often";
  // Of something in between, it may be a page.
  const { type } = await response.json().catch(() => ({}));
  return TROUBLES[type] ?? "server";
}
