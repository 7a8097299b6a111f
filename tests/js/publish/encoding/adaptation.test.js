import assert from "node:assert/strict";
import { test } from "node:test";

import {
  Adaptation,
  BEGIN_LEVEL,
  beginLevel,
} from "../../../../static/js/publish/encoding/adaptation.js";
import { LADDER, plan } from "../../../../static/js/publish/encoding/ladder.js";

const SETTINGS = { width: 640, height: 480, frameRate: 30, quality: 0.7 };
const FULL_RATE = plan(SETTINGS, 0).bitRate;

/** A second in which nothing is wrong. */
const FREE = {
  waitingBytes: 0,
  wantedBitsPerSecond: FULL_RATE,
  deliveredBitsPerSecond: FULL_RATE,
  isReported: true,
  delayMs: 0,
  lostShare: 0,
  busyShare: 0,
};

/**
 * A camera on a link with a rate and a queue; what the server says is of the second before.
 *
 * @param {object} link
 * @param {number} [link.bitsPerSecond]
 * @param {number} [link.frameLoss] share of the frames that is lost at the best level
 * @param {number} [link.fullRate] what the camera sends at the best level
 * @param {boolean} [link.begins] whether it sent next to nothing before
 * @param {number} [link.takesS] of what waits longer than this, nothing more is taken
 */
function simulate(
  { bitsPerSecond = Infinity, frameLoss = 0, fullRate = FULL_RATE, begins = false, takesS = 0.2 },
  seconds = 600,
) {
  const adaptation = new Adaptation();
  if (begins) adaptation.begin(0);
  /** @type {{ level: number, delayMs: number }[]} */
  const course = [];
  let queue = 0;
  let word = { deliveredBitsPerSecond: 0, delayMs: 0, lostShare: 0 };
  for (let second = 1; second <= seconds; second += 1) {
    const wanted = fullRate * LADDER[adaptation.level].bitRate;
    // What waits here is bounded; what is on its way is not.
    const sent = Math.max(0, Math.min(wanted, bitsPerSecond * (1 + takesS) - queue));
    const delivered = Math.min(queue + sent, bitsPerSecond);
    queue += sent - delivered;
    adaptation.add(second * 1000, {
      ...FREE,
      ...word,
      wantedBitsPerSecond: wanted,
      waitingBytes: queue / 2 / 8,
      deliveredBitsPerSecond: word.deliveredBitsPerSecond || sent,
    });
    const delayMs = Number.isFinite(bitsPerSecond) ? (queue / bitsPerSecond) * 1000 : 0;
    word = { deliveredBitsPerSecond: delivered, delayMs, lostShare: frameLoss };
    course.push({ level: adaptation.level, delayMs });
  }
  return course;
}

/** @param {{ level: number }[]} course */
function changes(course) {
  return course.filter(({ level }, index) => index > 0 && level !== course[index - 1].level).length;
}

for (const bitsPerSecond of [5e6, 3e6]) {
  test(`nothing steps back where ${bitsPerSecond / 1e6} Mbit/s are plenty`, () => {
    assert.ok(simulate({ bitsPerSecond }).every(({ level }) => level === 0));
  });
}

for (const [bitsPerSecond, fullRate] of [
  [1e6, FULL_RATE],
  [300e3, FULL_RATE],
  [300e3, 3 * FULL_RATE],
  [1e6, 10 * FULL_RATE],
  [5e6, 10 * FULL_RATE],
]) {
  const name = `${fullRate / 1e6} Mbit/s on ${bitsPerSecond / 1e6}`;

  test(`${name}: it fits after four seconds, and uses what there is`, () => {
    const course = simulate({ bitsPerSecond, fullRate });
    const used = (/** @type {number} */ level) =>
      (fullRate * LADDER[level].bitRate) / bitsPerSecond;
    assert.ok(used(course[4].level) <= 1);
    const late = course.slice(-300).map(({ level }) => used(level));
    const mean = late.reduce((sum, share) => sum + share, 0) / late.length;
    assert.ok(mean > 0.45 && mean <= 1, String(mean));
  });

  test(`${name}: it settles, and tries a better level ever more rarely`, () => {
    const course = simulate({ bitsPerSecond, fullRate });
    assert.ok(changes(course.slice(-300)) <= 6, String(changes(course.slice(-300))));
    const queues = course
      .slice(10)
      .map(({ delayMs }) => delayMs)
      .sort((a, b) => a - b);
    assert.ok(queues[Math.floor(queues.length * 0.95)] < 200);
  });
}

