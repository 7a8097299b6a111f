import assert from "node:assert/strict";
import { test } from "node:test";

import {
  cameraNotice,
  endNotice,
  refusedWords,
  stateHint,
  waitNotice,
} from "../../../../../static/js/pages/shared/capture/words.js";
import { stateSentence } from "../../../../../static/js/pages/shared/words.js";

test("a paused camera's page says what its viewers read", () => {
  for (const pause of ["hidden", "interrupted", "unplugged", "denied", "no_picture"]) {
    assert.equal(stateHint("paused", pause, "webrtc"), stateSentence("paused", pause));
  }
});

test("who has to wait reads why", () => {
  assert.match(
    waitNotice({ reason: "too_much", why: "" }).sentence,
    /more pictures than this camera may/,
  );
  const disabled = waitNotice({ reason: "not_allowed", why: "disabled" });
  assert.match(disabled.sentence, /once it's enabled/);
  assert.match(waitNotice({ reason: "busy", why: "" }).sentence, /tries again soon/);
});

test("why a device may no longer film is told, where the server tells", () => {
  const notice = (/** @type {string} */ why) =>
    endNotice({ reason: "not_allowed", message: "", by: "", why });
  assert.match(notice("signed_out").sentence, /signed out, here or on another page/);
  assert.equal(notice("expired").remedy, "Sign in");
  assert.match(notice("revoked").sentence, /key was revoked/);
  assert.match(notice("").sentence, /don't have permission/);
  assert.equal(notice("one of next year").remedy, "Leave");
});

test("while it reconnects it says what the server has said", () => {
  assert.equal(stateHint("reconnecting", null, "webrtc", "Disk full."), "Disk full.");
  assert.match(stateHint("reconnecting", null, "webrtc", ""), /continues as soon as/);
});

test("refused pictures are told in a calm sentence", () => {
  assert.match(refusedWords(1), /couldn't use 1 picture\. Filming continues/);
  assert.match(refusedWords(3), /couldn't use 3 pictures\. Filming continues/);
});

test("a page that is not secure leads to where it is, or says how there comes to be such a place", () => {
  const there = cameraNotice("insecure", "https://192.168.7.5:8443/cameras/door/capture/");
  assert.match(there.sentence, /Open https:\/\/192\.168\.7\.5:8443 instead/);
  assert.equal(there.remedy, "Open by https");
  const nowhere = cameraNotice("insecure", "");
  assert.match(nowhere.sentence, /--tls/);
  assert.equal(nowhere.remedy, "Back to the wall");
});
