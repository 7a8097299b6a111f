import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { StatsFeed } from "../../../../static/js/pages/shared/stats.js";
import { runPending } from "../../fakes.js";

const body = { dataset: { person: "7" } };
let page = Object.assign(new EventTarget(), { hidden: false, body });
/** @type {() => Promise<Response>} */
let answer;
let asked = 0;
/** @type {string[]} */
let heard;

Object.assign(globalThis, {
  fetch: (/** @type {string} */ _url, /** @type {{ headers: object }} */ { headers }) => {
    asked += 1;
    assert.deepEqual(headers, { "X-Signed-In": "7" });
    return answer();
  },
});

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 1);
  // Feeds of tests before do not hear of this one.
  page = Object.assign(new EventTarget(), { hidden: false, body });
  Object.assign(globalThis, { document: page });
  answer = async () => Response.json({ frames: 3 });
  asked = 0;
  heard = [];
});

async function start() {
  new StatsFeed(
    "/stats/",
    2000,
    ({ frames }) => heard.push(`${frames} frames`),
    (trouble) => heard.push(trouble),
  ).start();
  await runPending();
}

/** @param {number} ms */
async function pass(ms) {
  mock.timers.tick(ms);
  await runPending();
}

test("it asks again and again", async () => {
  await start();
  await pass(1999);
  assert.deepEqual(heard, ["3 frames"]);
  await pass(1);
  assert.deepEqual(heard, ["3 frames", "3 frames"]);
});

for (const what of ["database", "redis"]) {
  test(`it says whether it is the ${what} that is away, or the server`, async () => {
    const type = `urn:skysentry:${what}-unavailable`;
    answer = async () => Response.json({ type }, { status: 503 });
    await start();
    answer = () => Promise.reject(new TypeError());
    await pass(1000);
    answer = async () => Response.json({ frames: 4 });
    await pass(2000);
    assert.deepEqual(heard, [what, "server", "4 frames"]);
  });
}

test("of what something in between answers, the server is away", async () => {
  answer = async () => new Response("<html>", { status: 503, headers: { "Retry-After": "40" } });
  await start();
  await pass(39_000);
  assert.deepEqual([heard, asked], [["server"], 1]);
});

test("who asks too often waits as long as told", async () => {
  const headers = { "Retry-After": "40" };
  answer = async () => new Response("", { status: 429, headers });
  await start();
  await pass(39_000);
  assert.deepEqual([heard, asked], [["often"], 1]);
  answer = async () => Response.json({ frames: 4 });
  await pass(11_000);
  assert.deepEqual(heard, ["often", "4 frames"]);
});

test("a hidden page asks for nothing, and does not show what comes late", async () => {
  /** @type {(response: Response) => void} */
  let respond = () => {};
  answer = () => new Promise((resolve) => (respond = resolve));
  await start();
  page.hidden = true;
  page.dispatchEvent(new Event("visibilitychange"));
  respond(Response.json({ frames: 5 }));
  await runPending();
  await pass(10_000);
  assert.deepEqual([heard, asked], [["hidden"], 1]);
});

for (const [status, trouble] of /** @type {const} */ ([
  [401, "signed_out"],
  [403, "forbidden"],
  [404, "gone"],
])) {
  test(`after ${status} it stops asking, until somebody looks at the page again`, async () => {
    const headers = { "Content-Type": "application/problem+json" };
    answer = async () => Response.json({}, { status, headers });
    await start();
    await pass(60_000);
    assert.deepEqual([heard, asked], [[trouble], 1]);
    answer = async () => Response.json({ frames: 4 });
    page.dispatchEvent(new Event("visibilitychange"));
    await runPending();
    assert.deepEqual(heard, [trouble, "4 frames"]);
  });
}

test("a proxy that asks for a password signs nobody out", async () => {
  answer = async () => new Response("<html>", { status: 401 });
  await start();
  await pass(1000);
  assert.deepEqual([heard, asked], [["server", "server"], 2]);
});
