import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Player } from "../../../static/js/watch/player.js";
import { Screens } from "../../../static/js/watch/render/screens.js";
import { jpeg } from "../../../static/js/protocol/codecs/jpeg.js";
import { Rendition } from "../../../static/js/protocol/wire.js";
import { runPending } from "../fakes.js";

/** @typedef {import("../../../static/js/watch/connection/source.js").Listener} Listener */

const LIVE = {
  state: /** @type {const} */ ("live"),
  session: 1,
  reason: null,
  since: null,
  publisher: null,
  watching: 1,
};

let now = 0;
const source = {
  connection: /** @type {import("../../../static/js/watch/connection/source.js").Connection} */ (
    "open"
  ),
  serverTime: /** @type {number | null} */ (0),
  awakeSince: -Infinity,
  end: /** @type {import("../../../static/js/watch/connection/source.js").End | null} */ (null),
  isToldToWait: false,
  trouble: /** @type {import("../../../static/js/watch/connection/source.js").Trouble | null} */ (
    null
  ),
  waitReason: /** @type {"full" | "link_full"} */ ("full"),
  roundTrip: null,
  interval: 0,
  listener: /** @type {Listener} */ ({}),
  /** @param {string} _slug @param {Listener} listener */
  subscribe(_slug, listener) {
    this.listener = listener;
  },
  follow() {},
  unsubscribe() {},
  /** @type {number[]} */
  reported: [],
  /** @param {string} _slug @param {number} sequence */
  drawn(_slug, sequence) {
    this.reported.push(sequence);
  },
  askKeyFrame() {},
  askStages() {},
  /** @type {import("../../../static/js/watch/connection/source.js").Wants[]} */
  asked: [],
  /** @param {string} _slug @param {import("../../../static/js/watch/connection/source.js").Wants} wants */
  want(_slug, wants) {
    this.asked.push(wants);
  },
};
/** @type {Player} */
let player;

mock.method(performance, "now", () => now);
Object.assign(globalThis, {
  createImageBitmap: async () => ({ width: 16, height: 8, close() {} }),
  requestAnimationFrame: queueMicrotask,
  HTMLCanvasElement: class {},
});

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  // Players of tests before do not hear of this one.
  Object.assign(globalThis, { document: Object.assign(new EventTarget(), { hidden: false }) });
  Object.assign(source, { connection: "open", interval: 0, asked: [], reported: [] });
  Object.assign(source, { serverTime: now, awakeSince: -Infinity, trouble: null });
  player = new Player({
    element: /** @type {any} */ ({ dataset: {} }),
    canvas: /** @type {any} */ ({ getContext: () => ({ drawImage() {}, clearRect() {} }) }),
    camera: { id: "1", slug: "door", name: "Door", frame_rate: 30 },
    watching: { screens: new Screens(), source, codecs: ["h264", "vp8"] },
    onChange: () => {},
  });
  player.start();
  source.listener.onState(LIVE);
});

/**
 * @param {number} sequence
 * @param {number} [late] ms since its capture
 */
async function receive(sequence, late = 0) {
  source.serverTime = now;
  source.listener.onFrame({
    rendition: Rendition.JPEG,
    codec: jpeg.number,
    key: true,
    session: 1,
    sequence,
    capturedAt: now - late,
    width: 16,
    height: 8,
    payload: Uint8Array.of(1),
  });
  await runPending();
}

test("a picture is live for a second, and as long as its source takes between two", async () => {
  await receive(1);
  now += 1000;
  assert.equal(player.facts.state, "live");
  now += 500;
  assert.equal(player.facts.state, "stale");
  source.interval = 800;
  assert.equal(player.facts.state, "live");
});

test("no picture is drawn before its capture, whatever the clocks say", async () => {
  await receive(1, -5);
  assert.equal(player.facts.latency, 0);
});

test("a picture whose age nobody knows is not live", async () => {
  await receive(1);
  source.serverTime = null;
  assert.equal(player.facts.state, "stale");
});

test("why it waits is known while the server is full", () => {
  Object.assign(source, { connection: "connecting", isToldToWait: true });
  assert.equal(player.facts.reason, "full");
  Object.assign(source, { waitReason: "link_full" });
  assert.equal(player.facts.reason, "link_full");
  source.isToldToWait = false;
  assert.equal(player.facts.reason, "opening");
});

test("what is between here and the server is named before the camera is", async () => {
  await receive(1);
  now += 1500;
  assert.deepEqual([player.facts.state, player.facts.reason], ["stale", null]);
  for (const trouble of /** @type {const} */ (["offline", "server", "slow"])) {
    source.trouble = trouble;
    assert.deepEqual([player.facts.state, player.facts.reason], ["stale", trouble]);
  }
  source.connection = "connecting";
  source.trouble = "server";
  assert.deepEqual([player.facts.state, player.facts.reason], ["reconnecting", "server"]);
});

test("old pictures that still arrive tell of a slow camera, where the way here is not", async () => {
  await receive(1);
  now += 2000;
  source.serverTime = now;
  await receive(2, 3000);
  assert.deepEqual([player.facts.state, player.facts.reason], ["stale", "late"]);
  now += 1500;
  assert.equal(player.facts.reason, null);
});

