import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { h264 } from "../../../../static/js/protocol/codecs/h264.js";
import { jpeg } from "../../../../static/js/protocol/codecs/jpeg.js";
import { Rendition } from "../../../../static/js/protocol/wire.js";
import { RenderHost } from "../../../../static/js/watch/render/render-host.js";
import { runPending } from "../../fakes.js";

Object.assign(globalThis, {
  createImageBitmap: async () => ({ close() {} }),
  requestAnimationFrame: queueMicrotask,
});

/** @type {RenderHost} */
let host;
/** @type {any[]} */
let posted;

beforeEach(() => {
  posted = [];
  host = new RenderHost((message) => posted.push(message));
});

/** @param {number} screen */
function open(screen) {
  const context = { drawImage() {}, clearRect() {} };
  const canvas = /** @type {any} */ ({ getContext: () => context });
  host.receive({ type: "screen", screen, canvas });
}

/** @param {number} screen @param {object} [fields] */
async function show(screen, fields) {
  const picture = { rendition: Rendition.JPEG, codec: jpeg.number, key: true, capturedAt: 0 };
  const about = { session: 1, sequence: 1, width: 16, height: 8, ...picture, ...fields };
  const frame = { ...about, payload: Uint8Array.of(1) };
  host.receive({ type: "frame", screen, frame, arrivedAt: 0 });
  await runPending();
}

test("each screen says what it has shown, without the bytes", async () => {
  open(0);
  open(1);
  await show(1);
  const [{ type, screen, clearings, header }] = posted;
  assert.deepEqual([type, screen, clearings, header.sequence], ["shown", 1, 0, 1]);
  assert.ok(!("payload" in header));
});

test("what was shown says how often its screen had been cleared", async () => {
  open(0);
  host.receive({ type: "clear", screen: 0, clearings: 3 });
  await show(0);
  assert.equal(posted[0].clearings, 3);
});

test("video that does not begin with a key frame is asked for one", async () => {
  open(0);
  await show(0, { rendition: Rendition.VIDEO, codec: h264.number, key: false });
  assert.deepEqual(posted, [{ type: "key_frame", screen: 0 }]);
});

test("on a hidden page nothing is drawn, on screens that open meanwhile neither", async () => {
  host.receive({ type: "hidden", hidden: true });
  open(0);
  await show(0);
  assert.deepEqual(posted, []);
  host.receive({ type: "hidden", hidden: false });
  await runPending();
  assert.equal(posted.length, 1);
});

test("a closed screen shows nothing more, and others go on", async () => {
  open(0);
  open(1);
  const late = show(0);
  host.receive({ type: "close", screen: 0 });
  await late;
  host.receive({ type: "hidden", hidden: false });
  await show(1);
  assert.deepEqual(
    posted.map(({ screen }) => screen),
    [1],
  );
  assert.throws(() => host.receive({ type: "rest", screen: 0 }), /not open/);
});
