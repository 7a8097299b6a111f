import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { SocketLink } from "../../../../static/js/publish/connection/socket-link.js";

let now = 0;
/** @type {string[]} */
let heard;
/** @type {SocketLink} */
let link;
const signaling = { isOpen: true, send() {}, sendFrame() {} };

mock.method(performance, "now", () => now);

beforeEach(() => {
  heard = [];
  signaling.isOpen = true;
  link = new SocketLink(/** @type {any} */ (signaling), {
    onOffset: () => heard.push("offset"),
    onMessage: ({ type }) => heard.push(type),
  });
});

test("pongs and counts of frames are its own, all else is handed on", () => {
  link.receive({ type: "pong", time: 0, server_time: 0, protocol: 1 });
  link.receive({ type: "taken", frames: 0 });
  link.receive({ type: "key_frame" });
  assert.deepEqual(heard, ["offset", "key_frame"]);
});

test("a frame waits when the server is later to take it than the round trip, and some jitter", () => {
  link.channel.send(new Uint8Array(1000));
  now += 30;
  assert.equal(link.channel.bufferedAmount, 0);
  now += 1;
  assert.equal(link.channel.bufferedAmount, 1000);
  link.channel.send(new Uint8Array(500));
  link.receive({ type: "taken", frames: 1 });
  assert.equal(link.channel.bufferedAmount, 0);
  now += 31;
  assert.equal(link.channel.bufferedAmount, 500);
});

test("its channel tells of each change, and is closed with the link or the socket", () => {
  let changes = 0;
  link.channel.onchange = () => {
    changes += 1;
  };
  link.channel.send(new Uint8Array(1));
  link.receive({ type: "taken", frames: 1 });
  assert.equal(link.channel.readyState, "open");
  signaling.isOpen = false;
  assert.equal(link.channel.readyState, "closed");
  signaling.isOpen = true;
  link.close();
  assert.equal(link.channel.readyState, "closed");
  assert.equal(changes, 3);
});
