import { find } from "./dom.js";
import { line } from "./line.js";

const POINTS = 120;
const HEIGHT = 32;
/** Keeps the line's own width inside the box. */
const MARGIN = 2;

/** The last minute of a quantity as a line; gaps where there is no value. */
export class Sparkline {
  #path;
  /** @type {(number | null)[]} */
  #values = [];

  /** @param {SVGSVGElement} svg */
  constructor(svg) {
    svg.setAttribute("viewBox", `0 0 ${POINTS - 1} ${HEIGHT}`);
    this.#path = find(svg, "path", SVGPathElement);
  }

  /** @param {number | null} value */
  add(value) {
    this.#values.push(value);
    if (this.#values.length > POINTS) this.#values.shift();
    const most = Math.max(1, ...this.#values.map((each) => each ?? 0));
    const left = POINTS - this.#values.length;
    this.#path.setAttribute(
      "d",
      line(this.#values, { left, height: HEIGHT, margin: MARGIN, most }),
    );
  }
}
