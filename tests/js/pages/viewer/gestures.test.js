import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Gestures } from "../../../../static/js/pages/viewer/gestures.js";

/** As much of an element as gestures use: 200 x 100 px, at the window's top left. */
class FakeElement extends EventTarget {
  hidden = false;
  isZoomed = false;
  style = { transform: "", setProperty() {} };
  getBoundingClientRect = () => ({ left: 0, top: 0, width: 200, height: 100 });
  /** @param {string} _name @param {boolean} isOn */
  toggleAttribute(_name, isOn) {
    this.isZoomed = isOn;
  }
  setPointerCapture() {}
}

Object.assign(globalThis, { Element: class {}, WheelEvent: { DOM_DELTA_LINE: 1 } });

let [frame, picture, map] = [new FakeElement(), new FakeElement(), new FakeElement()];

beforeEach(() => {
  [frame, picture, map] = [new FakeElement(), new FakeElement(), new FakeElement()];
  new Gestures(/** @type {any} */ (frame), /** @type {any} */ (picture), /** @type {any} */ (map));
});

/**
 * @param {string} type
 * @param {object} more
 * @returns whether the page must not scroll
 */
function happen(type, more) {
  const event = Object.assign(new Event(type, { cancelable: true }), { deltaMode: 0 }, more);
  frame.dispatchEvent(event);
  return event.defaultPrevented;
}

/** @param {number} deltaY */
const wheel = (deltaY, more = {}) => happen("wheel", { deltaY, clientX: 0, clientY: 0, ...more });

/** @param {number} id @param {number} x @param {number} y @param {string} [type] */
function finger(id, x, y, type = "pointermove") {
  happen(type, { pointerId: id, clientX: x, clientY: y, button: 0 });
}

test("a notch of the wheel is a quarter, and the map shows that there is more", () => {
  assert.ok(map.hidden);
  assert.ok(wheel(-100));
  assert.match(picture.style.transform, /^scale\(1\.2(5|49+)\d*\)/);
  assert.ok(frame.isZoomed && !map.hidden);
});

test("the page scrolls on where the whole picture is seen already", () => {
  assert.ok(!wheel(100));
  wheel(-100);
  assert.ok(wheel(100));
  assert.equal(picture.style.transform, "");
});

test("lines count as what they are, and pinches of a touchpad more than wheels", () => {
  wheel(-3, { deltaMode: 1 });
  assert.match(picture.style.transform, /^scale\(1\.24\d+\)/);
  map.dispatchEvent(new Event("click"));
  wheel(-10, { ctrlKey: true });
  assert.match(picture.style.transform, /^scale\(1\.10\d+\)/);
});

test("a pointer drags a picture that is zoomed, until it is lifted", () => {
  wheel(-1000);
  const before = picture.style.transform;
  finger(1, 100, 50, "pointerdown");
  finger(1, 80, 50);
  assert.notEqual(picture.style.transform, before);
  finger(1, 80, 50, "pointerup");
  const dragged = picture.style.transform;
  finger(1, 10, 10);
  assert.equal(picture.style.transform, dragged);
});

test("two fingers that part enlarge what is between them, and the map leads back", () => {
  finger(1, 90, 50, "pointerdown");
  finger(2, 110, 50, "pointerdown");
  finger(1, 80, 50);
  finger(2, 120, 50);
  assert.match(picture.style.transform, /^scale\(2\)/);
  map.dispatchEvent(new Event("click"));
  assert.equal(picture.style.transform, "");
});
