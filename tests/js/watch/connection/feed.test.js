import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Feed } from "../../../../static/js/watch/connection/feed.js";

/** @typedef {import("../../../../static/js/watch/connection/source.js").Listener} Listener */

/** A source that the test opens and closes. */
class FakeSource {
  /** @type {import("../../../../static/js/watch/connection/source.js").Connection} */
  connection = "connecting";
  awakeSince = -Infinity;
  end = null;
  failures = 0;
  /** @type {((cameras: any[]) => void) | undefined} */
  onCameras;
  isToldToWait = false;
  waitReason = /** @type {const} */ ("full");
  roundTrip = null;
  /** @type {number | null} */
  serverTime = null;
  /** @type {Map<string, Listener>} */
  subscribed = new Map();

  /** @param {number} interval */
  constructor(interval) {
    this.interval = interval;
  }

  /** @param {string} slug @param {Listener} listener */
  subscribe(slug, listener) {
    this.subscribed.set(slug, listener);
  }

  /**
   * @param {(cameras: any[]) => void} onCameras
   * @param {string | null} group
   */
  follow(onCameras, group) {
    this.onCameras = onCameras;
    this.group = group;
  }

  unfollow() {
    this.onCameras = undefined;
  }

  trouble = null;

  drawn() {}
  want() {}
  askKeyFrame() {}
  askStages() {}

  /** @param {string} slug */
  unsubscribe(slug) {
    this.subscribed.delete(slug);
  }

  /** @param {FakeSource["connection"]} connection */
  becomes(connection) {
    this.connection = connection;
    for (const listener of [...this.subscribed.values()]) listener.onConnection();
  }
}

/** @type {import("../../../../static/js/watch/connection/source.js").Wants} */
const WANTS = { video: [], rendition: "auto" };
let now = 0;
/** @type {FakeSource} */
let socket;
/** @type {FakeSource} */
let polling;
/** @type {Feed} */
let feed;
/** @type {string[]} */
let heard;

mock.method(performance, "now", () => now);
mock.timers.enable({ apis: ["setInterval"] });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval"] });
  socket = new FakeSource(0);
  polling = new FakeSource(100);
  heard = [];
  feed = new Feed(socket, /** @type {any} */ (polling), (are) =>
    heard.push(are ? "single" : "live"),
  );
  watch("door");
});

/** @param {string} slug */
function watch(slug) {
  const listener = {
    onFrame: () => {},
    onState: () => {},
    onRefused: () => {},
    onStages: () => {},
    onConnection: () => heard.push(`${slug} ${feed.connection}`),
  };
  feed.subscribe(slug, listener, WANTS);
}

/** @param {number} ms */
function pass(ms) {
  for (let passed = 0; passed < ms; passed += 250) {
    now += 250;
    mock.timers.tick(250);
  }
}

function refuseSocket() {
  socket.failures = 3;
  pass(250);
}

test("a socket that opens is all that is needed", () => {
  pass(4500);
  socket.becomes("open");
  pass(20_000);
  assert.equal(polling.subscribed.size, 0);
  assert.deepEqual(heard, ["door open"]);
});

test("a socket that never opens is waited for five seconds", () => {
  pass(4750);
  assert.equal(polling.subscribed.size, 0);
  pass(250);
  assert.equal(polling.subscribed.size, 1);
});

test("a socket that was refused three times is not waited for", () => {
  refuseSocket();
  assert.deepEqual([...polling.subscribed.keys()], ["door"]);
});

test("a socket that was open is waited for longer: the server may only restart", () => {
  socket.becomes("open");
  socket.becomes("connecting");
  socket.failures = 9;
  pass(14_750);
  assert.equal(polling.subscribed.size, 0);
  pass(250);
  assert.equal(polling.subscribed.size, 1);
});

test("a server that is full is asked for no single pictures, which would cost it more", () => {
  socket.isToldToWait = true;
  refuseSocket();
  pass(20_000);
  assert.equal(polling.subscribed.size, 0);
  socket.failures = 0;
  socket.isToldToWait = false;
  pass(4750);
  assert.equal(polling.subscribed.size, 0);
  pass(250);
  assert.equal(polling.subscribed.size, 1);
});

test("a server that turns out to be full is asked for no more single pictures", () => {
  refuseSocket();
  assert.equal(polling.subscribed.size, 1);
  socket.isToldToWait = true;
  pass(250);
  assert.equal(polling.subscribed.size, 0);
});

test("it says so only when single pictures do come, and then whatever comes", () => {
  refuseSocket();
  assert.deepEqual(heard, []);
  polling.becomes("open");
  assert.deepEqual(heard, ["single", "door open"]);
  polling.becomes("connecting");
  assert.deepEqual(heard, ["single", "door open", "door connecting"]);
});

test("cameras that come and go meanwhile are asked for by both", () => {
  refuseSocket();
  watch("gate");
  assert.ok(socket.subscribed.has("gate") && polling.subscribed.has("gate"));
  feed.unsubscribe("gate");
  assert.ok(!socket.subscribed.has("gate") && !polling.subscribed.has("gate"));
});

test("the list of cameras is followed by whichever source there is", () => {
  const onCameras = () => {};
  feed.follow(onCameras, "doors");
  assert.deepEqual([socket.onCameras, polling.onCameras], [onCameras, undefined]);
  refuseSocket();
  assert.equal(polling.onCameras, onCameras);
  assert.deepEqual([socket.group, polling.group], ["doors", "doors"]);
  socket.becomes("open");
  assert.equal(polling.onCameras, undefined);
});

test("the socket takes over as soon as it opens, and no connection is seen to end", () => {
  refuseSocket();
  polling.becomes("open");
  polling.serverTime = 5000;
  assert.equal(feed.interval, 100);
  socket.becomes("open");
  assert.equal(polling.subscribed.size, 0);
  assert.deepEqual([feed.interval, feed.serverTime], [0, 5000]);
  assert.deepEqual(heard, ["single", "door open", "live"]);
});

test("a socket that is over ends single pictures too", () => {
  refuseSocket();
  polling.becomes("open");
  const clear = mock.method(globalThis, "clearInterval");
  socket.becomes("over");
  assert.equal(clear.mock.callCount(), 1);
  clear.mock.restore();
  assert.equal(polling.subscribed.size, 0);
  assert.equal(heard.at(-1), "door over");
});
