/** What becomes of cameras, in sentences for those who hear a wall. */

import { gettext, interpolate } from "../../lib/i18n.js";

/** @typedef {import("../../watch/state.js").ShownState} ShownState */

/** @type {Partial<Record<ShownState, string>>} */
const SENTENCES = {
  live: gettext("%(name)s is live."),
  stale: gettext("%(name)s has no new picture."),
  lost: gettext("%(name)s is lost."),
  paused: gettext("%(name)s is paused."),
  off: gettext("%(name)s is off."),
};

/** Tells what has changed since a camera was last spoken of. */
export class News {
  /** @type {Map<string, ShownState>} by id */
  #known = new Map();

  /**
   * @param {{ id: string, name: string }} camera
   * @param {ShownState} state
   * @returns {string} empty where there is nothing to say
   */
  about({ id, name }, state) {
    const sentence = SENTENCES[state];
    if (!sentence) return "";
    const before = this.#known.get(id);
    this.#known.set(id, state);
    // Whoever opens a wall reads how everything is.
    return before && before !== state ? interpolate(sentence, { name }) : "";
  }

  /** @param {string} id of a camera that is gone */
  forget(id) {
    this.#known.delete(id);
  }
}
