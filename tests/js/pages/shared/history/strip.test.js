import assert from "node:assert/strict";
import { test } from "node:test";

Object.assign(globalThis, { document: { documentElement: { lang: "en-GB" }, createElement } });

class FakeElement {
  /** @type {Record<string, string>} */
  attributes = {};
  /** @type {Record<string, string>} */
  dataset = {};
  /** @type {Record<string, string>} */
  style = {};
  /** @type {FakeElement[]} */
  children = [];
  textContent = "";
  hidden = true;
  value = "0";
  max = "0";
  isFocused = false;
  /** @type {Record<string, (event: any) => void>} */
  listeners = {};
  /** @type {Record<string, FakeElement>} */
  parts = {};

  /** @param {string} type @param {(event: any) => void} listener */
  addEventListener(type, listener) {
    this.listeners[type] = listener;
  }

  /** @param {string} name @param {string} value */
  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  /** @param {string} name */
  removeAttribute(name) {
    delete this.attributes[name];
  }

  /** @param {string} name @param {boolean} isOn */
  toggleAttribute(name, isOn) {
    if (isOn) this.attributes[name] = "";
    else delete this.attributes[name];
  }

  /** @param {FakeElement[]} children */
  replaceChildren(...children) {
    this.children = children;
  }

  /** @param {string} selector */
  querySelector(selector) {
    this.parts[selector] ??= new FakeElement();
    return this.parts[selector];
  }

  matches() {
    return this.isFocused;
  }

  getBoundingClientRect() {
    return { left: 0, width: 100 };
  }
}

function createElement() {
  return new FakeElement();
}

Object.assign(globalThis, { HTMLElement: FakeElement, HTMLInputElement: FakeElement });

const { Strip } = await import("../../../../../static/js/pages/shared/history/strip.js");

const HOUR = 3_600_000;
const SPANS = /** @type {any[]} */ ([
  { state: "live", from: 0, to: 5 * HOUR, reason: null, publisher: "olga", count: 1 },
  { state: "lost", from: 5 * HOUR, to: 5.1 * HOUR, reason: "lost", publisher: "olga", count: 1 },
  { state: "live", from: 5.1 * HOUR, to: 10 * HOUR, reason: null, publisher: "sam", count: 1 },
]);

function open() {
  const element = new FakeElement();
  const strip = new Strip(/** @type {any} */ (element));
  strip.show("Last 24 hours of Door", SPANS);
  const [bars, slider, tip] = [".spans", "input", ".tip"].map((each) =>
    element.querySelector(each),
  );
  return { element, strip, bars, slider, tip };
}

test("each state has its place", () => {
  const { bars } = open();
  const places = bars.children.map(({ dataset, style }) => [dataset.state, style.left]);
  assert.deepEqual(places, [
    ["live", "0%"],
    ["lost", "50%"],
    ["live", "51%"],
  ]);
});

test("keys go from state to state, beginning with now, and each is told", () => {
  const { slider, tip } = open();
  assert.deepEqual([slider.value, slider.max], ["2", "2"]);
  assert.equal(slider.attributes["aria-label"], "Last 24 hours of Door");
  assert.match(slider.attributes["aria-valuetext"], /^Live .* sam$/);
  slider.isFocused = true;
  slider.value = "1";
  slider.listeners.input({});
  assert.match(slider.attributes["aria-valuetext"], /^Lost .* No signal .* olga$/);
  assert.deepEqual([tip.hidden, tip.textContent], [false, slider.attributes["aria-valuetext"]]);
});

test("the pointer finds an outage that is narrower than itself", () => {
  const { element, tip } = open();
  element.listeners.pointermove({ clientX: 20 });
  assert.match(tip.textContent, /^Live/);
  element.listeners.pointermove({ clientX: 48 });
  assert.match(tip.textContent, /^Lost/);
  element.listeners.pointerleave({});
  assert.equal(tip.hidden, true);
});

test("new states leave the place of who reads them", () => {
  const { strip, slider } = open();
  slider.value = "1";
  strip.show("Door", SPANS);
  assert.equal(slider.value, "1");
});
