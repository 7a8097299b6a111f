import assert from "node:assert/strict";
import { test } from "node:test";

import { workerProcessor } from "../../../../../static/js/publish/device/sources/worker-processor.js";
import { FakeTrack, begin } from "./fakes.js";

test("the worker's processor gets a copy, as the preview needs the track", () => {
  const track = new FakeTrack();
  const [{ type, track: copy, transfer }] = begin(workerProcessor, { track });
  assert.equal(type, "track");
  assert.notEqual(copy, track);
  assert.deepEqual(transfer, [copy]);
});
