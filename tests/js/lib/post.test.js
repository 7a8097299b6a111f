import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { Refusal, answer, post, postJson } from "../../../static/js/lib/post.js";

class Field {
  value = "token";
}

Object.assign(globalThis, {
  HTMLInputElement: Field,
  document: { querySelector: () => new Field() },
});

/** @param {object} values @param {number} [status] */
function json(values, status = 200) {
  return new Response(JSON.stringify(values), {
    status,
    headers: { "Content-Type": "application/json" },
  });
}

test("a request carries its fields, and the page's token", async () => {
  const fetch = mock.method(globalThis, "fetch", async () => json({ state: "open" }));
  assert.deepEqual(await post("/join/", { secret: "s" }), { state: "open" });
  const [url, { method, headers, body }] = /** @type {any} */ (fetch.mock.calls[0].arguments);
  assert.deepEqual([url, method, headers], ["/join/", "POST", { "X-CSRFToken": "token" }]);
  assert.equal(String(body), "secret=s");
});

test("values are sent as JSON", async () => {
  const fetch = mock.method(globalThis, "fetch", async () => json({}));
  await postJson("/save/", { order: ["a"] });
  const [, { headers, body }] = /** @type {any} */ (fetch.mock.calls[0].arguments);
  assert.deepEqual(headers, { "X-CSRFToken": "token", "Content-Type": "application/json" });
  assert.deepEqual(JSON.parse(body), { order: ["a"] });
});

test("a refusal has the server's sentence, where it gives one", async () => {
  const refusal = { name: "Refusal", status: 403, message: "Not yours." };
  await assert.rejects(answer(json({ message: "Not yours." }, 403)), refusal);
  const silent = answer(new Response("<h1>Oops</h1>", { status: 500 }));
  await assert.rejects(
    silent,
    (/** @type {unknown} */ error) => error instanceof Refusal && error.message === "",
  );
});

test("a problem of the API says what is wrong with a value, else its detail", async () => {
  const detail = "The request is invalid.";
  const errors = [{ pointer: "#/address", detail: "Enter an address." }];
  await assert.rejects(answer(json({ detail, errors }, 400)), /Enter an address\./);
  await assert.rejects(answer(json({ detail }, 400)), /The request is invalid\./);
});
