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
  assert.match(waitNotice({ reason: "too_much" }).sentence, /more pictures than this camera may/);
  assert.match(waitNotice({ reason: "busy" }).sentence, /tries again soon/);
});

test("why a device may no longer film is told, where the server tells", () => {
  const notice = (/** @type {string} */ why) =>
    endNotice({ reason: "not_allowed", message: "", by: "", why });
  assert.match(notice("signed_out").sentence, /signed out, here or on another page/);
  assert.equal(notice("expired").remedy, "Sign in");
  assert.match(notice("revoked").sentence, /key was revoked/);
  assert.equal(notice("disabled").remedy, "Go live again");
  assert.match(notice("").sentence, /don't have permission/);
  assert.equal(notice("one of next year").remedy, "Leave");
});

test("while it reconnects it says what the server has said", () => {
  assert.equal(stateHint("reconnecting", null, "webrtc", "Disk full."), "Disk full.");
  assert.match(stateHint("reconnecting", null, "webrtc", ""), /comes|back/);
});

test("refused pictures are told in a calm sentence", () => {
  assert.match(refusedWords(1), /could not use 1 picture\. Filming goes on/);
  assert.match(refusedWords(3), /could not use 3 pictures\. Filming goes on/);
});

test("a page that is not secure leads to where it is, or says how there comes to be such a place", () => {
  const there = cameraNotice("insecure", "https://192.168.7.5:8443/cameras/door/capture/");
  assert.match(there.sentence, /Open https:\/\/192\.168\.7\.5:8443 instead/);
  assert.equal(there.remedy, "Open by https");
  const nowhere = cameraNotice("insecure", "");
  assert.match(nowhere.sentence, /--tls/);
  assert.equal(nowhere.remedy, "Back to the wall");
});
