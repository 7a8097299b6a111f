/** Which lost cameras somebody is told of now. */

import { cameraState } from "../../../watch/state.js";
import { isLost } from "../alarms.js";

/**
 * A camera that somebody wants to be told of, as the server answers.
 *
 * @typedef {object} Chosen
 * @property {string} id
 * @property {string} name
 * @property {string} url of its page
 * @property {number} after_s for how long it has to be lost
 * @property {import("../../../watch/connection/source.js").CameraState["state"]} state
 * @property {string | null} reason
 * @property {number | null} for_s how long it has been in this state
 */

/** By so much a page that has just been opened may be late: another one was closed for it. */
const LATE_S = 60;

export class Losses {
  /** @type {Set<string>} ids of cameras whose state was heard here before */
  #heard = new Set();
  /** @type {Map<string, number>} since when each is lost, ms */
  #since = new Map();
  #told;

  /** @param {Iterable<string>} told ids of lost cameras that somebody was told of already */
  constructor(told) {
    this.#told = new Set(told);
  }

  /** The ids of lost cameras that somebody was told of, or that were lost long before. */
  get told() {
    return [...this.#told];
  }

  /**
   * @param {Chosen[]} cameras
   * @param {number} now ms
   * @returns {Chosen[]} of which somebody is to be told
   */
  hear(cameras, now) {
    this.#forgetAllBut(new Set(cameras.map(({ id }) => id)));
    return cameras.filter((camera) => this.#isDue(camera, now));
  }

  /** @param {Set<string>} chosen ids: who chooses a camera anew is told of it anew */
  #forgetAllBut(chosen) {
    for (const known of [this.#heard, this.#since, this.#told]) {
      for (const id of known.keys()) if (!chosen.has(id)) known.delete(id);
    }
  }

  /**
   * @param {Chosen} camera
   * @param {number} now
   */
  #isDue({ id, state, reason, after_s, for_s }, now) {
    const lost = isLost(cameraState(state, reason), reason);
    if (lost === null) return false;
    const isFirst = !this.#heard.has(id);
    this.#heard.add(id);
    if (!lost) {
      this.#since.delete(id);
      this.#told.delete(id);
      return false;
    }
    const lostS = Math.max(for_s ?? 0, this.#heardS(id, for_s ?? 0, now));
    if (this.#told.has(id) || lostS < after_s) return false;
    this.#told.add(id);
    // Whoever opens a page sees what has been lost for long.
    return !isFirst || lostS < after_s + LATE_S;
  }

  /**
   * For how long, counted from when it was heard first: the server counts anew when a silent camera's
   * session ends.
   *
   * @param {string} id
   * @param {number} for_s
   * @param {number} now ms
   */
  #heardS(id, for_s, now) {
    const since = this.#since.get(id) ?? now - 1000 * for_s;
    this.#since.set(id, since);
    return (now - since) / 1000;
  }
}
