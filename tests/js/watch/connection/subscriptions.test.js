import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Subscriptions } from "../../../../static/js/watch/connection/subscriptions.js";

/** @type {import("../../../../static/js/watch/connection/source.js").Wants} */
const AUTO = { video: ["vp8"], rendition: "auto" };

/** @type {string[]} */
let heard;
let isOpen = true;
/** @type {any[]} */
let sent;
/** @type {Subscriptions} */
let subscriptions;

beforeEach(() => {
  heard = [];
  sent = [];
  isOpen = true;
  subscriptions = new Subscriptions(
    (message) => sent.push(message),
    () => isOpen,
  );
});

/** What is said together is said at the end of the turn. */
const turn = () => Promise.resolve();

/** @param {string} slug */
function add(slug, wants = AUTO) {
  const listener = {
    onState: (/** @type {any} */ { state }) => heard.push(`${slug} ${state}`),
    onRefused: (/** @type {string} */ why) => heard.push(`${slug} ${why}`),
  };
  subscriptions.add(slug, /** @type {any} */ (listener), wants);
}

/** @param {string} camera @param {number | null} session */
function updateState(camera, session) {
  const fields = { reason: null, since: null, publisher: null, watching: 0, protocol: 1 };
  subscriptions.updateState({ type: "state", camera, state: "live", session, ...fields });
}

test("a state says which camera a session belongs to, until the next connection", () => {
  add("door");
  updateState("door", 5);
  assert.equal(subscriptions.cameraOf(5), "door");
  assert.deepEqual(heard, ["door live"]);
  subscriptions.renew();
  assert.equal(subscriptions.cameraOf(5), undefined);
});

test("they are asked for together where the same is wanted, and so again when renewed", async () => {
  add("door");
  add("gate", { ...AUTO, rendition: "still" });
  add("roof");
  await turn();
  subscriptions.renew();
  const both = [
    [["door", "roof"], "auto"],
    [["gate"], "still"],
  ];
  assert.deepEqual(
    sent.map(({ cameras, rendition }) => [cameras, rendition]),
    [...both, ...both],
  );
});

test("a wall that scrolls says in two messages what it shows no longer, and what instead", async () => {
  for (let i = 0; i < 30; i += 1) add(`out ${i}`);
  await turn();
  sent = [];
  for (let i = 0; i < 30; i += 1) subscriptions.remove(`out ${i}`);
  for (let i = 0; i < 30; i += 1) add(`in ${i}`);
  await turn();
  assert.deepEqual(
    sent.map(({ type, cameras }) => [type, cameras.length]),
    [
      ["unsubscribe", 30],
      ["subscribe", 30],
    ],
  );
});

test("the server hears nothing of what it was never asked for", async () => {
  subscriptions.remove("roof");
  add("door");
  subscriptions.remove("door");
  await turn();
  assert.deepEqual(sent, []);
  add("gate");
  await turn();
  subscriptions.renew();
  sent = [];
  subscriptions.remove("gate");
  await turn();
  assert.deepEqual(sent, [{ type: "unsubscribe", cameras: ["gate"] }]);
});

test("what goes and comes back in one turn is asked for anew", async () => {
  add("door");
  await turn();
  sent = [];
  subscriptions.remove("door");
  add("door");
  await turn();
  assert.deepEqual(
    sent.map(({ type, cameras }) => [type, cameras]),
    [
      ["unsubscribe", ["door"]],
      ["subscribe", ["door"]],
    ],
  );
});

test("nothing is wanted of a camera without viewers, and nothing is told about it", async () => {
  add("door");
  subscriptions.remove("door");
  subscriptions.change("door", AUTO);
  await turn();
  updateState("door", 5);
  subscriptions.notFound("door");
  assert.deepEqual([sent, heard], [[], []]);
});

function addAsManyAsFit() {
  for (let i = 0; i < 64; i += 1) add(`${i}`);
}

test("the server isn't asked for more than a connection carries", async () => {
  addAsManyAsFit();
  add("gate");
  await turn();
  assert.deepEqual(
    sent.map(({ cameras }) => cameras.length),
    [64],
  );
  assert.deepEqual(heard, ["gate crowded"]);
});

test("as many of those that are too many are asked for as there is room for again", async () => {
  addAsManyAsFit();
  add("gate");
  add("roof");
  await turn();
  // A camera that the server refuses counts, too.
  subscriptions.notFound("0");
  subscriptions.change("1", { ...AUTO, rendition: "still" });
  subscriptions.change("roof", AUTO);
  sent = [];
  subscriptions.remove("0");
  add("yard");
  await turn();
  assert.deepEqual(
    sent.map(({ type, cameras }) => [type, cameras]),
    [
      ["unsubscribe", ["0"]],
      ["subscribe", ["gate"]],
      ["subscribe", ["1"]],
    ],
  );
  assert.deepEqual(heard.slice(-2), ["roof crowded", "yard crowded"]);
});

test("what is too many no longer matters once nobody watches it", async () => {
  addAsManyAsFit();
  add("gate");
  await turn();
  sent = [];
  subscriptions.remove("gate");
  subscriptions.remove("0");
  await turn();
  assert.deepEqual(sent, [{ type: "unsubscribe", cameras: ["0"] }]);
});

test("without a connection nothing is too many, and a new one carries what is wanted then", async () => {
  addAsManyAsFit();
  await turn();
  isOpen = false;
  sent = [];
  add("gate");
  subscriptions.remove("0");
  add("roof");
  await turn();
  assert.deepEqual([sent, heard], [[], []]);
  isOpen = true;
  subscriptions.renew();
  assert.equal(sent.length, 1);
  assert.equal(sent[0].cameras.length, 64);
  assert.equal(sent[0].cameras.at(-1), "gate");
  assert.deepEqual(heard, ["roof crowded"]);
});

test("what is unavailable is asked for again, when the server said and with some jitter", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    add("door");
    add("gate");
    subscriptions.unavailable("door", 4);
    subscriptions.unavailable("gate", 4);
    subscriptions.remove("gate");
    await turn();
    assert.deepEqual(heard, ["door unavailable", "gate unavailable"]);
    sent = [];
    mock.timers.tick(3999);
    assert.deepEqual(sent, []);
    mock.timers.tick(1001);
    await turn();
    assert.deepEqual(
      sent.map(({ type, cameras }) => [type, cameras]),
      [["subscribe", ["door"]]],
    );
  } finally {
    mock.timers.reset();
  }
});

test("what is shown meanwhile, or asked for by a new connection, is not asked for again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    add("door");
    add("gate");
    subscriptions.unavailable("door", 4);
    subscriptions.unavailable("gate", 4);
    updateState("door", 5);
    subscriptions.renew();
    sent = [];
    mock.timers.tick(9000);
    await turn();
    assert.deepEqual(sent, []);
  } finally {
    mock.timers.reset();
  }
});
