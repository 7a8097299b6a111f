import { find } from "../../lib/dom.js";
import { bitRate, count, framesPerSecond, milliseconds } from "../../lib/format.js";
import { shortTime } from "../shared/history/times.js";

/** The charts as a table: made only when somebody opens it. */
export class Numbers {
  #details;
  /** @type {import("./points.js").Point[]} */
  #points = [];

  /** @param {HTMLDetailsElement} details */
  constructor(details) {
    this.#details = details;
    details.addEventListener("toggle", () => this.#draw());
  }

  /** @param {import("./points.js").Point[]} points */
  show(points) {
    this.#points = points;
    this.#draw();
  }

  #draw() {
    if (!this.#details.open) return;
    const rows = [...this.#points].reverse().map(numberRow);
    find(this.#details, "tbody", HTMLTableSectionElement).replaceChildren(...rows);
  }
}

/** @param {import("./points.js").Point} point */
function numberRow(point) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  head.scope = "row";
  head.textContent = shortTime(Date.parse(point.at));
  row.append(head);
  const texts = [
    framesPerSecond(point.fps),
    bitRate(point.bits_per_s),
    milliseconds(point.latency_p50_ms),
    milliseconds(point.latency_p95_ms),
    milliseconds(point.uplink_ms),
    count(point.viewers),
    count(point.dropped),
  ];
  for (const text of texts) row.insertCell().textContent = text;
  return row;
}
