import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import {
  UPRIGHT,
  orient,
  orientationOf,
  remember,
  remembered,
  turned,
} from "../../../../static/js/pages/shared/orientation.js";

/** @type {Map<string, string>} */
const stored = new Map();

beforeEach(() => {
  stored.clear();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => stored.set(key, value),
    },
  });
});

test("four quarters are a whole turn", () => {
  const turns = [UPRIGHT];
  for (let i = 0; i < 4; i += 1) turns.push(turned(turns[i]));
  assert.deepEqual(
    turns.map(({ turn }) => turn),
    [0, 90, 180, 270, 0],
  );
});

test("each camera keeps its own, and one that is upright takes no room", () => {
  const upended = { ...UPRIGHT, turn: /** @type {const} */ (90), mirrored: true };
  remember("1", upended);
  remember("2", { ...UPRIGHT, fills: true });
  assert.deepEqual(remembered("1"), upended);
  assert.deepEqual(remembered("3"), UPRIGHT);
  remember("1", { ...UPRIGHT });
  assert.deepEqual(Object.keys(JSON.parse(stored.get("orientation") ?? "")), ["2"]);
});

test("what a tile shows can be read from it", () => {
  /** @type {any} */
  const tile = {
    dataset: {},
    /** @param {string} name @param {boolean} isOn */
    toggleAttribute(name, isOn) {
      const key = name.replace("data-", "");
      if (isOn) this.dataset[key] = "";
      else delete this.dataset[key];
    },
  };
  assert.deepEqual(orientationOf(tile), UPRIGHT);
  const orientation = { turn: /** @type {const} */ (270), mirrored: true, fills: true };
  orient(tile, orientation);
  assert.deepEqual(orientationOf(tile), orientation);
});
