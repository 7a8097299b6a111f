import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import {
  ENDS_OF_SESSIONS,
  signingInHelps,
  stateBrief,
  stateSentence,
  stateWord,
  transportWord,
} from "../../../../static/js/pages/shared/words.js";
import { LOSSES } from "../../../../static/js/watch/state.js";

Object.assign(globalThis, { document: { documentElement: { lang: "en" } } });
const SCHEMA = JSON.parse(
  readFileSync(new URL("../../../../docs/protocol.schema.json", import.meta.url), "utf8"),
);
/** @type {string[]} */
const END_REASONS = SCHEMA.$defs.EndReason.oneOf.map(
  (/** @type {{ const: string }} */ reason) => reason.const,
);
const AT = new Date().setHours(14, 3, 0, 0);

/** @param {string} reason */
function shownAs(reason) {
  return LOSSES.some((loss) => loss === reason) ? "lost" : "off";
}

test("a state has a word, and a sentence where it needs one", () => {
  assert.equal(stateWord("live"), "Live");
  assert.equal(stateSentence("live", null), "");
  assert.equal(stateSentence("off", null), "The camera is off.");
  assert.equal(stateSentence("off", "never"), "Nobody has filmed here yet.");
});

test("signing in is offered where the sentence asks for it", () => {
  for (const reason of ["signed_out", "expired", "deactivated", "link_ended", "bad_message"]) {
    assert.equal(signingInHelps(reason), stateSentence("over", reason).includes("Sign in"), reason);
  }
  assert.ok(!signingInHelps(null));
});

test("where a page may have ended it, a program may, too", () => {
  for (const sentences of Object.values(ENDS_OF_SESSIONS).flatMap(Object.values)) {
    if (/\bpage\b/.test(sentences)) assert.match(sentences, /page or program/);
  }
});

test("every end has a sentence of its own: when, why, and who", () => {
  assert.deepEqual(Object.keys(ENDS_OF_SESSIONS).sort(), [...END_REASONS].sort());
  const said = END_REASONS.flatMap((reason) => {
    const state = shownAs(reason);
    const text = stateSentence(state, reason, AT);
    const named = stateSentence(state, reason, AT, "Anna");
    for (const sentence of [text, named]) {
      assert.match(sentence, state === "off" ? /^Off since 2:03/ : /^Lost since 2:03/);
      assert.doesNotMatch(sentence, /%|undefined|null/);
    }
    assert.match(named, /Anna/);
    return [text, named];
  });
  assert.equal(new Set(said).size, said.length);
});

test("a camera whose connection failed is never just off", () => {
  const sentence = stateSentence("lost", "peer_failed", AT);
  assert.match(sentence, /the connection failed. It usually comes back by itself./);
});

test("the day is told where it was another one", () => {
  const before = AT - 3 * 24 * 3_600_000;
  const day = new Date(before).toLocaleDateString("en", { month: "short", day: "numeric" });
  assert.ok(stateSentence("off", "stopped", before, "Anna").startsWith(`Off since ${day}`));
});

test("a silent camera and a silent part of the server are told apart", () => {
  assert.match(stateSentence("lost", null, AT, "Anna"), /no signal from Anna/);
  assert.match(stateSentence("lost", "process", AT, "Anna"), /part of the server/);
  assert.equal(
    stateSentence("lost", null),
    "No signal from the camera. The picture returns when the signal does.",
  );
});

test("whatever stands between a page and its picture is named", () => {
  const culprits = ["offline", "server", "slow", "late"];
  const said = culprits.map((culprit) => stateSentence("stale", culprit));
  assert.equal(new Set([...said, stateSentence("stale", null)]).size, culprits.length + 1);
  assert.match(stateSentence("unknown", "redis"), /Redis/);
  for (const state of /** @type {const} */ (["connecting", "reconnecting"])) {
    assert.equal(stateSentence(state, "server"), "Server unreachable. Retrying.");
    assert.match(stateSentence(state, "offline"), /This device is offline/);
  }
  assert.equal(stateSentence("connecting", "opening"), "Connecting to the server.");
});

test("a reason that we don't know says no less than none", () => {
  assert.match(stateSentence("paused", "unplugged"), /unplugged/);
  assert.equal(stateSentence("off", "one of next year", AT), "The camera is off.");
});

test("why a connection is over is told, where it is known", () => {
  assert.match(stateSentence("over", "signed_out"), /signed out/);
  assert.match(stateSentence("over", "expired"), /sign-in expired/);
  assert.match(stateSentence("over", "bad_message"), /out of date/);
  assert.equal(
    stateSentence("over", null),
    "The server ended the connection. Reload the page to watch again.",
  );
});

test("who waits because the server is full reads so", () => {
  assert.match(stateSentence("connecting", "full"), /more connections/);
  assert.match(stateSentence("connecting", "link_full"), /This link has reached its viewer limit/);
  assert.equal(stateSentence("connecting", "stopped"), stateSentence("connecting", null));
});

test("transports have the names that people know", () => {
  assert.deepEqual([transportWord("webrtc"), transportWord("websocket")], ["WebRTC", "WebSocket"]);
});

test("a small tile says since when, and nothing that the word for its state says", () => {
  assert.match(stateBrief("lost", "peer_failed", AT), /^Lost since .*\d/);
  assert.match(stateBrief("off", "stopped", AT), /^Off since .*\d/);
  assert.equal(stateBrief("off", "never", null), "No picture yet");
  assert.equal(stateBrief("off", null, null), "");
  assert.equal(stateBrief("connecting", "opening", AT), "");
});
