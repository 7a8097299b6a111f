/** What the server counts, polled while the page is visible. */

import { Backoff } from "../../lib/backoff.js";

/**
 * @typedef {object} CameraStats
 * @property {string} camera slug
 * @property {string} name
 * @property {import("../../watch/connection/source.js").CameraState["state"]} state
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
 * Why there are no new numbers: the page is hidden, or Redis or the server is unavailable.
 *
 * @typedef {"hidden" | "redis" | "server"} Trouble
 */

const TIMEOUT_MS = 3000;

/** Calls `onStats` with each answer, and `onTrouble` whenever what is shown is out of date. */
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
   * @param {(stats: SystemStats) => void} onStats
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

  #visibilityChanged() {
    clearTimeout(this.#timer);
    this.#turn += 1;
    if (document.hidden) this.#onTrouble("hidden");
    else void this.#ask(this.#turn);
  }

  /** @param {number} turn */
  async #ask(turn) {
    const answer = await this.#answer();
    if (turn !== this.#turn) return;
    if (typeof answer === "string") {
      this.#onTrouble(answer);
    } else {
      this.#waits.reset();
      this.#onStats(answer);
    }
    const wait = typeof answer === "string" ? this.#waits.next() : this.#every;
    this.#timer = setTimeout(() => void this.#ask(turn), wait);
  }

  /** @returns {Promise<SystemStats | Trouble>} */
  async #answer() {
    try {
      const response = await fetch(this.#url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.ok) return await response.json();
      return response.status === 503 ? "redis" : "server";
    } catch {
      return "server";
    }
  }
}
