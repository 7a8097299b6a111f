/** What encodes video, for each test of a file that imports this, and the pictures that it takes. */

import { beforeEach, mock } from "node:test";

import { localTime } from "../../../../static/js/lib/clock.js";
import { plan } from "../../../../static/js/publish/encoding/ladder.js";
import { Sender } from "../../../../static/js/publish/encoding/sender.js";
import { Video } from "../../../../static/js/publish/encoding/video.js";
import { unpack } from "../../../../static/js/protocol/wire.js";
import { FakeCanvas, FakeVideoEncoder, FakeVideoFrame } from "../../fakes.js";

Object.assign(globalThis, {
  VideoEncoder: FakeVideoEncoder,
  VideoFrame: FakeVideoFrame,
  OffscreenCanvas: FakeCanvas,
});

export const VGA = { width: 640, height: 480 };
export const PLAN = plan({ ...VGA, frameRate: 30, quality: 0.7 }, 0);

/** @type {import("../../../../static/js/protocol/wire.js").Frame[]} */
export let frames;
/** @type {{ readyState: RTCDataChannelState, bufferedAmount: number, send: (message: any) => void }} */
export let channel;
/** @type {Sender} */
export let sender;
/** @type {string[]} */
export let told;
/** @type {Video} */
export let video;
/** When the newest picture was captured. */
export let at = 0;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  FakeVideoEncoder.all = [];
  frames = [];
  told = [];
  at = localTime();
  sender = new Sender();
  sender.session = 7;
  sender.offset = 1000;
  channel = openOutlet();
  sender.addChannel(channel);
  video = new Video(sender, {
    onBroken: () => told.push("broken"),
    onTooLarge: () => told.push("too large"),
  });
});

/** @returns {typeof channel} */
export function openOutlet() {
  return {
    readyState: "open",
    bufferedAmount: 0,
    send: (message) => frames.push(unpack(message.buffer)),
  };
}

/** Takes one more picture of the camera, 33 ms later. */
export function take(now = PLAN, size = VGA) {
  at += 33;
  video.take({ picture: /** @type {any} */ (new FakeVideoFrame()), capturedAt: at, ...size }, now);
}

/** @param {number} ms how old a picture is that is taken from now on; 0: it is on time again */
export function fallBehind(ms) {
  at = localTime() - ms;
}

/** Takes so many pictures, each encoded at once. */
export function film(count = 1) {
  for (let number = 0; number < count; number += 1) {
    take();
    for (const encoder of FakeVideoEncoder.all) encoder.finish();
  }
}

/** @param {import("../../../../static/js/protocol/wire.js").Frame[]} of */
export function keys(of = frames) {
  return of.map(({ key }) => key);
}
