import assert from "node:assert/strict";
import { test } from "node:test";

import { Chart, runs } from "../../../static/js/lib/chart.js";

class FakeElement {
  /** @type {Record<string, string>} */
  attributes = {};
  /** @type {Record<string, string>} */
  style = {};
  /** @type {FakeElement[]} */
  children = [];
  textContent = "";
  hidden = false;
  /** @type {Record<string, FakeElement>} */
  #parts = {};

  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  /** @param {FakeElement[]} children */
  replaceChildren(...children) {
    this.children = children;
  }

  /** @param {string} selector */
  querySelector(selector) {
    this.#parts[selector] ??= new FakeElement();
    return this.#parts[selector];
  }

  querySelectorAll() {
    return [this.querySelector("path")];
  }
}

Object.assign(globalThis, {
  HTMLElement: FakeElement,
  SVGSVGElement: FakeElement,
  document: { createElement: () => new FakeElement() },
});

function open() {
  const figure = new FakeElement();
  const chart = new Chart(/** @type {any} */ (figure), {
    format: (value) => `${value} fps`,
    words: ([value]) => (value === null ? "none" : `${value} fps`),
    least: 5,
  });
  const part = (/** @type {string} */ name) => figure.querySelector(`[data-part=${name}]`);
  return { chart, part, path: figure.querySelector("svg").querySelector("path") };
}

const AXIS = {
  steps: 4,
  ticks: [{ share: 0.5, label: "12:00" }],
  gaps: [false, true, true, false],
};

test("a chart shows its line, its top, its axis and the newest value", () => {
  const { chart, part, path } = open();
  chart.show([[10, null, null, 20]], AXIS);
  assert.equal(path.attributes.d, "M0.5 50.0h0M3.5 1.0h0");
  assert.equal(part("top").textContent, "20 fps");
  assert.equal(part("value").textContent, "20 fps");
  assert.deepEqual(
    part("axis").children.map(({ textContent, style }) => [textContent, style.left]),
    [["12:00", "clamp(28px, 50%, 100% - 28px)"]],
  );
});

test("gaps are marked", () => {
  const { chart, part } = open();
  chart.show([[10, null, null, 20]], AXIS);
  assert.deepEqual(
    part("gaps").children.map(({ style }) => [style.left, style.width]),
    [["25%", "50%"]],
  );
});

test("the pointer tells the value at its time", () => {
  const { chart, part } = open();
  chart.show([[10, null, null, 20]], AXIS);
  chart.point(0);
  assert.equal(part("value").textContent, "10 fps");
  assert.deepEqual([part("cursor").hidden, part("cursor").style.left], [false, "12.5%"]);
  chart.point(1);
  assert.equal(part("value").textContent, "none");
  chart.point(null);
  assert.deepEqual([part("cursor").hidden, part("value").textContent], [true, "20 fps"]);
});

test("what is true side by side is one run", () => {
  assert.deepEqual(runs([true, true, false, true]), [
    { from: 0, to: 2 },
    { from: 3, to: 4 },
  ]);
  assert.deepEqual(runs([]), []);
});
