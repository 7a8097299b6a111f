/** A chart of one or more quantities over time: lines in an SVG, everything else around it. */

import { find, setText } from "./dom.js";
import { line, roundMost } from "./line.js";

const HEIGHT = 100;
const MARGIN = 1;

/**
 * @typedef {object} Axis
 * @property {number} steps how many values stand side by side
 * @property {{ share: number, label: string }[]} ticks
 * @property {boolean[]} gaps whether there is no data at all, for each step
 */

export class Chart {
  #figure;
  #svg;
  #paths;
  #format;
  #words;
  #least;
  /** @type {(number | null)[][]} */
  #series = [];
  #steps = 1;

  /**
   * @param {HTMLElement} figure
   * @param {object} options
   * @param {(value: number) => string} options.format a value with its unit
   * @param {(values: (number | null)[]) => string} options.words those of one step
   * @param {number} options.least what the top is at least, so that small noise looks small
   */
  constructor(figure, { format, words, least }) {
    this.#figure = figure;
    this.#svg = find(figure, "svg", SVGSVGElement);
    this.#paths = [...this.#svg.querySelectorAll("path")];
    this.#format = format;
    this.#words = words;
    this.#least = least;
  }

  /**
   * @param {(number | null)[][]} series a line each, in the order of the paths
   * @param {Axis} axis
   */
  show(series, { steps, ticks, gaps }) {
    this.#series = series;
    this.#steps = steps;
    const most = roundMost(series.flat(), this.#least);
    this.#svg.setAttribute("viewBox", `0 0 ${steps} ${HEIGHT}`);
    this.#paths.forEach((path, index) => {
      const box = { left: 0.5, height: HEIGHT, margin: MARGIN, most };
      path.setAttribute("d", line(series[index], box));
    });
    setText(this.#part("top"), this.#format(most));
    this.#part("gaps").replaceChildren(...runs(gaps).map((run) => this.#gap(run)));
    this.#part("axis").replaceChildren(...tickMarks(ticks));
    this.point(null);
  }

  /** @param {number | null} step that the pointer is over; none shows the newest */
  point(step) {
    const cursor = this.#part("cursor");
    cursor.hidden = step === null;
    if (step !== null) cursor.style.left = `${((step + 0.5) / this.#steps) * 100}%`;
    const shown = step ?? this.#newest();
    setText(this.#part("value"), this.#words(this.#series.map((values) => values[shown] ?? null)));
  }

  #newest() {
    const [first] = this.#series;
    return first.reduce(
      (/** @type {number} */ found, value, at) => (value === null ? found : at),
      0,
    );
  }

  /** @param {{ from: number, to: number }} run */
  #gap({ from, to }) {
    const gap = document.createElement("div");
    gap.style.left = `${(from / this.#steps) * 100}%`;
    gap.style.width = `${((to - from) / this.#steps) * 100}%`;
    return gap;
  }

  /** @param {string} name */
  #part(name) {
    return find(this.#figure, `[data-part=${name}]`, HTMLElement);
  }
}

/**
 * Where it is true without a break: from and up to which place.
 *
 * @param {readonly boolean[]} values
 */
export function runs(values) {
  /** @type {{ from: number, to: number }[]} */
  const found = [];
  values.forEach((value, index) => {
    const last = found.at(-1);
    if (value && last?.to === index) last.to = index + 1;
    else if (value) found.push({ from: index, to: index + 1 });
  });
  return found;
}

/**
 * The labels of an axis.
 *
 * @param {{ share: number, label: string }[]} ticks
 */
export function tickMarks(ticks) {
  return ticks.map(({ share, label }) => {
    const mark = document.createElement("span");
    mark.textContent = label;
    // At the very edges a label would be cut off.
    mark.style.left = `clamp(28px, ${share * 100}%, 100% - 28px)`;
    return mark;
  });
}
