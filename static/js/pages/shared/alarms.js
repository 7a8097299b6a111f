/** Which cameras were lost, and not seen since. */

import { LOSSES } from "../../watch/state.js";

/** @typedef {import("../../watch/state.js").ShownState} ShownState */

/** Losses of the server, from which cameras come back by themselves. */
const OF_SERVER = ["server_stopped", "process"];
/** What a page says of its own connection tells nothing of the camera. */
const UNTOLD = ["connecting", "reconnecting", "stale", "unknown", "crowded", "unavailable", "over"];

/**
 * Whether a camera was lost, and not switched off; null where the state does not tell.
 *
 * @param {ShownState} state
 * @param {string | null} reason
 */
export function isLost(state, reason) {
  // Of a camera that is off it may not be known yet how that came.
  if (state === "off" && !reason) return null;
  if (UNTOLD.includes(state) || OF_SERVER.includes(reason ?? "")) return null;
  return state === "lost" || (state === "off" && isLoss(reason));
}

/**
 * Whether a camera has no session any more: there is nothing to wait for.
 *
 * @param {ShownState} state
 * @param {string | null} reason
 */
export function isOver(state, reason) {
  return state === "off" || (state === "lost" && isLoss(reason));
}

/** @param {string | null} reason */
function isLoss(reason) {
  return LOSSES.some((loss) => loss === reason);
}

export class Alarms {
  /** Whether each is lost, as last heard. @type {Map<string, boolean>} by id */
  #known = new Map();
  /** @type {Map<string, Date>} when they were lost, by id */
  #unseen = new Map();

  /**
   * @param {string} id
   * @param {boolean | null} isLost
   * @param {Date} [now]
   * @returns {boolean} whether it was lost just now
   */
  note(id, isLost, now = new Date()) {
    if (isLost === null) return false;
    // Whoever opens a wall sees what is lost already.
    const isNew = isLost && this.#known.get(id) === false;
    this.#known.set(id, isLost);
    if (isNew) this.#unseen.set(id, now);
    return isNew;
  }

  /**
   * @param {string} id
   * @returns {Date | null} when it was lost, until somebody has seen that
   */
  since(id) {
    return this.#unseen.get(id) ?? null;
  }

  /** The ids of those that nobody has seen. */
  get unseen() {
    return [...this.#unseen.keys()];
  }

  /**
   * @param {string} id
   * @returns {boolean} whether that is news
   */
  see(id) {
    return this.#unseen.delete(id);
  }

  /** @param {string} id of a camera that is gone */
  forget(id) {
    this.#known.delete(id);
    this.#unseen.delete(id);
  }
}
