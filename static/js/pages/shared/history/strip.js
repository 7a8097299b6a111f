import { find, setText } from "../../../lib/dom.js";
import { spanWords } from "./words.js";

/** @typedef {import("./words.js").Span} Span */

/**
 * A stretch of the past as a band: what the camera was when. The pointer, and the arrow keys, tell
 * more of each part.
 */
export class Strip {
  #bars;
  #slider;
  #tip;
  /** @type {Span[]} */
  #spans = [];

  /** @param {HTMLElement} element a copy of `streaming/_states.html` */
  constructor(element) {
    this.#bars = find(element, ".spans", HTMLElement);
    this.#slider = find(element, "input", HTMLInputElement);
    this.#tip = find(element, ".tip", HTMLElement);
    for (const type of /** @type {const} */ (["pointermove", "pointerdown"])) {
      element.addEventListener(type, (event) => this.#tellAt(event.clientX));
    }
    element.addEventListener("pointerleave", () => this.#close());
    this.#slider.addEventListener("input", () => this.#tell(Number(this.#slider.value)));
    this.#slider.addEventListener("focus", () => this.#tell(Number(this.#slider.value)));
    this.#slider.addEventListener("blur", () => this.#close());
  }

  /**
   * @param {string} label of what it is
   * @param {Span[]} spans in order, without gaps
   */
  show(label, spans) {
    const wasAtEnd = Number(this.#slider.value) >= this.#spans.length - 1;
    this.#spans = spans;
    this.#bars.replaceChildren(...spans.map((span) => this.#bar(span)));
    this.#slider.setAttribute("aria-label", label);
    this.#slider.max = String(spans.length - 1);
    // Now is what one wants to know first.
    if (wasAtEnd) this.#slider.value = this.#slider.max;
    this.#say(Number(this.#slider.value));
    this.#close();
  }

  /** @param {Span} span */
  #bar(span) {
    const bar = document.createElement("i");
    bar.dataset.state = span.state;
    bar.style.left = `${100 * this.#share(span.from)}%`;
    bar.style.width = `${100 * (this.#share(span.to) - this.#share(span.from))}%`;
    return bar;
  }

  /** @param {number} at ms since the epoch */
  #share(at) {
    const since = this.#spans[0].from;
    return (at - since) / (this.#spans[this.#spans.length - 1].to - since);
  }

  /** @param {number} x */
  #tellAt(x) {
    if (!this.#spans.length) return;
    const { left, width } = this.#bars.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (x - left) / width));
    const index = this.#spans.findIndex((span) => this.#share(span.to) >= share);
    this.#tell(this.#nearest(index, share, 3 / width));
  }

  /**
   * The worst of the parts within so much of `share`: nobody hits one of a pixel.
   *
   * @param {number} index
   * @param {number} share
   * @param {number} reach
   */
  #nearest(index, share, reach) {
    const near = [index - 1, index, index + 1].filter((each) => {
      const span = this.#spans[each];
      return (
        span && this.#share(span.from) <= share + reach && this.#share(span.to) >= share - reach
      );
    });
    return near.find((each) => this.#spans[each].state === "lost") ?? index;
  }

  /** @param {number} index */
  #tell(index) {
    const span = this.#spans[index];
    if (!span) return;
    this.#slider.value = String(index);
    this.#say(index);
    [...this.#bars.children].forEach((bar, place) => {
      bar.toggleAttribute("data-told", place === index);
    });
    setText(this.#tip, spanWords(span));
    this.#tip.hidden = false;
    const middle = (this.#share(span.from) + this.#share(span.to)) / 2;
    this.#tip.style.left = `${100 * middle}%`;
    // Not beyond the edges.
    this.#tip.style.translate = `${-100 * middle}% 0`;
  }

  /** @param {number} index */
  #say(index) {
    const span = this.#spans[index];
    this.#slider.setAttribute("aria-valuetext", span ? spanWords(span) : "");
  }

  #close() {
    if (this.#slider.matches(":focus-visible")) return;
    this.#tip.hidden = true;
    for (const bar of this.#bars.children) bar.removeAttribute("data-told");
  }
}
