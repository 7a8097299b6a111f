import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Arrangement, DEFAULTS } from "../../../../static/js/pages/wall/arrangement.js";
import { runPending } from "../../fakes.js";

/** @type {Map<string, string>} */
let stored;

beforeEach(() => {
  mock.reset();
  stored = new Map();
  Object.assign(globalThis, {
    HTMLInputElement: class {},
    document: { querySelector: () => null },
    localStorage: {
      getItem: (/** @type {string} */ key) => stored.get(key) ?? null,
      setItem: (/** @type {string} */ key, /** @type {string} */ value) => stored.set(key, value),
    },
  });
});

test("what nobody chose is as it comes", () => {
  assert.deepEqual(new Arrangement(undefined, "/save/", "/").values, DEFAULTS);
  assert.deepEqual(new Arrangement(undefined, null, "/").values, DEFAULTS);
});

test("what the server does not know, or another release wrote, is left out", () => {
  const given = /** @type {any} */ ({ layout: "7x7", live_first: "yes", order: "a", sound: true });
  const { values } = new Arrangement(given, "/save/", "/");
  assert.deepEqual(values, { ...DEFAULTS, sound: true });
});

test("without a server the browser keeps it, for each wall", () => {
  new Arrangement(undefined, null, "/").change({ layout: "focus", order: ["b", "a"] });
  const { layout, order } = new Arrangement(undefined, null, "/").values;
  assert.deepEqual([layout, order], ["focus", ["b", "a"]]);
  assert.deepEqual(new Arrangement(undefined, null, "/walls/yard/").values, DEFAULTS);
});

test("a storage that is forbidden costs nothing but the memory", () => {
  const forbidden = () => {
    throw new DOMException("", "SecurityError");
  };
  Object.assign(globalThis, { localStorage: { getItem: forbidden, setItem: forbidden } });
  const arrangement = new Arrangement(undefined, null, "/");
  arrangement.change({ sound: true });
  assert.equal(arrangement.values.sound, true);
});

test("changes are sent one after the other, and of those that wait the newest", async () => {
  /** @type {((response: Response) => void)[]} */
  const answers = [];
  const fetch = mock.method(
    globalThis,
    "fetch",
    () => new Promise((resolve) => answers.push(resolve)),
  );
  const arrangement = new Arrangement(undefined, "/save/", "/");
  for (const layout of /** @type {const} */ (["2x2", "3x3", "4x4"])) arrangement.change({ layout });
  await runPending();
  assert.equal(fetch.mock.callCount(), 1);
  answers[0](Response.json({}));
  await runPending();
  assert.equal(fetch.mock.callCount(), 2);
  const [url, { body }] = /** @type {any} */ (fetch.mock.calls[1].arguments);
  assert.deepEqual([url, JSON.parse(body)], ["/save/", { ...DEFAULTS, layout: "4x4" }]);
});

test("it is said when a change was not saved, and when one is again", async () => {
  /** @type {boolean[]} */
  const heard = [];
  const fetch = mock.method(globalThis, "fetch", async () => new Response("", { status: 503 }));
  const arrangement = new Arrangement(undefined, "/save/", "/");
  arrangement.onTrouble = (isSaved) => heard.push(isSaved);
  arrangement.change({ sound: true });
  await runPending();
  fetch.mock.mockImplementation(async () => Response.json({}));
  arrangement.change({ sound: false });
  await runPending();
  assert.deepEqual(heard, [false, true]);
});
