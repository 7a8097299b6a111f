/** A connection for each test of a file that imports this, and what the server says to it. */

import { afterEach, beforeEach, mock } from "node:test";

import { localTime } from "../../../../static/js/lib/clock.js";
import { PublishConnection } from "../../../../static/js/publish/connection/connection.js";
import { FakePeerConnection, FakeWebSocket, runPending } from "../../fakes.js";

Object.assign(globalThis, { WebSocket: FakeWebSocket, RTCPeerConnection: FakePeerConnection });

export const CAMERA = { slug: "door", delivery: "resilient" };

/**
 * @type {{ phases: string[], sessions: number[], offsets: (number | null)[], channels: string[],
 *   transports: string[], socketChannels: any[] }}
 */
export let seen;
/** @type {PublishConnection} */
export let connection;
/** Time that the test let pass, ms. */
let skipped = 0;

beforeEach(() => {
  FakeWebSocket.all = [];
  FakePeerConnection.all = [];
  seen = {
    phases: [],
    sessions: [],
    offsets: [],
    channels: [],
    transports: [],
    socketChannels: [],
  };
  connect();
});

export function connect() {
  connection = new PublishConnection("ws://server/ws/publish/door/", {
    onPhase: (phase) => seen.phases.push(phase),
    onCamera: () => {},
    onChannel: (channel) => seen.channels.push(channel.label),
    onSession: (session) => seen.sessions.push(session),
    onOffset: (offset) => seen.offsets.push(offset),
    onTransport: (transport) => seen.transports.push(transport),
    onSocketChannel: (channel) => seen.socketChannels.push(channel),
    onMessage: () => {},
  });
}

afterEach(() => {
  mock.restoreAll();
  skipped = 0;
});

export async function offered() {
  FakeWebSocket.last.open();
  FakeWebSocket.last.say({ type: "welcome", camera: CAMERA, ice_servers: [] });
  await runPending();
}

export async function answered(session = 7, resume = "token") {
  FakeWebSocket.last.say({ type: "answer", sdp: "answer", session, resume, resumed: false });
  await runPending();
  FakePeerConnection.last.control.open();
}

export async function live() {
  connection.start(false);
  await offered();
  await answered();
}

/** Later than any wait between attempts. */
export function muchLater() {
  return localTime() + 6000;
}

/**
 * Time passes, and the server answers.
 *
 * @param {number} ms
 */
export async function passes(ms) {
  const socket = FakeWebSocket.last;
  for (let passed = 0; passed < ms; passed += 500) {
    await runPending();
    mock.restoreAll();
    skipped += Math.min(500, ms - passed);
    const now = performance.now.bind(performance);
    mock.method(performance, "now", () => now() + skipped);
    socket.say({ type: "pong", time: localTime(), server_time: localTime() });
    connection.tick(localTime());
  }
  await runPending();
}
