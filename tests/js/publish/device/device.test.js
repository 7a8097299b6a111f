import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Device } from "../../../../static/js/publish/device/device.js";
import { runPending } from "../../fakes.js";

const browser = /** @type {any} */ (globalThis);
const SIZE = { width: 640, height: 480, frameRate: 30 };

/** A device whose plug, permission and page are in the test's hands. */
class FakeDevice {
  /** @type {any[]} */
  asked = [];
  media = new EventTarget();
  permission = { state: "granted", onchange: () => {} };
  page = Object.assign(new EventTarget(), { hidden: false });
  /** @type {string | null} */
  refusal = null;
  /** @type {any} */
  track = null;

  constructor() {
    Object.assign(browser, {
      isSecureContext: true,
      matchMedia: () => ({ matches: false }),
      RTCPeerConnection: class {},
      document: this.page,
    });
    const mediaDevices = Object.assign(this.media, {
      getUserMedia: async (/** @type {any} */ { video }) => this.#give(video),
    });
    const permissions = { query: async () => this.permission };
    Object.defineProperty(browser, "navigator", {
      value: { mediaDevices, permissions },
      configurable: true,
    });
  }

  unplug() {
    this.refusal = "NotFoundError";
    this.track.onended();
  }

  plugIn() {
    this.refusal = null;
    this.media.dispatchEvent(new Event("devicechange"));
  }

  /** @param {string} state */
  permit(state) {
    this.permission.state = state;
    this.permission.onchange();
  }

  /** @param {any} video */
  #give(video) {
    this.asked.push(video);
    if (this.refusal) throw new DOMException("", this.refusal);
    this.track = { muted: false, stop: mock.fn(), getSettings: () => ({ deviceId: "one" }) };
    return { getTracks: () => [this.track], getVideoTracks: () => [this.track] };
  }
}

/** @type {FakeDevice} */
let fake;
/** @type {Device} */
let device;
let changes = 0;
let now = 0;

beforeEach(async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  fake = new FakeDevice();
  device = new Device({
    size: () => SIZE,
    onChange: () => {
      changes += 1;
    },
  });
  assert.ok(await device.open({ facingMode: "environment" }));
});

afterEach(() => mock.timers.reset());

/** Until what was begun has ended. */
async function tick(ms = 0) {
  mock.timers.tick(ms);
  await runPending();
}

test("an open camera has no reason to pause", () => {
  assert.equal(device.pause(true), null);
});

test("a hidden page pauses only where pictures need it seen", () => {
  fake.page.hidden = true;
  assert.equal(device.pause(true), null);
  assert.equal(device.pause(false), "hidden");
});

test("a camera that the system took away is interrupted, or behind a hidden page", () => {
  fake.track.muted = true;
  assert.equal(device.pause(true), "interrupted");
  fake.page.hidden = true;
  assert.equal(device.pause(true), "hidden");
});

/** @param {number} pictures in each @param {number} seconds */
async function film(pictures, seconds) {
  for (let second = 0; second < seconds; second += 1) {
    now += 1000;
    device.note(pictures, true, now);
    await runPending();
  }
}

test("a camera that lives and gives no pictures is paused, and opened again", async () => {
  await film(30, 3);
  const { track } = fake;
  await film(0, 3);
  assert.equal(device.pause(true), null);
  await film(0, 1);
  assert.equal(device.pause(true), "no_picture");
  assert.equal(track.stop.mock.callCount(), 1);
  assert.notEqual(fake.track, track);
  assert.deepEqual(fake.asked.at(-1).deviceId, { exact: "one" });
});

test("opened again it stays paused until a picture comes, which the page is told", async () => {
  await film(0, 6);
  assert.equal(device.pause(true), "no_picture");
  changes = 0;
  await film(30, 1);
  assert.equal(device.pause(true), null);
  assert.equal(changes, 1);
});

test("a camera that is hidden, taken away or gone is not blamed for giving no pictures", async () => {
  fake.track.muted = true;
  await film(0, 10);
  assert.equal(device.pause(true), "interrupted");
  fake.track.muted = false;
  await film(0, 3);
  assert.equal(device.pause(true), null);
  fake.unplug();
  await film(0, 10);
  assert.equal(device.pause(true), "unplugged");
});

test("another camera begins anew", async () => {
  await film(0, 6);
  await device.open({ deviceId: "two" });
  assert.equal(device.pause(true), null);
});

test("an unplugged camera comes back when it is plugged in, and no other for it", async () => {
  fake.unplug();
  assert.equal(device.pause(true), "unplugged");
  assert.equal(device.track, null);
  fake.plugIn();
  await tick();
  assert.equal(device.pause(true), null);
  assert.deepEqual(fake.asked.at(-1).deviceId, { exact: "one" });
});

test("what no event announces is found by trying", async () => {
  fake.unplug();
  await tick(2000);
  assert.equal(device.problem, "unplugged");
  fake.refusal = "NotReadableError";
  await tick(2000);
  assert.equal(device.pause(true), "interrupted");
  fake.refusal = null;
  await tick(2000);
  assert.equal(device.pause(true), null);
});

test("a withdrawn permission is no plug, whichever is told first", () => {
  fake.unplug();
  fake.permit("denied");
  assert.equal(device.pause(true), "denied");
});

test("without permission the visitor is not asked again and again; with it the camera comes back", async () => {
  fake.permission.state = "prompt";
  fake.track.onended();
  assert.equal(device.pause(true), "denied");
  const { length } = fake.asked;
  await tick(2000);
  fake.plugIn();
  await tick();
  assert.equal(fake.asked.length, length);
  fake.permit("granted");
  await tick();
  assert.equal(device.pause(true), null);
});

test("a closed camera stays closed", async () => {
  const { track } = fake;
  device.close();
  assert.equal(track.stop.mock.callCount(), 1);
  fake.plugIn();
  await tick(2000);
  assert.equal(device.track, null);
  assert.equal(device.problem, null);
});

test("a camera that opens too late is let go", async () => {
  const opening = device.open({ deviceId: "two" });
  device.close();
  await opening;
  assert.equal(fake.track.stop.mock.callCount(), 1);
  assert.equal(device.track, null);
});