for (const frameLoss of [0.01, 0.05]) {
  test(`a radio that loses ${frameLoss * 100} % is no reason to send less`, () => {
    assert.ok(simulate({ frameLoss }).every(({ level }) => level === 0));
  });
}

test("who begins to send has the full quality after three seconds", () => {
  for (const link of [{}, { bitsPerSecond: 3e6 }, { frameLoss: 0.05 }]) {
    const levels = simulate({ ...link, begins: true }, 60).map(({ level }) => level);
    assert.deepEqual(levels.slice(0, 4), [2, 1, 0, 0]);
    assert.ok(levels.slice(3).every((level) => level === 0));
  }
});

test("who begins to send on a narrow way fills it by little", () => {
  const peak = (/** @type {boolean} */ begins) => {
    const course = simulate({ bitsPerSecond: 300e3, begins, takesS: 9 }, 20);
    return Math.max(...course.map(({ delayMs }) => delayMs));
  };
  assert.ok(peak(true) < peak(false) / 2, `${peak(true)} ms and ${peak(false)} ms`);
  assert.ok(peak(true) < 1500, `${peak(true)} ms`);
});

test("who begins to send goes up when the server has told what arrives", () => {
  const adaptation = new Adaptation();
  adaptation.begin(0);
  adaptation.add(1000, { ...FREE, isReported: false });
  assert.equal(adaptation.level, 3);
  adaptation.add(2000, FREE);
  assert.equal(adaptation.level, 2);
});

const PROMPT = { delayMs: 10, uplinkMs: 40 };

test("who begins on a link that is not known sends all once little has arrived promptly", () => {
  const adaptation = new Adaptation();
  adaptation.begin(0, BEGIN_LEVEL, true);
  adaptation.hear(250, PROMPT);
  assert.equal(adaptation.level, BEGIN_LEVEL, "the first pictures may still be under way");
  adaptation.hear(500, PROMPT);
  assert.deepEqual([adaptation.level, adaptation.limit], [0, null]);
});

test("little that waits, each picture as long as the other, is not followed by all", () => {
  for (const late of [
    { delayMs: 10, uplinkMs: 400 },
    { delayMs: 150, uplinkMs: 180 },
  ]) {
    const adaptation = new Adaptation();
    adaptation.begin(0, BEGIN_LEVEL, true);
    for (const now of [250, 500, 750]) adaptation.hear(now, late);
    assert.equal(adaptation.level, BEGIN_LEVEL);
  }
});

test("what is known of a link, or has met a queue, is not tried", () => {
  const known = new Adaptation();
  known.begin(0, BEGIN_LEVEL);
  const full = new Adaptation();
  full.begin(0, BEGIN_LEVEL, true);
  full.add(1100, { ...FREE, delayMs: 700, deliveredBitsPerSecond: 200e3 });
  const { level } = full;
  for (const now of [1250, 1500, 1750]) {
    known.hear(now, PROMPT);
    full.hear(now, PROMPT);
  }
  assert.deepEqual([known.level, full.level], [BEGIN_LEVEL, level]);
});

test("in the first second, only frames that are very late tell of the link", () => {
  const adaptation = new Adaptation();
  adaptation.begin(0, BEGIN_LEVEL, true);
  adaptation.add(600, { ...FREE, delayMs: 190, deliveredBitsPerSecond: 200e3 });
  assert.deepEqual([adaptation.level, adaptation.limit], [BEGIN_LEVEL, null]);
  adaptation.add(900, { ...FREE, delayMs: 400, deliveredBitsPerSecond: 200e3 });
  assert.equal(adaptation.limit, "network");
});

test("all that was too much in the first two seconds goes down at the first sign", () => {
  const adaptation = new Adaptation();
  adaptation.begin(0, BEGIN_LEVEL, true);
  for (const now of [250, 500]) adaptation.hear(now, PROMPT);
  adaptation.add(1000, { ...FREE, delayMs: 20 });
  adaptation.add(2000, { ...FREE, delayMs: 150, deliveredBitsPerSecond: FULL_RATE / 2 });
  assert.equal(adaptation.limit, "network");
  assert.ok(LADDER[adaptation.level].bitRate <= 0.4);
});

test("who begins to send and meets a queue goes down at once", () => {
  const adaptation = new Adaptation();
  adaptation.begin(0);
  adaptation.add(1000, FREE);
  adaptation.add(2000, { ...FREE, delayMs: 300, deliveredBitsPerSecond: 300e3 });
  assert.ok(adaptation.level > 4, String(adaptation.level));
});

