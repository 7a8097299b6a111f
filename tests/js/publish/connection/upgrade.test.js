import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { localTime } from "../../../../static/js/lib/clock.js";
import { transition } from "../../../../static/js/lib/state-machine.js";
import { Upgrade } from "../../../../static/js/publish/connection/upgrade.js";
import {
  UpgradeEvent,
  UpgradeState,
  TABLE,
} from "../../../../static/js/publish/connection/upgrade-states.js";
import { runPending } from "../../fakes.js";

/** @typedef {import("../../../../static/js/publish/connection/upgrade-states.js").EventName} EventName */
/** @typedef {import("../../../../static/js/publish/connection/upgrade-states.js").StateName} StateName */

let now = 0;
/** @type {string[]} */
let done;
/** @type {Upgrade} */
let upgrade;

mock.method(performance, "now", () => now);

beforeEach(() => {
  done = [];
  const peer = {
    offer: async () => "offer",
    accept: (/** @type {string} */ sdp) => done.push(`accepts ${sdp}`),
    close: () => done.push("closes"),
  };
  upgrade = new Upgrade({
    makePeer: () => /** @type {any} */ (peer),
    onOffer: (sdp) => done.push(`sends ${sdp}`),
    onOpen: () => done.push("hands over"),
  });
});

/** @param {number} ms */
function pass(ms) {
  now += ms;
  upgrade.tick(localTime());
  return runPending();
}

/** @type {Record<StateName, number>} */
const TIMEOUTS_MS = {
  idle: 1_000_000,
  waiting: 15_000,
  offered: 20_000,
  outdated: 20_000,
  connecting: 5000,
};

/** @type {Record<EventName, () => unknown>} */
const EVENTS = {
  [UpgradeEvent.STARTED]: () => upgrade.start(),
  [UpgradeEvent.NETWORK_CHANGED]: () => upgrade.networkChanged(),
  [UpgradeEvent.ANSWERED]: () => upgrade.answered("answer"),
  [UpgradeEvent.REFUSED]: () => upgrade.refused(),
  [UpgradeEvent.OPENED]: () => upgrade.opened(),
  [UpgradeEvent.FAILED]: () => upgrade.failed(),
  [UpgradeEvent.STOPPED]: () => upgrade.stop(),
  [UpgradeEvent.TIMEOUT]: () => pass(TIMEOUTS_MS[upgrade.state]),
};

/** @type {Record<StateName, (() => unknown)[]>} */
const REACH = {
  [UpgradeState.IDLE]: [],
  [UpgradeState.WAITING]: [EVENTS.started],
  [UpgradeState.OFFERED]: [EVENTS.started, EVENTS.timeout],
  [UpgradeState.OUTDATED]: [EVENTS.started, EVENTS.timeout, EVENTS.network_changed],
  [UpgradeState.CONNECTING]: [EVENTS.started, EVENTS.timeout, EVENTS.answered],
};

/** @type {Record<StateName, Partial<Record<EventName, StateName>>>} */
const WALK = {
  idle: { started: "waiting" },
  waiting: { timeout: "offered", network_changed: "offered", stopped: "idle" },
  offered: {
    answered: "connecting",
    refused: "waiting",
    timeout: "waiting",
    network_changed: "outdated",
    stopped: "idle",
  },
  outdated: { answered: "offered", refused: "offered", timeout: "offered", stopped: "idle" },
  connecting: { opened: "idle", failed: "waiting", timeout: "waiting", stopped: "idle" },
};

for (const state of Object.values(UpgradeState)) {
  for (const event of Object.values(UpgradeEvent)) {
    test(`an upgrade that is ${state} meets ${event}`, async () => {
      for (const step of REACH[state]) await step();
      assert.equal(upgrade.state, state);
      await EVENTS[event]();
      assert.equal(upgrade.state, WALK[state][event] ?? state);
      assert.equal(upgrade.state, transition(TABLE, state, event)?.to ?? state);
    });
  }
}

test("it offers, accepts the answer and hands over what has opened", async () => {
  upgrade.start();
  await pass(15_000);
  upgrade.answered("answer");
  upgrade.opened();
  assert.deepEqual(done, ["sends offer", "accepts answer", "hands over"]);
});

test("each wait is twice as long as the one before, up to five minutes", async () => {
  upgrade.start();
  for (const wait of [15, 30, 60, 120, 240, 300, 300]) {
    await pass(wait * 1000 - 1);
    assert.equal(upgrade.state, UpgradeState.WAITING);
    await pass(1);
    assert.equal(upgrade.state, UpgradeState.OFFERED);
    upgrade.refused();
  }
});

test("on another network the waits start over", async () => {
  upgrade.start();
  await pass(15_000);
  upgrade.refused();
  upgrade.networkChanged();
  assert.equal(upgrade.state, UpgradeState.OFFERED);
  upgrade.refused();
  await pass(30_000);
  assert.equal(upgrade.state, UpgradeState.OFFERED);
});

test("on another network another offer is sent, but only after the answer to the first", async () => {
  upgrade.start();
  await pass(15_000);
  await pass(5000);
  upgrade.networkChanged();
  await runPending();
  assert.deepEqual(done, ["sends offer"]);
  upgrade.answered("late");
  await runPending();
  assert.deepEqual(done, ["sends offer", "closes", "sends offer"]);
});

test("an offer waits for its answer for longer than the server takes to give it up", async () => {
  upgrade.start();
  await pass(15_000);
  await pass(15_500);
  assert.equal(upgrade.state, UpgradeState.OFFERED);
});

test("what is stopped while it offers sends nothing any more", async () => {
  upgrade.start();
  upgrade.networkChanged();
  upgrade.stop();
  await runPending();
  assert.deepEqual(done, ["closes"]);
});
