import assert from "node:assert/strict";
import { test } from "node:test";

import { Adaptation } from "../../../../static/js/publish/encoding/adaptation.js";
import { Congestion } from "../../../../static/js/publish/encoding/congestion.js";

/** A second of 30 frames of video. */
const SECOND = { sent: 30, skipped: 0, busy: 0, bytes: 150_000, encodings: 30, encodeMs: 30 * 8 };
const NO_PICTURES = { sent: 0, skipped: 0, busy: 0, bytes: 0, encodings: 0, encodeMs: 0 };

/**
 * The server's report after this many seconds of 30 frames.
 *
 * @param {number} seconds
 * @param {Partial<import("../../../../static/js/publish/worker-messages.js").Received>} [differing]
 */
function received(seconds, differing = {}) {
  return { frames: 30 * seconds, bytes: 150_000 * seconds, lost: 0, delayMs: 0, ...differing };
}

test("what was delivered and lost is the difference of two words", () => {
  const congestion = new Congestion();
  congestion.received(1000, received(1));
  congestion.received(2000, received(2, { frames: 57, lost: 3, bytes: 285_000 }));
  const sample = congestion.sample([NO_PICTURES, SECOND], 0);
  assert.equal(sample.deliveredBitsPerSecond, 135_000 * 8);
  assert.equal(sample.lostShare, 0.1);
});

test("of a session that begins, the first word counts", () => {
  const congestion = new Congestion();
  congestion.start(0);
  congestion.received(1000, received(1));
  const sample = congestion.sample([NO_PICTURES, SECOND], 0);
  assert.deepEqual([sample.isReported, sample.deliveredBitsPerSecond], [true, 150_000 * 8]);
});

test("when more is sent, what was delivered before is forgotten, and the totals go on", () => {
  const congestion = new Congestion();
  congestion.start(0);
  congestion.received(1000, received(1, { delayMs: 300 }));
  congestion.renew(1500);
  const { isReported, delayMs } = congestion.sample([NO_PICTURES, SECOND], 0);
  assert.deepEqual([isReported, delayMs], [false, 0]);
  congestion.received(2000, received(2, { bytes: 200_000 }));
  assert.equal(congestion.sample([NO_PICTURES, SECOND], 0).deliveredBitsPerSecond, 100_000 * 8);
});

test("a device that encodes slowly is no queue on the way", () => {
  const congestion = new Congestion();
  const adaptation = new Adaptation();
  for (let second = 1; second <= 20; second += 1) {
    congestion.received(second * 1000, received(second, { delayMs: 280 }));
    const slow = { ...SECOND, encodeMs: 30 * 290 };
    adaptation.add(second * 1000, congestion.sample([NO_PICTURES, slow], 0));
  }
  assert.equal(adaptation.level, 0);
});

test("the same delay with quick encoding is one", () => {
  const congestion = new Congestion();
  const adaptation = new Adaptation();
  for (let second = 1; second <= 3; second += 1) {
    congestion.received(second * 1000, received(second, { delayMs: 280 }));
    adaptation.add(second * 1000, congestion.sample([NO_PICTURES, SECOND], 0));
  }
  assert.equal(adaptation.limit, "network");
});

test("the server's report on a slow second may come in the next one", () => {
  const congestion = new Congestion();
  congestion.sample([NO_PICTURES, { ...SECOND, encodeMs: 30 * 290 }], 0);
  congestion.received(1000, received(1));
  congestion.received(2000, received(2, { delayMs: 280 }));
  assert.equal(congestion.sample([NO_PICTURES, SECOND], 0).delayMs, 0);
});

test("what was delivered is told from the server's totals", () => {
  const congestion = new Congestion();
  congestion.received(0, { frames: 0, bytes: 0, lost: 0, delayMs: 0 });
  congestion.received(2000, { frames: 50, bytes: 100_000, lost: 10, delayMs: 40 });
  const second = { sent: 30, skipped: 30, busy: 15, bytes: 150_000, encodings: 0, encodeMs: 0 };
  congestion.waiting(2000, 500);
  assert.deepEqual(congestion.sample([second], 500), {
    waitingBytes: 500,
    wantedBitsPerSecond: 2_400_000,
    deliveredBitsPerSecond: 400_000,
    isReported: true,
    delayMs: 40,
    lostShare: 1 / 6,
    busyShare: 0.25,
  });
});

test("a server that says nothing has taken what was sent", () => {
  const second = { sent: 30, skipped: 0, busy: 0, bytes: 150_000, encodings: 0, encodeMs: 0 };
  assert.equal(new Congestion().sample([second], 0).deliveredBitsPerSecond, 1_200_000);
});

test("what still waits here was not delivered", () => {
  const second = { sent: 30, skipped: 0, busy: 0, bytes: 46_000, encodings: 0, encodeMs: 0 };
  assert.equal(new Congestion().sample([second], 27_250).deliveredBitsPerSecond, 150_000);
});

/**
 * A second of a camera of 5 fps, whose pictures have 40 kB.
 *
 * @param {Congestion} congestion
 * @param {number} second
 * @param {(tick: number) => number} waiting bytes at each tenth of it
 * @param {Partial<import("../../../../static/js/publish/worker-messages.js").Received>} [differing]
 */
function slowSecond(congestion, second, waiting, differing) {
  for (let tick = 0; tick < 10; tick += 1) {
    congestion.waiting(second * 1000 + tick * 100, waiting(tick));
  }
  const totals = { frames: 5 * second, bytes: 200_000 * second, lost: 0, delayMs: 0 };
  congestion.received(second * 1000 + 900, { ...totals, ...differing });
  const sent = { sent: 5, skipped: 0, busy: 0, bytes: 200_000, encodings: 5, encodeMs: 40 };
  return congestion.sample([sent, NO_PICTURES], waiting(9));
}

test("a slow camera's picture that has just been sent is no queue, though a picture is a fifth of all", () => {
  const congestion = new Congestion();
  const adaptation = new Adaptation();
  for (let second = 1; second <= 30; second += 1) {
    // Two on their way whenever it is asked, and none in between.
    adaptation.add(
      second * 1000,
      slowSecond(congestion, second, (tick) => (tick % 2) * 80_000),
    );
  }
  assert.deepEqual([adaptation.level, adaptation.limit], [0, null]);
});

test("what waits all the time is a queue, of a slow camera too", () => {
  const congestion = new Congestion();
  const adaptation = new Adaptation();
  for (let second = 1; second <= 3; second += 1) {
    adaptation.add(
      second * 1000,
      slowSecond(congestion, second, () => 80_000),
    );
  }
  assert.ok(adaptation.level > 0);
  assert.equal(adaptation.limit, "network");
});

test("one lost picture of a slow camera's five is a single loss", () => {
  const congestion = new Congestion();
  const adaptation = new Adaptation();
  for (let second = 1; second <= 30; second += 1) {
    const lost = { frames: 4 * second, lost: second };
    adaptation.add(
      second * 1000,
      slowSecond(congestion, second, () => 0, lost),
    );
  }
  assert.equal(adaptation.level, 0);
});
