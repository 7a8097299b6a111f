import assert from "node:assert/strict";
import { test } from "node:test";

import {
  cameraNotice,
  endNotice,
  notLoadedNotice,
  waitNotice,
} from "../../../../../static/js/pages/shared/capture/notices.js";

test("who has to wait reads why", () => {
  assert.match(
    waitNotice({ reason: "too_much", why: "" }).sentence,
    /more pictures than the server allows/,
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
  assert.match(notice("").sentence, /no longer have permission/);
  assert.equal(notice("one of next year").remedy, "Leave");
});

test("a page that is not secure leads to where it is, or says how there comes to be such a place", () => {
  const there = cameraNotice("insecure", "https://192.168.7.5:8443/cameras/door/capture/");
  assert.match(there.sentence, /Open https:\/\/192\.168\.7\.5:8443 instead/);
  assert.equal(there.remedy, "Open with https");
  const nowhere = cameraNotice("insecure", "");
  assert.match(nowhere.sentence, /--tls/);
  assert.equal(nowhere.remedy, "Back to the wall");
});

test("what the doctor may know more of leads to it", () => {
  const notices = [
    cameraNotice("denied", ""),
    cameraNotice("insecure", ""),
    cameraNotice("insecure", "https://192.168.7.5:8443/"),
    waitNotice({ reason: "busy", why: "" }),
    endNotice({ reason: "?", message: "", by: "", why: "" }),
    notLoadedNotice(),
  ];
  for (const notice of notices) assert.ok(notice.mayFindOut, notice.sentence);
  const known = endNotice({ reason: "not_allowed", message: "", by: "", why: "revoked" });
  assert.ok(!known.mayFindOut && !cameraNotice("unplugged", "").mayFindOut);
});

test("each end of the right to film says so, and which it was", () => {
  const whys = ["deactivated", "revoked", "deleted", "withdrawn", "signed_out", "expired"];
  const sentences = whys.map(
    (why) => endNotice({ reason: "not_allowed", message: "", by: "", why }).sentence,
  );
  for (const sentence of sentences) assert.match(sentence, /no longer|filming stopped/);
  assert.equal(new Set(sentences).size, whys.length);
});
