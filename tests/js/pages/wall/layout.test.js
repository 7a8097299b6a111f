import assert from "node:assert/strict";
import { test } from "node:test";

import { place } from "../../../../static/js/pages/wall/blocks.js";
import { beside, single, stacked } from "../../../../static/js/pages/wall/blocks.js";
import { LAYOUTS, MAX_TILES, covered, plan } from "../../../../static/js/pages/wall/layout.js";

const WINDOWS = [
  [1440, 900],
  [1920, 1080],
  [2560, 1080],
  [1080, 1920],
  [390, 844],
  [844, 390],
];
const GAP = 4;
const MIXED = [16 / 9, 4 / 3, 9 / 16];
/** @type {Record<string, (index: number) => number>} shapes by the place in the order */
const SHAPES = { "16:9": () => 16 / 9, "4:3": () => 4 / 3, mixed: (index) => MIXED[index % 3] };
const COUNTS = Array.from({ length: 36 }, (_, index) => index + 1);
/** The share that is promised, less what gaps and whole pixels take. */
const PROMISED = 0.8 - 0.025;

/**
 * @param {number} count
 * @param {string} shape
 */
function aspectsOf(count, shape) {
  return Array.from({ length: count }, (_, index) => SHAPES[shape](index));
}

/**
 * @param {number[]} aspects
 * @param {number[]} window
 * @param {import("../../../../static/js/pages/wall/layout.js").LayoutName} [layout]
 */
function planned(aspects, [width, height], layout = "auto") {
  return plan({ width, height, gap: GAP, aspects, layout });
}

/**
 * Every way of putting equal pictures into rows, however many each has.
 *
 * @param {number} count
 * @param {number} [fewest]
 * @param {number} [most]
 * @returns {number[][]}
 */
function partitions(count, fewest = 1, most = count) {
  if (count === 0) return [[]];
  const found = [];
  for (let first = fewest; first <= Math.min(most, count); first += 1) {
    const limit = Math.min(most, 2 * first);
    for (const rest of partitions(count - first, first, limit)) found.push([first, ...rest]);
  }
  return found;
}

/**
 * Every way of putting pictures into rows without changing their order.
 *
 * @param {number} count
 * @returns {number[][]}
 */
function compositions(count) {
  if (count === 0) return [[]];
  return Array.from({ length: count }, (_, index) =>
    compositions(count - index - 1).map((rest) => [index + 1, ...rest]),
  ).flat();
}

/** @type {Map<string, number[][]>} */
const ways = new Map();

/**
 * The best share that rows or columns of legible pictures reach of which none is much larger
 * than another.
 *
 * @param {number[]} aspects
 * @param {number[]} window
 */
function bestShare(aspects, [width, height]) {
  const isUniform = new Set(aspects).size === 1;
  assert.ok(isUniform || aspects.length <= 12, "so many always cover enough");
  const key = `${isUniform} ${aspects.length}`;
  if (!ways.has(key)) ways.set(key, (isUniform ? partitions : compositions)(aspects.length));
  const area = { width, height };
  const limit = 2 * Math.sqrt(Math.max(...aspects) / Math.min(...aspects));
  let best = 0;
  for (const counts of ways.get(key) ?? []) {
    for (const [along, across] of [
      [beside, stacked],
      [stacked, beside],
    ]) {
      let next = 0;
      const line = (/** @type {number} */ count) =>
        along(Array.from({ length: count }, () => single(next, aspects[next++])));
      const rects = place(across(counts.map(line)), area);
      const sizes = rects.map((rect) => Math.sqrt(rect.width * rect.height));
      const isLegible = rects.every((rect) => Math.max(rect.width, rect.height) >= 160);
      if (isLegible && Math.max(...sizes) / Math.min(...sizes) <= limit) {
        best = Math.max(best, covered(rects, area));
      }
    }
  }
  return best;
}

for (const shape of Object.keys(SHAPES)) {
  test(`1 to 36 pictures of ${shape} cover what geometry allows of each window`, (/** @type {any} */ context) => {
    for (const window of WINDOWS) {
      const [width, height] = window;
      const shares = COUNTS.map((count) => {
        const aspects = aspectsOf(count, shape);
        const pages = planned(aspects, window);
        const all = pages.map(({ tiles, rects }) => {
          const share = covered(rects, { width, height });
          if (share < PROMISED) {
            const best = bestShare(
              tiles.map((tile) => aspects[tile]),
              window,
            );
            assert.ok(share >= Math.min(0.8, best) - 0.025, `${count} in ${window}: ${share}`);
          }
          return share;
        });
        return `${Math.min(...all).toFixed(2)}${pages.length > 1 ? `/${pages.length}` : ""}`;
      });
      context.diagnostic(`${shape} in ${width}x${height}: ${shares.join(" ")}`);
    }
  });
}

