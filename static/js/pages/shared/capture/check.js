/** Answers "Is my picture good?". */

import { find, setText } from "../../../lib/dom.js";
import { measure } from "./measuring.js";
import { verdict } from "./verdict.js";
import { checkingWords, verdictWords } from "./words.js";

/**
 * @typedef {object} Page
 * @property {HTMLVideoElement} preview
 * @property {() => number} wantedFramesPerSecond
 * @property {() => boolean} isLive
 * @property {() => number | null} roundTrip to the server, ms
 */

export class Check {
  #answer;
  #button;
  #page;

  /**
   * The newest one.
   *
   * @type {import("../../../publish/worker-messages.js").Report | null}
   */
  report = null;

  /**
   * @param {HTMLElement} root
   * @param {Page} page
   */
  constructor(root, page) {
    this.#page = page;
    this.#button = find(root, "[data-action=check]", HTMLButtonElement);
    this.#answer = find(root, "[data-part=verdict]", HTMLElement);
    this.#button.addEventListener("click", () => void this.#run());
  }

  async #run() {
    this.#button.disabled = true;
    setText(this.#answer, checkingWords());
    const facts = await this.#facts();
    const found = verdict(facts);
    this.#answer.dataset.verdict = found;
    setText(this.#answer, verdictWords(found, facts));
    this.#button.disabled = false;
  }

  async #facts() {
    const { preview, wantedFramesPerSecond, isLive, roundTrip } = this.#page;
    const measured = await measure(preview);
    return {
      ...measured,
      wantedFramesPerSecond: wantedFramesPerSecond(),
      isLive: isLive(),
      limit: this.report?.limit ?? null,
      roundTrip: roundTrip(),
    };
  }
}
