/** What a wall has heard of its cameras: which are live, and which were lost and not seen since. */

import { Alarms, isLost, isOver } from "../shared/alarms.js";
import { News } from "./news.js";
import { LiveFirst } from "./order.js";

/** @typedef {import("../../watch/state.js").ShownState} ShownState */

/**
 * @typedef {object} Condition
 * @property {{ id: string, name: string }} camera
 * @property {ShownState} state
 * @property {string | null} reason why it is off or paused
 */

/** States that tell that a camera is there. */
const LIVE = ["live", "stale", "paused", "lost"];

export class Conditions {
  #alarms = new Alarms();
  #announcer;
  #liveFirst = new LiveFirst();
  #news = new News();
  /** The id of the camera that was lost last. */
  lastLost = "";

  /** @param {{ tell(id: string, sentence: string): void }} announcer */
  constructor(announcer) {
    this.#announcer = announcer;
  }

  /**
   * @param {Condition} condition which may have changed
   * @returns {boolean} whether the camera was lost just now
   */
  hear(condition) {
    const { camera, state, reason } = condition;
    const isNew = this.#alarms.note(camera.id, isLost(state, reason));
    if (isNew) this.lastLost = camera.id;
    const sentence = this.#news.about(camera, state);
    if (sentence) this.#announcer.tell(camera.id, sentence);
    this.#noteLive(condition);
    return isNew;
  }

  /**
   * Somebody has seen the camera.
   *
   * @param {Condition} condition
   * @returns {boolean} whether it was lost, and that had not been seen
   */
  see(condition) {
    const isNews = this.#alarms.see(condition.camera.id);
    if (isNews) this.#noteLive(condition);
    return isNews;
  }

  /** The ids of those that were lost and not seen since. */
  get unseen() {
    return this.#alarms.unseen;
  }

  /** @param {string} id */
  lostAt(id) {
    return this.#alarms.since(id);
  }

  /**
   * Whether it has been live, or not off, for a while.
   *
   * @param {string} id
   */
  isLive(id) {
    return this.#liveFirst.isLive(id);
  }

  /** @returns {boolean} whether what `isLive` says may have changed */
  settle() {
    return this.#liveFirst.settle(performance.now());
  }

  /** @param {string} id of a camera that is gone */
  forget(id) {
    for (const part of [this.#alarms, this.#liveFirst, this.#news]) part.forget(id);
  }

  /** @param {Condition} condition */
  #noteLive({ camera: { id }, state, reason }) {
    if (!LIVE.includes(state) && state !== "off") return;
    // A lost camera keeps its place until somebody has seen that it is lost.
    const isLive = !isOver(state, reason) || this.#alarms.since(id) !== null;
    this.#liveFirst.note(id, isLive, performance.now());
  }
}
