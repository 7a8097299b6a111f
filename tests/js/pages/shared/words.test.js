import assert from "node:assert/strict";
import { test } from "node:test";

import {
  stateSentence,
  stateWord,
  transportWord,
} from "../../../../static/js/pages/shared/words.js";

test("a state has a word, and a sentence where it needs one", () => {
  assert.equal(stateWord("live"), "Live");
  assert.equal(stateSentence("live", null), "");
  assert.equal(stateSentence("off", null), "The camera is off.");
});

test("a reason says more, where there is one that we know", () => {
  assert.match(stateSentence("off", "disconnected"), /operator/);
  assert.match(stateSentence("paused", "unplugged"), /unplugged/);
  assert.equal(stateSentence("off", "one of next year"), "The camera is off.");
  assert.equal(stateSentence("lost", "disconnected"), stateSentence("lost", null));
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
  assert.match(stateSentence("connecting", "link_full"), /As many people as this link allows/);
  assert.equal(stateSentence("connecting", "stopped"), stateSentence("connecting", null));
});

test("transports have the names that people know", () => {
  assert.deepEqual([transportWord("webrtc"), transportWord("websocket")], ["WebRTC", "WebSocket"]);
});
