import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { Claim } from "../../../../static/js/publish/connection/claim.js";

const browser = /** @type {any} */ (globalThis);

afterEach(() => {
  delete browser.RTCPeerConnection;
});

test("a browser with WebRTC offers, one without streams", () => {
  assert.deepEqual(new Claim().message("sdp"), { type: "stream" });
  browser.RTCPeerConnection = class {};
  assert.deepEqual(new Claim().message("sdp"), { type: "offer", sdp: "sdp" });
});

test("a granted session is asked for again, and nobody is sent away twice", () => {
  const claim = new Claim();
  claim.takesOver = true;
  assert.deepEqual(claim.message(""), { type: "stream", take_over: true });
  claim.granted("token");
  assert.deepEqual(claim.message(""), { type: "stream", resume: "token" });
});
