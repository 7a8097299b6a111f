import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Polling } from "../../../../static/js/watch/connection/polling.js";
import { runPending } from "../../fakes.js";

let now = 0;
/** @type {Polling} */
let polling;
/** @type {string[]} */
let asked;
/** @type {string[]} */
let heard;
/** What the server answers to the last part of an address. @type {Record<string, () => Response>} */
let answers;
const page = { hidden: false, body: { dataset: {} } };

mock.method(performance, "now", () => now);
// The longest wait that the jitter allows.
mock.method(Math, "random", () => 1);
mock.timers.enable({ apis: ["setInterval"] });
Object.assign(globalThis, {
  document: page,
  fetch: async (/** @type {string} */ address, /** @type {RequestInit} */ { headers }) => {
    const known = new Headers(headers).get("If-None-Match");
    asked.push(known ? `${address} ${known}` : address);
    return answers[kindOf(address)]();
  },
});

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval"] });
  asked = [];
  heard = [];
  page.hidden = false;
  answers = { picture: () => picture(5), stats: () => stats("live") };
  polling = new Polling("/api/");
});

/** @param {string} address */
function kindOf(address) {
  if (address.includes("?")) return "list";
  return address.endsWith("/stats/") ? "stats" : "picture";
}

/** @param {string} slug */
function watch(slug) {
  polling.subscribe(slug, {
    onFrame: ({ session, sequence, payload }) =>
      heard.push(`${slug} frame ${session}/${sequence} of ${payload.length}`),
    onState: ({ state }) => heard.push(`${slug} ${state}`),
    onRefused: (why) => heard.push(`${slug} ${why}`),
    onStages: () => {},
    onConnection: () => heard.push(`${slug} is ${polling.connection}`),
  });
}

/** @param {number} sequence */
function picture(sequence) {
  return new Response(new Uint8Array(3), {
    headers: {
      "Content-Type": "image/jpeg",
      ETag: `"7-${sequence}"`,
      "X-Session": "7",
      "X-Sequence": `${sequence}`,
      "X-Server-Time": `${performance.timeOrigin + now + 1000}`,
    },
  });
}

/** @param {string} state */
function stats(state) {
  return Response.json({
    state,
    session: 7,
    reason: null,
    since: null,
    publisher: null,
    watching: 1,
  });
}

/** @param {number} status of what the API refuses */
function problem(status) {
  const headers = { "Content-Type": "application/problem+json" };
  return Response.json({ detail: "" }, { status, headers });
}

/** @param {number} ms */
async function pass(ms) {
  for (let passed = 0; passed < ms; passed += 100) {
    now += 100;
    mock.timers.tick(100);
    await runPending();
  }
}

/** @param {string} what */
function askedFor(what) {
  return asked.filter((address) => address.includes(what));
}

test("pictures and states go to the camera that they were asked for", async () => {
  watch("door");
  await pass(200);
  assert.deepEqual(heard.sort(), ["door frame 7/5 of 3", "door is open", "door live"]);
  assert.equal(Math.round((polling.serverTime ?? 0) - performance.timeOrigin - now), 1000);
});

test("the picture that is there is not sent again", async () => {
  watch("door");
  await pass(200);
  answers.picture = () => new Response(null, { status: 304 });
  await pass(100);
  assert.equal(asked.at(-1), '/api/door/latest.jpg "7-5"');
  assert.equal(heard.filter((line) => line.includes("frame")).length, 1);
});

test("ten pictures a second are asked for, of all cameras in turn", async () => {
  ["door", "gate"].forEach(watch);
  await pass(200);
  asked = [];
  await pass(1000);
  assert.equal(askedFor("door/latest.jpg").length, 5);
  assert.equal(askedFor("gate/latest.jpg").length, 5);
  assert.equal(polling.interval, 200);
});

test("no picture is asked for before it is known that there may be one", async () => {
  ["door", "gate", "barn"].forEach(watch);
  await pass(100);
  assert.deepEqual(asked, ["/api/door/stats/"]);
  await pass(100);
  assert.deepEqual(asked.slice(1), ["/api/door/latest.jpg", "/api/gate/stats/"]);
});

test("states are asked for once a second", async () => {
  watch("door");
  await pass(3000);
  assert.equal(askedFor("stats").length, 3);
});

for (const state of ["off", "paused", "lost"]) {
  test(`a camera that is ${state} is not asked for pictures, until it is live`, async () => {
    answers.stats = () => stats(state);
    watch("door");
    await pass(100);
    asked = [];
    await pass(900);
    assert.deepEqual(askedFor("latest.jpg"), []);
    answers.stats = () => stats("live");
    await pass(1200);
    assert.ok(askedFor("latest.jpg").length > 0);
  });
}

test("a camera that is not there, or no longer, is told so", async () => {
  answers.stats = () => problem(404);
  watch("door");
  await pass(100);
  assert.ok(heard.includes("door not_found"));
  heard = [];
  await pass(900);
  assert.deepEqual(heard, []);
});

test("one camera that is gone keeps no others waiting, and comes back by itself", async () => {
  answers.stats = () => problem(404);
  watch("door");
  await pass(1100);
  assert.ok(heard.includes("door not_found") && heard.includes("door is open"));
  answers.stats = () => stats("live");
  await pass(1100);
  assert.ok(heard.includes("door live"));
  assert.ok(!heard.includes("door is connecting"));
});

test("while Redis is away the state is unknown", async () => {
  answers.picture = answers.stats = () => problem(503);
  watch("door");
  await pass(100);
  assert.ok(heard.includes("door unknown"));
});

