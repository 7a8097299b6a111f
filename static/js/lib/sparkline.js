import { find } from "./dom.js";

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
    this.#path.setAttribute("d", this.#line());
  }

  #line() {
    const most = Math.max(1, ...this.#values.map((value) => value ?? 0));
    const first = POINTS - this.#values.length;
    let pen = "M";
    return this.#values
      .map((value, index) => {
        if (value === null) {
          pen = "M";
          return "";
        }
        const y = HEIGHT - MARGIN - (value / most) * (HEIGHT - 2 * MARGIN);
        const point = `${pen}${first + index} ${y.toFixed(1)}`;
        pen = "L";
        return point;
      })
      .join("");
  }
}
