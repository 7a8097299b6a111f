import assert from "node:assert/strict";
import { test } from "node:test";

import { fit } from "../../../../static/js/publish/encoding/fit.js";
import { Pacer } from "../../../../static/js/publish/encoding/pacer.js";
import { PageOutlet } from "../../../../static/js/publish/encoding/proxy-channel.js";
import { Quality } from "../../../../static/js/publish/encoding/quality.js";
import { shoot } from "../../../../static/js/publish/encoding/captured-picture.js";
import {
  cameraNotice,
  refusedWords,
  stateHint,
} from "../../../../static/js/pages/shared/capture/words.js";
import { stateSentence } from "../../../../static/js/pages/shared/words.js";

const VGA = { width: 640, height: 480 };

test("a picture keeps its proportions within the size asked", () => {
  assert.deepEqual(fit({ width: 1280, height: 960 }, VGA), VGA);
  assert.deepEqual(fit({ width: 1280, height: 720 }, VGA), { width: 640, height: 360 });
});

test("a phone held upright turns the size asked", () => {
  assert.deepEqual(fit({ width: 720, height: 1280 }, VGA), { width: 360, height: 640 });
  assert.deepEqual(fit({ width: 480, height: 640 }, VGA), { width: 480, height: 640 });
});

test("a frame that is to be turned is drawn so, and closed; others are handed on", () => {
  /** @type {string[]} */
  const done = [];
  Object.assign(globalThis, {
    OffscreenCanvas: class {
      /** @param {number} width @param {number} height */
      constructor(width, height) {
        Object.assign(this, { width, height });
      }

      getContext() {
        return { drawImage: () => done.push("drawn") };
      }

      transferToImageBitmap() {
        return { ...this };
      }
    },
  });
  const close = () => done.push("closed");
  const frame = { displayWidth: 480, displayHeight: 640, rotation: 0, flip: false, close };
  assert.equal(shoot(/** @type {any} */ (frame), 5).picture, frame);
  assert.deepEqual(done, []);
  const picture = { width: 480, height: 640 };
  assert.deepEqual(shoot(/** @type {any} */ ({ ...frame, rotation: 90 }), 5), {
    ...{ picture, at: 5 },
    ...picture,
  });
  assert.deepEqual(done, ["drawn", "closed"]);
});

test("nothing is enlarged, and every size is even", () => {
  assert.deepEqual(fit({ width: 320, height: 240 }, VGA), { width: 320, height: 240 });
  assert.deepEqual(fit({ width: 1279, height: 719 }, VGA), { width: 640, height: 360 });
  assert.deepEqual(fit({ width: 1920, height: 1 }, VGA), { width: 640, height: 2 });
});

/**
 * How many of a camera's pictures of ten seconds are wanted.
 *
 * @param {number} cameraRate
 * @param {number} asked
 */
function wanted(cameraRate, asked, jitter = 0) {
  const pacer = new Pacer();
  pacer.frameRate = asked;
  const times = Array.from({ length: cameraRate * 10 }, (_, index) => {
    return (index * 1000) / cameraRate + (index % 2 ? jitter : -jitter);
  });
  return times.filter((time) => pacer.isDue(time)).length / 10;
}

test("the pacer gives the rate asked, and never more than the camera has", () => {
  for (const rate of [1, 5, 10, 15, 20, 25, 30]) {
    assert.ok(Math.abs(wanted(30, rate) - rate) <= 0.3, `${rate} fps: ${wanted(30, rate)}`);
  }
  assert.equal(wanted(15, 30), 15);
});

test("jitter costs the pacer no pictures", () => {
  assert.ok(wanted(30, 30, 8) >= 29.8);
});

test("after a pause the pacer does not catch up", () => {
  const pacer = new Pacer();
  pacer.frameRate = 10;
  assert.ok(pacer.isDue(0));
  assert.ok(pacer.isDue(5000));
  assert.ok(!pacer.isDue(5033));
});

test("quality steps down to its floor, and says when there is no lower", () => {
  const quality = new Quality();
  assert.ok(quality.lower(0.8));
  assert.ok(Math.abs(quality.of(0.8) - 0.6) < 1e-9);
  while (quality.lower(0.8));
  assert.equal(quality.of(0.8), 0.1);
});

/**
 * @param {Quality} quality
 * @param {number} pictures
 * @param {number} interval ms
 */
function fitted(quality, pictures, interval, taken = 0.5) {
  for (let number = 0; number < pictures; number += 1) quality.fitted(taken, number * interval);
}

test("quality comes back slowly, only where there is room, and not beyond what was asked", () => {
  const quality = new Quality();
  quality.lower(0.8);
  fitted(quality, 30, 33, 0.9);
  assert.ok(quality.of(0.8) <= 0.6 + 1e-9);
  fitted(quality, 30, 33);
  assert.ok(quality.of(0.8) > 0.6 && quality.of(0.8) < 0.65);
  fitted(quality, 3000, 33);
  assert.equal(quality.of(0.8), 0.8);
});

test("quality comes back as soon with a picture a second", () => {
  const quality = new Quality();
  quality.lower(0.8);
  fitted(quality, 20, 1000);
  assert.equal(quality.of(0.8), 0.8);
});

test("after a long time without pictures quality comes back no quicker", () => {
  const quality = new Quality();
  quality.lower(0.8);
  fitted(quality, 2, 3_600_000);
  assert.ok(quality.of(0.8) < 0.65);
});

test("what the worker has given to the page counts as waiting", () => {
  /** @type {number[]} */
  const posted = [];
  const outlet = new PageOutlet((message) => posted.push(message.byteLength));
  outlet.update({ readyState: "open", bufferedAmount: 0 });
  outlet.send(new Uint8Array(100));
  assert.equal(outlet.bufferedAmount, 100);
  outlet.update({ readyState: "open", bufferedAmount: 40 });
  assert.equal(outlet.bufferedAmount, 40);
  assert.deepEqual(posted, [100]);
});

test("a paused camera's page says what its viewers read", () => {
  for (const pause of ["hidden", "interrupted", "unplugged", "denied"]) {
    assert.equal(stateHint("paused", pause, "webrtc"), stateSentence("paused", pause));
  }
});

test("refused pictures are told in a calm sentence", () => {
  assert.match(refusedWords(1), /could not use 1 picture\. Filming goes on/);
  assert.match(refusedWords(3), /could not use 3 pictures\. Filming goes on/);
});

test("a page that is not secure leads to where it is, or says how there comes to be such a place", () => {
  const there = cameraNotice("insecure", "https://192.168.7.5:8443/cameras/door/capture/");
  assert.match(there.sentence, /Open https:\/\/192\.168\.7\.5:8443 instead/);
  assert.equal(there.remedy, "Open by https");
  const nowhere = cameraNotice("insecure", "");
  assert.match(nowhere.sentence, /--tls/);
  assert.equal(nowhere.remedy, "Back to the wall");
});
