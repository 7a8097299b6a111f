import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { transition } from "../../../../static/js/lib/state-machine.js";
import { WatchSocket } from "../../../../static/js/watch/connection/socket.js";
import {
  WatchEvent,
  WatchState,
  TABLE,
  connectionOf,
} from "../../../../static/js/watch/connection/states.js";
import { FakeWebSocket } from "../../fakes.js";

/** @typedef {import("../../../../static/js/watch/connection/states.js").EventName} EventName */
/** @typedef {import("../../../../static/js/watch/connection/states.js").StateName} StateName */

const SOCKET = { closed: "backing_off", closed_for_good: "over", silent: "backing_off" };

/**
 * Where each event leads from each state; all others lead nowhere.
 *
 * @type {Record<StateName, Partial<Record<EventName, string>>>}
 */
const WALK = {
  connecting: { ...SOCKET, opened: "proving" },
  proving: { ...SOCKET, received: "open" },
  open: SOCKET,
  backing_off: { retry_now: "connecting", timeout: "connecting" },
  over: {},
};

let now = 0;
let page = Object.assign(new EventTarget(), { hidden: false });
/** @type {WatchSocket} */
let socket;

mock.method(performance, "now", () => now);
mock.method(Date, "now", () => performance.timeOrigin + now);
// The longest waits that the jitter allows.
mock.method(Math, "random", () => 1);

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  page = Object.assign(new EventTarget(), { hidden: false });
  Object.assign(globalThis, { WebSocket: FakeWebSocket, document: page, addEventListener() {} });
  FakeWebSocket.all = [];
  socket = new WatchSocket("ws://server/ws/watch/");
});

/** @param {number} ms */
function pass(ms) {
  for (let passed = 0; passed < ms; passed += 50) {
    now += 50;
    mock.timers.tick(50);
  }
}

const open = () => FakeWebSocket.last.open();
const receive = () => FakeWebSocket.last.say({ type: "pong", time: 0, server_time: 0 });
const close = () => FakeWebSocket.last.closeBy(1012);
const closeForGood = () => FakeWebSocket.last.closeBy(4403);

/** @type {Record<StateName, (() => void)[]>} */
const REACH = {
  [WatchState.CONNECTING]: [],
  [WatchState.PROVING]: [open],
  [WatchState.OPEN]: [open, receive],
  [WatchState.BACKING_OFF]: [close],
  [WatchState.OVER]: [closeForGood],
};

const retry_now = () => page.dispatchEvent(new globalThis.Event("visibilitychange"));

/** @type {Record<EventName, () => unknown>} */
const EVENTS = {
  [WatchEvent.OPENED]: open,
  [WatchEvent.RECEIVED]: receive,
  [WatchEvent.CLOSED]: close,
  [WatchEvent.CLOSED_FOR_GOOD]: closeForGood,
  [WatchEvent.SILENT]: () => pass(5500),
  [WatchEvent.RETRY_NOW]: retry_now,
  [WatchEvent.TIMEOUT]: () => pass(250),
};

/** @type {StateName[]} */
const WITHOUT_SOCKET = [WatchState.BACKING_OFF, WatchState.OVER];
/** @type {EventName[]} */
const OF_SOCKET = [
  WatchEvent.OPENED,
  WatchEvent.RECEIVED,
  WatchEvent.CLOSED,
  WatchEvent.CLOSED_FOR_GOOD,
  WatchEvent.SILENT,
];

for (const state of Object.values(WatchState)) {
  for (const event of Object.values(WatchEvent)) {
    const target = /** @type {StateName} */ (WALK[state][event] ?? state);
    test(`a watch socket that is ${state} and meets ${event} is ${target} then`, () => {
      assert.equal(transition(TABLE, state, event)?.to ?? state, target);
      if (WITHOUT_SOCKET.includes(state) && OF_SOCKET.includes(event)) return;
      for (const step of REACH[state]) step();
      assert.equal(socket.connection, connectionOf(state));
      EVENTS[event]();
      assert.equal(socket.connection, connectionOf(target));
      const open = FakeWebSocket.all.filter(({ readyState }) => readyState !== 3).length;
      assert.equal(open, WITHOUT_SOCKET.includes(target) ? 0 : 1);
    });
  }
}

test("each state can be reached, and from each but the last it may open again", () => {
  const all = Object.values(WatchState);
  assert.deepEqual([...reachable(WatchState.CONNECTING)].sort(), [...all].sort());
  const others = all.filter((state) => state !== WatchState.OVER);
  for (const state of others) assert.ok(reachable(state).has(WatchState.OPEN), state);
});

/** @param {StateName} from */
function reachable(from) {
  const found = new Set([from]);
  for (const state of found) {
    for (const { to } of Object.values(TABLE[state])) if (to) found.add(to);
  }
  return found;
}
