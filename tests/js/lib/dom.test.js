import assert from "node:assert/strict";
import { test } from "node:test";

import { find, pageData, setText, socketUrl } from "../../../static/js/lib/dom.js";

class Kind {}
const page = { querySelector: (/** @type {string} */ selector) => elements[selector] ?? null };
/** @type {Record<string, any>} */
let elements = {};

Object.assign(globalThis, { document: page, location: new URL("https://sky.example/wall/") });

test("an element that the template promised is found; a missing one is a mistake of ours", () => {
  elements = { ".there": new Kind(), ".other": {} };
  const root = /** @type {any} */ (page);
  const kind = /** @type {any} */ (Kind);
  assert.equal(find(root, ".there", kind), elements[".there"]);
  assert.throws(() => find(root, ".missing", kind), /No Kind matches \.missing/);
  assert.throws(() => find(root, ".other", kind), /No Kind matches \.other/);
});

test("the page's data is read from its script", () => {
  class Script {
    text = '{"socket": "/ws/"}';
  }
  Object.assign(globalThis, { HTMLScriptElement: Script });
  elements = { "#data": new Script() };
  assert.deepEqual(pageData("data"), { socket: "/ws/" });
});

test("a socket is on this server and as secure as the page, or where its address says", () => {
  assert.equal(socketUrl("/ws/watch/"), "wss://sky.example/ws/watch/");
  assert.equal(socketUrl("http://localhost:8002/ws/"), "ws://localhost:8002/ws/");
  assert.equal(socketUrl("ws://other:1/ws/"), "ws://other:1/ws/");
});

test("a text that stays the same is left alone", () => {
  let writes = 0;
  const element = {
    get textContent() {
      return "same";
    },
    set textContent(_text) {
      writes += 1;
    },
  };
  setText(/** @type {any} */ (element), "same");
  setText(/** @type {any} */ (element), "other");
  assert.equal(writes, 1);
});
