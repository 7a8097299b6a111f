import assert from "node:assert/strict";
import { test } from "node:test";

import { Refusal } from "../../../../static/js/lib/post.js";
import { passkeySentence, sentenceOf } from "../../../../static/js/pages/shared/problem.js";

const UNREACHABLE = "Server unreachable. Try again in a moment.";

test("what the server refuses is said in its words, if it has any", () => {
  assert.equal(sentenceOf(new Refusal(429, "Too many links.")), "Too many links.");
  assert.equal(sentenceOf(new Refusal(502, "")), UNREACHABLE);
  assert.match(sentenceOf(new Refusal(404, "")), /^You are signed out or no longer/);
  assert.equal(sentenceOf(new TypeError("fetch failed")), UNREACHABLE);
});

test("of a passkey it is said whether it is there already or couldn't be used", () => {
  const there = new DOMException("", "InvalidStateError");
  assert.equal(passkeySentence(there), "This device already has a passkey for your account.");
  const other = new DOMException("", "SecurityError");
  assert.equal(passkeySentence(other), "The browser couldn't use a passkey. Try again.");
  assert.equal(passkeySentence(new Refusal(403, "Sign in first.")), "Sign in first.");
});
