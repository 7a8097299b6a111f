import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Subscriptions } from "../../../../static/js/watch/connection/subscriptions.js";

/** @type {import("../../../../static/js/watch/connection/source.js").Wants} */
const AUTO = { video: ["vp8"], rendition: "auto" };

/** @type {string[]} */
let heard;
/** @type {any[]} */
let sent;
/** @type {Subscriptions} */
let subscriptions;

beforeEach(() => {
  heard = [];
  sent = [];
  subscriptions = new Subscriptions((message) => sent.push(message));
});

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
  const fields = { reason: null, watching: 0, protocol: 1 };
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

test("they are renewed together where the same is wanted", () => {
  add("door");
  add("gate", { ...AUTO, rendition: "still" });
  add("roof");
  sent = [];
  subscriptions.renew();
  assert.deepEqual(
    sent.map(({ cameras, rendition }) => [cameras, rendition]),
    [
      [["door", "roof"], "auto"],
      [["gate"], "still"],
    ],
  );
});

test("nothing is wanted of a camera without viewers, and nothing is told about it", () => {
  add("door");
  subscriptions.remove("door");
  sent = [];
  subscriptions.change("door", AUTO);
  updateState("door", 5);
  subscriptions.notFound("door");
  assert.deepEqual([sent, heard], [[], []]);
});

test("too many are those without an answer, and they are tried again when there is room", () => {
  add("door");
  updateState("door", 5);
  add("gate");
  subscriptions.tooMany();
  assert.deepEqual(heard, ["door live", "gate crowded"]);
  subscriptions.remove("door");
  assert.deepEqual(sent.at(-1).cameras, ["gate"]);
});

test("what is unavailable is asked for again, when the server said and with some jitter", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    add("door");
    add("gate");
    sent = [];
    subscriptions.unavailable("door", 4);
    subscriptions.unavailable("gate", 4);
    subscriptions.remove("gate");
    assert.deepEqual(heard, ["door unavailable", "gate unavailable"]);
    sent = [];
    mock.timers.tick(3999);
    assert.deepEqual(sent, []);
    mock.timers.tick(1001);
    assert.deepEqual(
      sent.map(({ type, cameras }) => [type, cameras]),
      [["subscribe", ["door"]]],
    );
  } finally {
    mock.timers.reset();
  }
});

test("what is shown meanwhile, or asked for by a new connection, is not asked for again", () => {
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
    assert.deepEqual(sent, []);
  } finally {
    mock.timers.reset();
  }
});
