import assert from "node:assert/strict";
import { test } from "node:test";

import { cameraMayFindOut, viewerMayFindOut } from "../../../../static/js/pages/shared/find-out.js";

test("viewers are offered the doctor where the line or the server may be to blame", () => {
  assert.ok(viewerMayFindOut("reconnecting", "server"));
  assert.ok(viewerMayFindOut("connecting", "server"));
  assert.ok(viewerMayFindOut("stale", "slow"));
  assert.ok(viewerMayFindOut("unknown", "redis"));
  assert.ok(viewerMayFindOut("unavailable", null));
});

test("and not where the camera is, or where the doctor can't be opened", () => {
  assert.ok(!viewerMayFindOut("live", null));
  assert.ok(!viewerMayFindOut("off", "stopped"));
  assert.ok(!viewerMayFindOut("lost", null));
  assert.ok(!viewerMayFindOut("connecting", "opening"));
  assert.ok(!viewerMayFindOut("reconnecting", "offline"));
  assert.ok(!viewerMayFindOut("reconnecting", "link_full"));
});

test("a camera is, while it can't connect or takes the slower way", () => {
  assert.ok(cameraMayFindOut("reconnecting", "webrtc"));
  assert.ok(cameraMayFindOut("live", "websocket"));
  assert.ok(!cameraMayFindOut("live", "webrtc"));
  assert.ok(!cameraMayFindOut("paused", "websocket"));
  assert.ok(!cameraMayFindOut("ready", "webrtc"));
});
