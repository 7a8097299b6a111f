import { Chart } from "../../lib/chart.js";
import { find } from "../../lib/dom.js";
import { NONE, bitRate, count, framesPerSecond, milliseconds, percent } from "../../lib/format.js";
import { gettext, interpolate } from "../../lib/i18n.js";

/** @typedef {import("./points.js").Point} Point */

/** @type {Record<string, { least: number, format: (value: number) => string, words: (values: (number | null)[]) => string, read: ((point: Point) => number | null)[] }>} */
const QUANTITIES = {
  fps: {
    least: 5,
    format: framesPerSecond,
    words: ([fps]) => framesPerSecond(fps),
    read: [whileLive((point) => point.fps)],
  },
  "bit-rate": {
    least: 100_000,
    format: bitRate,
    words: ([bits]) => bitRate(bits),
    read: [whileLive((point) => point.bits_per_s)],
  },
  latency: {
    least: 20,
    format: milliseconds,
    words: latencyWords,
    read: [
      (point) => point.uplink_ms,
      (point) => point.latency_p95_ms,
      (point) => point.latency_p50_ms,
    ],
  },
  viewers: {
    least: 2,
    format: count,
    words: ([viewers]) => (viewers === null ? NONE : count(viewers)),
    read: [(point) => point.viewers],
  },
};

/** @param {(point: Point) => number} read */
function whileLive(read) {
  return (/** @type {Point} */ point) => (point.live_s ? read(point) : null);
}

/** @param {(number | null)[]} values */
function latencyWords([uplink, high, median]) {
  if (median === null) {
    return uplink === null
      ? NONE
      : interpolate(gettext("%(time)s to the server"), { time: milliseconds(uplink) });
  }
  return `${milliseconds(median)} · ${percent(0.95)} ≤ ${milliseconds(high)}`;
}

/** All charts of the page: the pointer over one tells what each of them was at that time. */
export class Charts {
  #charts;
  #steps = 1;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#charts = Object.entries(QUANTITIES).map(([name, quantity]) => {
      const figure = find(element, `[data-chart=${name}]`, HTMLElement);
      return { chart: new Chart(figure, quantity), read: quantity.read };
    });
    for (const plot of element.querySelectorAll(".plot")) {
      if (!(plot instanceof HTMLElement)) continue;
      plot.addEventListener("pointermove", (event) => this.#point(plot, event));
      plot.addEventListener("pointerdown", (event) => this.#point(plot, event));
      plot.addEventListener("pointerleave", () => this.#pointAt(null));
    }
  }

  /**
   * @param {(Point | null)[]} places
   * @param {{ share: number, label: string }[]} ticks
   */
  show(places, ticks) {
    this.#steps = places.length;
    const gaps = places.map((point) => point === null);
    for (const { chart, read } of this.#charts) {
      const series = read.map((each) => places.map((point) => point && each(point)));
      chart.show(series, { steps: places.length, ticks, gaps });
    }
  }

  /**
   * @param {HTMLElement} plot
   * @param {PointerEvent} event
   */
  #point(plot, { clientX }) {
    const { left, width } = plot.getBoundingClientRect();
    const step = Math.floor(((clientX - left) / width) * this.#steps);
    this.#pointAt(Math.min(this.#steps - 1, Math.max(0, step)));
  }

  /** @param {number | null} step */
  #pointAt(step) {
    for (const { chart } of this.#charts) chart.point(step);
  }
}
