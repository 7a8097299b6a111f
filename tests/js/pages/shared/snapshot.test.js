import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { UPRIGHT } from "../../../../static/js/pages/shared/orientation.js";
import { copyOf, saveSnapshot, snapshotName } from "../../../../static/js/pages/shared/snapshot.js";

/** @type {[string, ...unknown[]][]} what was done to the copy */
let done = [];
/** @type {{ href: string, download: string }[]} */
let saved = [];

/** @param {string} name */
const step =
  (name) =>
  (/** @type {unknown[]} */ ...values) =>
    done.push([name, ...values]);

class Copy {
  width = 0;
  height = 0;
  getContext = () => ({
    translate: step("translate"),
    rotate: step("rotate"),
    scale: step("scale"),
    drawImage: step("draw"),
  });
  /** @param {(file: object) => void} give @param {unknown[]} how */
  toBlob(give, ...how) {
    done.push(["file", ...how]);
    give({});
  }
}

class Link {
  href = "";
  download = "";
  click = () => saved.push(this);
}

Object.assign(globalThis, {
  document: {
    createElement: (/** @type {string} */ name) => (name === "a" ? new Link() : new Copy()),
  },
});
const canvas = /** @type {HTMLCanvasElement} */ (
  /** @type {unknown} */ ({ width: 40, height: 30 })
);

test("a snapshot is named by its camera and the local time", () => {
  assert.equal(
    snapshotName("gate-2", new Date(2026, 10, 3, 4, 5, 6)),
    "gate-2-2026-11-03-040506.jpg",
  );
});

test("it has all pixels of the picture, upright, as a good JPEG", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(URL, "createObjectURL", () => "blob:1");
  const revoked = mock.method(URL, "revokeObjectURL", () => {});
  [done, saved] = [[], []];
  await saveSnapshot(canvas, "gate");
  assert.deepEqual(done.at(-2)?.slice(0, 1), ["draw"]);
  assert.deepEqual(done.at(-1), ["file", "image/jpeg", 0.92]);
  assert.match(saved[0].download, /^gate-\d{4}-\d\d-\d\d-\d{6}\.jpg$/);
  assert.equal(revoked.mock.callCount(), 0);
  mock.timers.tick(10_000);
  assert.equal(revoked.mock.callCount(), 1);
});

test("it is turned and mirrored as the picture is", () => {
  done = [];
  const { width, height } = copyOf(canvas, { ...UPRIGHT, turn: 90, mirrored: true });
  assert.deepEqual([width, height], [30, 40]);
  assert.deepEqual(done, [
    ["translate", 15, 20],
    ["rotate", Math.PI / 2],
    ["scale", -1, 1],
    ["draw", canvas, -20, -15],
  ]);
});
