import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { DOUBLE_MS, onClicks } from "../../../../static/js/pages/wall/clicks.js";

/** @type {EventTarget} */
let tile;
/** @type {string[]} */
let done;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  tile = new EventTarget();
  done = [];
  let ignored = 0;
  Object.assign(tile, { ignoreNext: () => (ignored += 1) });
  onClicks(/** @type {any} */ (tile), {
    isIgnored: () => ignored > 0,
    open: () => done.push("open"),
    fill: () => done.push("fill"),
  });
});

/**
 * @param {string} type
 * @param {{ x?: number, at?: number }} [where]
 */
function fire(type, { x = 0, at = 0 } = {}) {
  const event = new Event(type);
  Object.defineProperties(event, {
    clientX: { value: x },
    clientY: { value: 0 },
    timeStamp: { value: at },
  });
  tile.dispatchEvent(event);
}

/** @param {{ x?: number, at?: number }} [end] */
function click(end) {
  fire("pointerdown");
  fire("click", end);
}

test("a click opens the camera, once nobody clicks again", () => {
  click();
  mock.timers.tick(DOUBLE_MS - 1);
  assert.deepEqual(done, []);
  mock.timers.tick(1);
  assert.deepEqual(done, ["open"]);
});

test("a double click fills the screen, and opens nothing", () => {
  click();
  click();
  fire("dblclick");
  mock.timers.tick(1000);
  assert.deepEqual(done, ["fill"]);
});

test("the end of a drag, a long press and a click on a button open nothing", () => {
  click({ x: 40 });
  click({ at: 900 });
  /** @type {any} */ (tile).ignoreNext();
  click();
  fire("dblclick");
  mock.timers.tick(1000);
  assert.deepEqual(done, []);
});
