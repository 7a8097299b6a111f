/**
 * A screen on a wall: it is dimmed at night, says when its access was revoked, and loads itself
 * anew after an upgrade.
 */

import { Refusal } from "../../lib/post.js";
import { isNight } from "./night.js";

const TICK_MS = 1000;
const ASK_EVERY_MS = 60_000;
/** While something seems to have changed. */
const ASK_SOON_MS = 5000;
/** While web processes are replaced one by one, old and new answer in turn. */
const ANSWERS_OF_NEW_RELEASE = 3;

/**
 * What the server says each minute.
 *
 * @typedef {object} ScreenState
 * @property {string} release another one after an upgrade
 * @property {[string, string] | null} dims
 */

/**
 * @typedef {object} Page
 * @property {() => Promise<ScreenState>} ask throws Refusal, or what `fetch` throws
 * @property {() => Promise<void>} reopen the link by its secret, in the same way
 * @property {() => void} reload
 * @property {(isDimmed: boolean) => void} dim
 * @property {(isRevoked: boolean) => void} showRevoked
 */

export class Screen {
  /** What the page says is new: the next question is in a minute. */
  #askedAt = performance.now();
  #dims;
  #isAsking = false;
  #isRevoked = false;
  #newReleases = 0;
  #page;
  #release;
  #source;

  /**
   * @param {ScreenState} state as the page was made
   * @param {{ connection: import("../../watch/connection/source.js").Connection }} source
   * @param {Page} page
   */
  constructor({ release, dims }, source, page) {
    this.#release = release;
    this.#dims = dims;
    this.#source = source;
    this.#page = page;
    setInterval(() => void this.#tick(), TICK_MS);
    this.#dim();
  }

  async #tick() {
    this.#dim();
    if (this.#isAsking || !this.#isTimeToAsk()) return;
    this.#isAsking = true;
    this.#askedAt = performance.now();
    try {
      this.#answered(await this.#page.ask());
    } catch (error) {
      await this.#failed(error);
    } finally {
      this.#isAsking = false;
    }
  }

  #isTimeToAsk() {
    const isOver = this.#source.connection === "over" && !this.#isRevoked;
    const waitMs = isOver || this.#newReleases > 0 ? ASK_SOON_MS : ASK_EVERY_MS;
    return performance.now() - this.#askedAt >= waitMs;
  }

  /** @param {ScreenState} state */
  #answered({ release, dims }) {
    this.#dims = dims;
    this.#dim();
    this.#newReleases = release === this.#release ? 0 : this.#newReleases + 1;
    const isUpgraded = this.#newReleases >= ANSWERS_OF_NEW_RELEASE;
    // A connection that is over comes back by no other way.
    const isBack = this.#isRevoked || this.#source.connection === "over";
    if (isUpgraded || isBack) this.#page.reload();
  }

  /** @param {unknown} error */
  async #failed(error) {
    // No network, or the server is being restarted: the wall itself says so, and reconnects.
    if (!(error instanceof Refusal) || error.status >= 500) return;
    try {
      await this.#page.reopen();
      this.#page.reload();
    } catch (refused) {
      if (!(refused instanceof Refusal) || refused.status >= 500) return;
      this.#isRevoked = true;
      this.#page.showRevoked(true);
    }
  }

  #dim() {
    this.#page.dim(isNight(this.#dims, new Date()));
  }
}
