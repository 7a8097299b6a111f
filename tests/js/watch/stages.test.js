import assert from "node:assert/strict";
import { test } from "node:test";

import { Stages } from "../../../static/js/watch/stages.js";

const TOLD = { camera_ms: 3, uplink_ms: 2, server_ms: 1 };

test("what the server does not tell of is the way here, decoding and drawing", () => {
  const stages = new Stages();
  stages.update(TOLD);
  stages.add(20, { arrivedAt: 1000, decodedAt: 1004, drawnAt: 1010 });
  stages.add(22, { arrivedAt: 1030, decodedAt: 1036, drawnAt: 1042 });
  assert.deepEqual(stages.split(1050), {
    camera: 3,
    uplink: 2,
    server: 1,
    downlink: 4,
    decode: 5,
    draw: 6,
  });
});

test("a stage that clocks in step only roughly make negative takes no time", () => {
  const stages = new Stages();
  stages.update(TOLD);
  stages.add(15, { arrivedAt: 1000, decodedAt: 1004, drawnAt: 1010 });
  assert.equal(stages.split(1010)?.downlink, 0);
});

test("there is no split of what is not known", () => {
  const stages = new Stages();
  assert.equal(stages.split(0), null);
  stages.add(20, { arrivedAt: 0, decodedAt: 4, drawnAt: 10 });
  assert.equal(stages.split(10), null);
  stages.update(TOLD);
  assert.equal(stages.split(60_000), null);
});
