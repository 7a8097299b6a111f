/** What a wall says to screen readers: politely, and never so often that nobody can listen. */

import { interpolate, ngettext } from "../../lib/i18n.js";

export const EVERY_MS = 2000;
/** What happens to several cameras together is said together. */
const GATHER_MS = 300;

export class Announcer {
  #say;
  /** @type {ReturnType<typeof setTimeout> | undefined} while something waits, or has just been said */
  #timer;
  /** The newest sentence about each camera. @type {Map<string, string>} by id */
  #waiting = new Map();

  /** @param {(text: string) => void} say */
  constructor(say) {
    this.#say = say;
  }

  /**
   * @param {string} id
   * @param {string} sentence that names the camera
   */
  tell(id, sentence) {
    this.#waiting.set(id, sentence);
    this.#timer ??= setTimeout(() => this.#tellAll(), GATHER_MS);
  }

  /**
   * The answer to what somebody did, at once.
   *
   * @param {string} sentence
   */
  answer(sentence) {
    this.#say(sentence);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tellAll(), EVERY_MS);
  }

  #tellAll() {
    this.#timer = undefined;
    const [sentence] = this.#waiting.values();
    const count = this.#waiting.size - 1;
    this.#waiting.clear();
    if (sentence) this.answer(count ? withOthers(sentence, count) : sentence);
  }
}

/**
 * @param {string} sentence
 * @param {number} count
 */
function withOthers(sentence, count) {
  const text = ngettext(
    "%(sentence)s %(count)s more camera changed.",
    "%(sentence)s %(count)s more cameras changed.",
    count,
  );
  return interpolate(text, { sentence, count });
}
