import assert from "node:assert/strict";
import { test } from "node:test";

import {
  refusedWords,
  sendingWords,
  stateHint,
} from "../../../../../static/js/pages/shared/capture/words.js";
import { stateSentence } from "../../../../../static/js/pages/shared/words.js";

/** @type {import("../../../../../static/js/pages/shared/capture/view.js").Shown} */
const SHOWN = {
  state: "live",
  pause: null,
  transport: "webrtc",
  trouble: "",
  before: "nothing",
  awake: "held",
};

/** @param {Partial<typeof SHOWN>} shown */
function hint(shown) {
  return stateHint({ ...SHOWN, ...shown });
}

test("a paused camera's page says what its viewers read", () => {
  for (const pause of /** @type {const} */ ([
    "hidden",
    "interrupted",
    "unplugged",
    "denied",
    "no_picture",
  ])) {
    assert.equal(hint({ state: "paused", pause }), stateSentence("paused", pause));
  }
});

test("while it reconnects it says what the server has said", () => {
  assert.equal(hint({ state: "reconnecting", trouble: "Disk full." }), "Disk full.");
  assert.match(hint({ state: "reconnecting" }), /continues as soon as/);
});

test("a camera that is off says what happened before", () => {
  assert.equal(hint({ state: "off" }), "Press the button to go live.");
  assert.match(hint({ state: "off", before: "stopped" }), /You stopped filming/);
  assert.match(hint({ state: "off", before: "interrupted" }), /closed or reloaded/);
});

test("a live camera says how its device stays awake", () => {
  assert.match(hint({}), /plugged in\. The screen stays on/);
  assert.match(hint({ awake: "refused" }), /can't keep the screen on now/);
  assert.match(hint({ awake: "unsupported" }), /turn off auto-lock/);
  assert.match(hint({ transport: "websocket" }), /blocks WebRTC/);
});

test("nobody who has just gone live reads of steps down", () => {
  const report = { video: null, jpeg: false, level: 3, limit: null };
  assert.equal(sendingWords(report), "Standby: full video when somebody watches");
  assert.equal(sendingWords({ ...report, video: "h264" }), "H.264");
  assert.equal(sendingWords({ ...report, video: "h264", limit: "network" }), "H.264, 3 steps down");
});

test("refused pictures are told in a calm sentence", () => {
  assert.match(refusedWords(1), /couldn't use 1 picture\. Filming continues/);
  assert.match(refusedWords(3), /couldn't use 3 pictures\. Filming continues/);
});
