import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { listenToKeys } from "../../../../static/js/pages/viewer/keys.js";

class FakeElement extends EventTarget {
  /** @param {string} [kind] */
  constructor(kind = "") {
    super();
    this.kind = kind;
  }
  /** @param {string} selector */
  closest(selector) {
    return selector.split(", ").includes(this.kind) ? this : null;
  }
}

class KeyEvent extends Event {
  ctrlKey = false;
  altKey = false;
  metaKey = false;
  /** @param {string} key @param {object} more */
  constructor(key, more) {
    super("keydown", { cancelable: true });
    this.key = key;
    Object.assign(this, more);
    Object.defineProperty(this, "target", { value: this.from ?? new FakeElement() });
  }
  /** @type {FakeElement | undefined} */
  from;
}

const page = new EventTarget();
Object.assign(globalThis, { document: page, Element: FakeElement });

/** @type {unknown[][]} */
let done = [];
const isZoomed = { now: true };
/** @type {any} */
const acts = new Proxy(
  {},
  {
    get:
      (_, name) =>
      (/** @type {unknown[]} */ ...values) => {
        done.push([name, ...values]);
        return name === "pan" ? isZoomed.now : undefined;
      },
  },
);
listenToKeys(acts);

/** @param {string} key @param {object} [more] @returns whether the browser has nothing to do with it */
function press(key, more = {}) {
  const event = new KeyEvent(key, more);
  page.dispatchEvent(event);
  return event.defaultPrevented;
}

beforeEach(() => {
  done = [];
  isZoomed.now = true;
});

test("keys zoom, move, and lead to the cameras beside", () => {
  for (const key of ["+", "-", "0", "ArrowLeft", "[", "]", "r"]) assert.ok(press(key));
  assert.deepEqual(done, [
    ["zoom", 1.25],
    ["zoom", 0.8],
    ["reset"],
    ["pan", 0.1, 0],
    ["previous"],
    ["next"],
    ["turn"],
  ]);
});

test("arrows scroll the page while there is nothing to move", () => {
  isZoomed.now = false;
  assert.ok(!press("ArrowDown"));
});

test("fields, dialogs and the browser keep their keys", () => {
  press("s", { ctrlKey: true });
  for (const kind of ["input", "select", "dialog"]) press("s", { from: new FakeElement(kind) });
  assert.deepEqual(done, []);
});