test("who sends little for want of room begins no higher", () => {
  const adaptation = new Adaptation();
  adaptation.add(1000, { ...FREE, delayMs: 900, deliveredBitsPerSecond: 200e3 });
  const { level } = adaptation;
  adaptation.begin(2000);
  assert.equal(adaptation.level, level);
});

test("a link that becomes free is used again, a step at a time", () => {
  const adaptation = new Adaptation();
  adaptation.add(1000, { ...FREE, delayMs: 900, deliveredBitsPerSecond: 200e3 });
  assert.equal(adaptation.level, 5);
  assert.equal(adaptation.limit, "network");
  /** @type {number[]} */
  const levels = [];
  for (let second = 2; second < 60; second += 1) {
    adaptation.add(second * 1000, FREE);
    levels.push(adaptation.level);
  }
  assert.ok(levels.every((level, index) => index === 0 || levels[index - 1] - level <= 1));
  assert.equal(adaptation.level, 0);
  assert.equal(adaptation.limit, null);
});

test("one bad second on the way is nothing, two are congestion", () => {
  const adaptation = new Adaptation();
  for (const [second, delayMs] of [
    [1, 300],
    [2, 0],
    [3, 300],
  ]) {
    adaptation.add(second * 1000, { ...FREE, delayMs });
    assert.equal(adaptation.level, 0);
  }
  adaptation.add(4000, { ...FREE, delayMs: 350 });
  assert.equal(adaptation.level, 1);
});

test("a step up that makes a queue is taken back at its first sign", () => {
  const adaptation = new Adaptation();
  for (const second of [1, 2]) adaptation.add(second * 1000, { ...FREE, delayMs: 250 + second });
  const { level } = adaptation;
  let second = 3;
  for (; adaptation.level === level; second += 1) adaptation.add(second * 1000, FREE);
  assert.equal(adaptation.level, level - 1);
  adaptation.add((second + 1) * 1000, { ...FREE, delayMs: 150 });
  assert.equal(adaptation.level, level);
});

test("a queue that empties by itself needs no further step", () => {
  const adaptation = new Adaptation();
  adaptation.add(1000, { ...FREE, delayMs: 1600 });
  const { level } = adaptation;
  for (const [second, delayMs] of [
    [2, 1500],
    [3, 1000],
    [4, 600],
    [5, 300],
  ]) {
    adaptation.add(second * 1000, { ...FREE, delayMs });
  }
  assert.equal(adaptation.level, level);
});

test("one bad second of encoding is nothing; three make fewer pictures", () => {
  const adaptation = new Adaptation();
  adaptation.add(1000, { ...FREE, busyShare: 0.9 });
  adaptation.add(2000, FREE);
  assert.equal(adaptation.level, 0);
  for (const second of [3, 4, 5]) adaptation.add(second * 1000, { ...FREE, busyShare: 0.9 });
  assert.ok(LADDER[adaptation.level].frameRate < 1);
  assert.equal(adaptation.limit, "device");
});

test("below the last step there is none", () => {
  const adaptation = new Adaptation();
  for (let second = 1; second < 60; second += 1) {
    adaptation.add(second * 1000, { ...FREE, delayMs: 5000 + second, deliveredBitsPerSecond: 0 });
  }
  assert.equal(adaptation.level, LADDER.length - 1);
});

test("what is too large to send steps down at once", () => {
  const adaptation = new Adaptation();
  adaptation.tooLarge(0);
  assert.deepEqual([adaptation.level, adaptation.limit], [1, "message"]);
});

test("a way that is known to carry enough begins with the full quality", () => {
  assert.equal(beginLevel(FULL_RATE, 3 * FULL_RATE), 0);
  assert.equal(beginLevel(FULL_RATE, FULL_RATE), 2);
});

test("a way of which little is known begins with a third of the bytes", () => {
  assert.equal(beginLevel(FULL_RATE, 0), BEGIN_LEVEL);
  assert.equal(beginLevel(FULL_RATE, FULL_RATE / 5), BEGIN_LEVEL);
});

test("a camera in standby has its full quality, unless something is in the way", () => {
  const adaptation = new Adaptation();
  adaptation.begin(0);
  adaptation.rest(100);
  assert.equal(adaptation.level, 0);
  adaptation.tooLarge(200);
  adaptation.rest(300);
  assert.equal(adaptation.level, 1);
});