test("a hidden page asks for nothing", async () => {
  watch("door");
  page.hidden = true;
  await pass(1000);
  assert.deepEqual(asked, []);
});

test("what comes for a camera that is not watched any more is dropped", async () => {
  watch("door");
  now += 100;
  mock.timers.tick(100);
  polling.unsubscribe("door");
  await runPending();
  assert.deepEqual(heard, []);
});

const failures = {
  "a broken connection": () => {
    throw new TypeError("Failed to fetch");
  },
  "a gateway's error": () => new Response("", { status: 502 }),
  "somebody else's page": () => new Response("<p>", { headers: { "Content-Type": "text/html" } }),
};
for (const [name, answer] of Object.entries(failures)) {
  test(`after ${name} it asks less and less often`, async () => {
    watch("door");
    await pass(100);
    answers.picture = answers.stats = answer;
    await pass(1100);
    assert.equal(heard.at(-1), "door is connecting");
    asked = [];
    await pass(10_000);
    assert.ok(asked.length < 12, `asked ${asked.length} times`);
    answers = { picture: () => picture(6), stats: () => stats("live") };
    await pass(5000);
    assert.ok(heard.includes("door is open") && heard.includes("door frame 7/6 of 3"));
  });
}

test("a server that takes no more connections is left alone for as long as it says", async () => {
  watch("door");
  await pass(100);
  const headers = { "Content-Type": "text/plain; charset=utf-8", "Retry-After": "20" };
  answers.picture = answers.stats = () => new Response("Full.", { status: 503, headers });
  await pass(200);
  asked = [];
  await pass(19_500);
  assert.deepEqual(asked, []);
  await pass(6000);
  assert.ok(asked.length > 0);
});

/** @param {string | null} next */
function list(next) {
  return Response.json({ next, results: [{ id: "1", slug: "door", name: "Door" }] });
}

test("a picture that was asked for before the page stood still is not shown", async () => {
  watch("door");
  await pass(200);
  heard = [];
  /** @type {(response: Response) => void} */
  let answer = () => {};
  answers.picture = () => /** @type {any} */ (new Promise((resolve) => (answer = resolve)));
  await pass(100);
  const asleep = picture(6);
  now += 12_000;
  answer(asleep);
  await runPending();
  assert.deepEqual([heard, polling.serverTime], [[], null]);
  answers.picture = () => picture(7);
  await pass(200);
  assert.ok(heard.includes("door frame 7/7 of 3"));
});

test("the list of cameras is asked for every two seconds", async () => {
  /** @type {string[]} */
  const told = [];
  answers.list = () => list(null);
  polling.follow((cameras) => told.push(...cameras.map(({ name }) => name)));
  await pass(4100);
  assert.deepEqual(asked, Array(3).fill("/api/?enabled=true&page_size=200"));
  assert.deepEqual(told, ["Door", "Door", "Door"]);
  polling.unfollow();
  asked = [];
  await pass(4000);
  assert.deepEqual(asked, []);
  polling.follow(() => {}, "doors");
  await pass(200);
  assert.deepEqual(asked, ["/api/?enabled=true&page_size=200&group=doors"]);
});

test("who has asked for the list too often waits as told, and gets pictures meanwhile", async () => {
  answers.list = () =>
    new Response(null, {
      status: 429,
      headers: { "Content-Type": "application/problem+json", "Retry-After": "40" },
    });
  polling.follow(() => {});
  watch("door");
  await pass(39_000);
  assert.equal(askedFor("page_size").length, 1);
  assert.ok(askedFor("latest.jpg").length > 100);
  await pass(14_000);
  assert.equal(askedFor("page_size").length, 2);
});

test("who asks too often waits as told, and sees meanwhile what there was", async () => {
  watch("door");
  await pass(200);
  heard = [];
  const headers = { "Content-Type": "application/problem+json", "Retry-After": "2" };
  const often = () => Response.json({ detail: "" }, { status: 429, headers });
  answers = { picture: often, stats: often };
  await pass(100);
  asked = [];
  // With the jitter.
  await pass(2300);
  assert.deepEqual([asked, heard, polling.connection], [[], [], "open"]);
  answers = { picture: () => picture(6), stats: () => stats("live") };
  await pass(400);
  assert.deepEqual(new Set(heard), new Set(["door frame 7/6 of 3", "door live"]));
});

test("of a list that does not come whole, nothing is told", async () => {
  /** @type {any[]} */
  const told = [];
  polling.follow((cameras) => told.push(cameras));
  for (const answer of [() => list("?page=2"), () => problem(503), () => problem(429)]) {
    answers.list = answer;
    await pass(2100);
  }
  assert.deepEqual(told, []);
});

test("nothing ticks while no camera is watched", () => {
  const clear = mock.method(globalThis, "clearInterval");
  const set = mock.method(globalThis, "setInterval");
  watch("door");
  watch("hall");
  assert.equal(set.mock.callCount(), 1);
  polling.unsubscribe("door");
  assert.equal(clear.mock.callCount(), 0);
  polling.unsubscribe("hall");
  assert.deepEqual(clear.mock.calls[0].arguments, [set.mock.calls[0].result]);
  set.mock.restore();
  clear.mock.restore();
});

test("whoever is signed out is told so, and nothing more is asked", async () => {
  watch("door");
  await pass(200);
  answers = { picture: () => problem(401), stats: () => problem(401) };
  await pass(1500);
  const before = asked.length;
  await pass(5000);
  assert.equal(heard.at(-1), "door is over");
  assert.deepEqual([polling.end, asked.length], ["signed_out", before]);
});
