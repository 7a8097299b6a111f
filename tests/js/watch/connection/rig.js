/** A watch socket for each test of a file that imports this, and what the server says to it. */

import { beforeEach, mock } from "node:test";

import { WatchSocket } from "../../../../static/js/watch/connection/socket.js";
import { jpeg } from "../../../../static/js/protocol/codecs/jpeg.js";
import { Rendition, pack } from "../../../../static/js/protocol/wire.js";
import { FakeWebSocket } from "../../fakes.js";

export const SOCKET_URL = "ws://server/ws/watch/";
/** @type {import("../../../../static/js/watch/connection/source.js").Wants} */
export const WANTS = { video: ["vp8"], rendition: "auto" };

/** Of the monotonic clock, ms. */
export let now = 0;
/** For how long the device has slept: its monotonic clock stood still. */
let slept = 0;
/** What those who watch were told, in words. @type {string[]} */
export let heard;
/** @type {WatchSocket} */
export let socket;

mock.method(performance, "now", () => now);
mock.method(Date, "now", () => performance.timeOrigin + now + slept);
// The longest wait that the jitter allows.
mock.method(Math, "random", () => 1);
mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
Object.assign(globalThis, { WebSocket: FakeWebSocket, addEventListener: () => {} });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  // No socket of another test hears what happens on the page.
  Object.assign(globalThis, { document: Object.assign(new EventTarget(), { hidden: false }) });
  FakeWebSocket.all = [];
  heard = [];
  connect();
});

export function connect() {
  socket = new WatchSocket(SOCKET_URL);
}

/** @param {number} ms in which timers go off */
export function pass(ms) {
  for (let passed = 0; passed < ms; passed += 50) {
    now += 50;
    mock.timers.tick(50);
  }
}

/** @param {number} ms in which no timer goes off */
export function standStill(ms) {
  now += ms;
}

/** @param {number} ms */
export function sleep(ms) {
  slept += ms;
}

/** What is said together is said at the end of the turn. */
export const turn = () => Promise.resolve();

/** @param {string} slug */
export function watch(slug, wants = WANTS) {
  /** @type {import("../../../../static/js/watch/connection/source.js").Listener} */
  const listener = {
    onFrame: (frame) => heard.push(`${slug} frame ${frame.session}/${frame.sequence}`),
    onState: (state) => heard.push(`${slug} ${state.state}`),
    onRefused: (why) => heard.push(`${slug} ${why}`),
    onStages: (stages) => heard.push(`${slug} server ${stages.server_ms} ms`),
    onConnection: () => heard.push(`${slug} ${socket.connection}`),
  };
  socket.subscribe(slug, listener, wants);
}

export function pong() {
  FakeWebSocket.last.say({ type: "pong", time: 0, server_time: 0 });
}

/**
 * @param {number} session
 * @param {number} sequence
 */
export function frame(session, sequence) {
  return pack(
    {
      rendition: Rendition.JPEG,
      codec: jpeg.number,
      key: true,
      session,
      sequence,
      capturedAt: 1,
      width: 16,
      height: 8,
    },
    new Uint8Array(1),
  ).buffer;
}