test("a camera that comes back is waited for, not a first picture", async () => {
  source.listener.onState({ ...LIVE, state: "connecting" });
  assert.equal(player.facts.reason, null);
  await receive(1);
  now += 3000;
  source.listener.onState({ ...LIVE, state: "connecting" });
  assert.deepEqual([player.facts.state, player.facts.reason], ["connecting", "returning"]);
});

test("a camera that is off says since when, why, and who filmed", () => {
  source.listener.onState({
    ...LIVE,
    state: "off",
    reason: "stopped",
    since: 7,
    publisher: "Anna",
  });
  const { state, reason, since, publisher } = player.facts;
  assert.deepEqual([state, reason, since, publisher], ["off", "stopped", 7, "Anna"]);
});

test("a camera whose connection failed is lost, not off", () => {
  source.listener.onState({ ...LIVE, state: "off", reason: "peer_failed", since: 7 });
  assert.deepEqual([player.facts.state, player.facts.reason], ["lost", "peer_failed"]);
  assert.equal(player.facts.ended, true);
  source.listener.onState({ ...LIVE, state: "lost" });
  assert.deepEqual([player.facts.state, player.facts.ended], ["lost", false]);
});

test("what arrived before the page stood still is no sample", async () => {
  await receive(1);
  assert.deepEqual(source.reported, [1]);
  source.awakeSince = performance.timeOrigin + now + 1;
  await receive(2);
  assert.deepEqual(source.reported, [1]);
  now += 1;
  await receive(3);
  assert.deepEqual(source.reported, [1, 3]);
});

test("nothing is left of a camera that may not be watched any more, nor comes late", async () => {
  await receive(1);
  source.listener.onRefused("not_found");
  await receive(2);
  assert.deepEqual([player.facts.state, player.facts.age], ["not_found", null]);
  source.listener.onState(LIVE);
  await receive(3);
  assert.equal(player.facts.state, "live");
});

test("nothing is left when the connection is over", async () => {
  await receive(1);
  source.connection = "over";
  source.listener.onConnection();
  assert.deepEqual([player.facts.state, player.facts.age], ["over", null]);
});

test("a camera is wanted as the person chose, in what can be shown", () => {
  player.choose("video");
  assert.deepEqual(source.asked, [{ video: ["h264", "vp8"], rendition: "video" }]);
});

test("a page that is hidden for long is content with stills, until it is shown", () => {
  const show = (/** @type {boolean} */ shown) => {
    Object.assign(document, { hidden: !shown });
    document.dispatchEvent(new Event("visibilitychange"));
  };
  const wanted = () => source.asked.splice(0).map(({ rendition }) => rendition);
  show(false);
  wait(9999);
  show(true);
  wait(60_000);
  assert.deepEqual(wanted(), []);
  show(false);
  wait(10_000);
  show(true);
  assert.deepEqual(wanted(), ["still", "auto"]);
});

/** Lets time pass, for timers too. @param {number} ms */
function wait(ms) {
  now += ms;
  mock.timers.tick(ms);
}

test("video that could not be shown is tried again, each time after twice as long", () => {
  const { doWithout, wanted } = hopeful();
  doWithout("h264");
  wait(59_999);
  assert.deepEqual(wanted(), [["vp8"]]);
  wait(1);
  assert.deepEqual(wanted(), [["h264", "vp8"]]);
  doWithout(null);
  wait(119_999);
  assert.deepEqual(wanted(), [[]]);
  wait(1);
  assert.deepEqual(wanted(), [["h264", "vp8"]]);
});

test("of two reasons to do without video the later one says when it is tried again", () => {
  const { doWithout, wanted } = hopeful();
  doWithout("h264");
  wait(50_000);
  doWithout(null);
  wanted();
  wait(119_999);
  assert.deepEqual(wanted(), []);
  wait(1);
  assert.deepEqual(wanted(), [["h264", "vp8"]]);
});

/** A player: the test says what it cannot show, and reads what it wants then. */
function hopeful() {
  /** @type {(codec: string | null) => void} */
  let doWithout = () => {};
  const open = (/** @type {any} */ _canvas, /** @type {any} */ { onUnplayable }) => {
    doWithout = onUnplayable;
  };
  new Player({
    element: /** @type {any} */ ({ dataset: {} }),
    canvas: /** @type {any} */ ({}),
    camera: { id: "1", slug: "door", name: "Door", frame_rate: 30 },
    watching: { screens: /** @type {any} */ ({ open }), source, codecs: ["h264", "vp8"] },
    onChange: () => {},
  });
  const wanted = () => source.asked.splice(0).map(({ video }) => video);
  return { doWithout: (/** @type {string | null} */ codec) => doWithout(codec), wanted };
}

test("a player that was closed wants nothing and shows nothing", async () => {
  await receive(1);
  player.close();
  assert.equal(player.facts.age, null);
  Object.assign(document, { hidden: true });
  document.dispatchEvent(new Event("visibilitychange"));
  wait(60_000);
  assert.deepEqual(source.asked, []);
});

test("a picture does not pass for live once its camera is no longer watched", async () => {
  await receive(1);
  assert.equal(player.facts.state, "live");
  player.stop();
  assert.equal(player.facts.fresh, false);
  assert.equal(player.facts.state, "connecting");
});