test("each camera is on one page, inside the window and clear of the others", () => {
  for (const window of WINDOWS) {
    for (const layout of LAYOUTS.filter((name) => name !== "focus")) {
      for (const count of [1, 2, 3, 5, 7, 13, 30]) {
        const pages = planned(aspectsOf(count, "mixed"), window, layout);
        const shown = pages.flatMap(({ tiles }) => tiles);
        assert.deepEqual(shown, [...Array(count).keys()]);
        for (const { rects } of pages) assertApart(rects, window);
      }
    }
  }
});

/**
 * @param {import("../../../../static/js/pages/wall/blocks.js").Rect[]} rects
 * @param {number[]} window
 */
function assertApart(rects, [width, height]) {
  for (const [index, one] of rects.entries()) {
    assert.ok(one.left >= 0 && one.left + one.width <= width, "inside");
    assert.ok(one.top >= 0 && one.top + one.height <= height, "inside");
    for (const other of rects.slice(index + 1)) {
      const beside = one.left + one.width <= other.left || other.left + other.width <= one.left;
      const above = one.top + one.height <= other.top || other.top + other.height <= one.top;
      assert.ok(beside || above, "apart");
    }
  }
}

test("tiles are read row by row, as the cameras are ordered", () => {
  for (const window of WINDOWS) {
    for (const count of [3, 5, 7, 12, 30]) {
      for (const { rects } of planned(aspectsOf(count, "4:3"), window)) {
        assert.deepEqual(rects, asRead(rects));
      }
      for (const { rects } of planned(aspectsOf(count, "4:3"), window, "focus")) {
        assert.deepEqual(rects.slice(1), asRead(rects.slice(1)));
      }
    }
  }
});

/** @param {import("../../../../static/js/pages/wall/blocks.js").Rect[]} rects */
function asRead(rects) {
  return [...rects].sort((a, b) => a.top - b.top || a.left - b.left);
}

test("a tile has the shape of its picture", () => {
  for (const shape of ["16:9", "4:3"]) {
    const [{ rects }] = planned(aspectsOf(5, shape), [1440, 900]);
    for (const rect of rects) {
      const isClose = Math.abs(rect.width / rect.height / SHAPES[shape](0) - 1) < 0.03;
      assert.ok(isClose, `${rect.width}x${rect.height}`);
    }
  }
});

test("pictures that would be too small to see are on further pages, which are about equally full", () => {
  const pages = planned(aspectsOf(30, "16:9"), [390, 844]);
  assert.ok(pages.length > 1);
  const lengths = pages.map(({ tiles }) => tiles.length);
  assert.ok(Math.max(...lengths) - Math.min(...lengths) < pages.length);
  for (const { rects } of pages) {
    for (const { width, height } of rects) assert.ok(Math.max(width, height) >= 160 - GAP - 1);
  }
});

test("a page has no more tiles than a connection carries", () => {
  for (const { tiles } of planned(aspectsOf(200, "16:9"), [3840, 2160])) {
    assert.ok(tiles.length <= MAX_TILES);
  }
});

test("a fixed grid has so many places of the same size, however many are taken", () => {
  const pages = planned(aspectsOf(5, "mixed"), [1440, 900], "2x2");
  assert.deepEqual(
    pages.map(({ tiles }) => tiles),
    [[0, 1, 2, 3], [4]],
  );
  const sizes = pages.flatMap(({ rects }) => rects.map(({ width }) => width));
  assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
});

test("one large one: the first, on every page, and much larger than the rest", () => {
  for (const window of WINDOWS) {
    for (const count of [2, 4, 9, 16, 30]) {
      const pages = planned(aspectsOf(count, "16:9"), window, "focus");
      for (const { tiles, rects } of pages) {
        assert.equal(tiles[0], 0);
        for (const rect of rects.slice(1)) assert.ok(rects[0].width >= rect.width);
      }
      const others = pages.flatMap(({ tiles }) => tiles.slice(1));
      assert.deepEqual(others, [...Array(count).keys()].slice(1));
    }
  }
  const [{ rects }] = planned(aspectsOf(6, "16:9"), [1440, 900], "focus");
  assert.ok(rects[0].width > 2 * rects[1].width - 2 * GAP);
});

test("one camera alone has the window; none has no page", () => {
  for (const layout of LAYOUTS) {
    const aspects = aspectsOf(1, "16:9");
    if (layout === "auto" || layout === "focus") {
      const [{ rects }] = planned(aspects, [1920, 1080], layout);
      assert.ok(covered(rects, { width: 1920, height: 1080 }) > 0.99);
    }
    assert.equal(planned(aspects, [1920, 1080], layout).length, 1);
    assert.deepEqual(planned([], [1920, 1080], layout), []);
  }
});

test("a picture of an absurd shape takes no more than a reasonable place", () => {
  const [{ rects }] = planned([1000, 0.001, 16 / 9], [1440, 900]);
  for (const { width, height } of rects) assert.ok(width > 50 && height > 50);
});
