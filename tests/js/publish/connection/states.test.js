import assert from "node:assert/strict";
import { test } from "node:test";

import { transition } from "../../../../static/js/lib/state-machine.js";
import { ConnectionEvent } from "../../../../static/js/publish/connection/events.js";
import {
  Phase,
  ConnectionState,
  TABLE,
  TIMERS,
} from "../../../../static/js/publish/connection/states.js";

/** @typedef {import("../../../../static/js/publish/connection/events.js").EventName} EventName */
/** @typedef {import("../../../../static/js/publish/connection/states.js").StateName} StateName */

const STATES = Object.values(ConnectionState);
const EVENTS = Object.values(ConnectionEvent);

/** With a socket, whatever else there is. */
const SOCKET = {
  stop: "off",
  socket_closed: "backing_off",
  socket_refused: "backing_off",
  socket_closed_for_good: "ended",
  ended: "ended",
  ended_by_accident: "backing_off",
  refused: "ended",
  offer_refused: "ended",
  unavailable: "backing_off",
  told_to_wait: "backing_off",
  disabled: "backing_off",
};

/** With a request that the server has not answered yet. */
const REQUEST = {
  answer: "connecting",
  streaming: "streaming",
  gone: "asking",
  link_failed: "awaiting_reason",
  timeout: "backing_off",
};

/**
 * Where each event leads from each state; all others lead nowhere.
 *
 * @type {Record<StateName, Partial<Record<EventName, string>>>}
 */
const WALK = {
  off: { start: "opening" },
  opening: { ...SOCKET, welcome: "asking", timeout: "backing_off" },
  asking: {
    ...SOCKET,
    ...REQUEST,
    take_over: "taking_over",
    camera_busy: "busy",
  },
  taking_over: { ...SOCKET, ...REQUEST, camera_busy: "asking" },
  connecting: { ...SOCKET, link_open: "live", link_failed: "opening", timeout: "opening" },
  live: {
    ...SOCKET,
    socket_closed: "detached",
    socket_refused: "detached",
    link_failed: "awaiting_reason",
    link_silent: "backing_off",
  },
  streaming: {
    ...SOCKET,
    offer_refused: "streaming",
    unavailable: "streaming",
    link_silent: "backing_off",
    upgraded: "live",
  },
  detached: {
    stop: "off",
    network_changed: "reopening",
    timeout: "reopening",
    link_failed: "backing_off",
    link_silent: "backing_off",
  },
  reopening: {
    ...SOCKET,
    socket_closed: "detached",
    socket_refused: "detached",
    told_to_wait: "detached",
    welcome: "attaching",
    link_failed: "opening",
    link_silent: "backing_off",
    timeout: "backing_off",
  },
  attaching: {
    ...SOCKET,
    socket_closed: "detached",
    socket_refused: "detached",
    told_to_wait: "detached",
    attached: "live",
    gone: "asking",
    link_failed: "awaiting_reason",
    link_silent: "backing_off",
    timeout: "backing_off",
  },
  awaiting_reason: { ...SOCKET, timeout: "backing_off" },
  busy: { ...SOCKET, take_over: "asking", timeout: "asking", link_failed: "awaiting_reason" },
  backing_off: {
    stop: "off",
    take_over: "opening",
    network_changed: "opening",
    retry_now: "opening",
    timeout: "opening",
  },
  ended: { start: "opening", stop: "off" },
};

for (const state of STATES) {
  for (const event of EVENTS) {
    const target = WALK[state][event] ?? state;
    const how = target === state ? "stays there" : `is ${target} then`;
    test(`a connection that is ${state} and meets ${event} ${how}`, () => {
      assert.equal(transition(TABLE, state, event)?.to ?? state, target);
    });
  }
}

test("a state has a timer if and only if something follows from it", () => {
  for (const state of STATES) {
    assert.equal(
      state in TIMERS,
      transition(TABLE, state, ConnectionEvent.TIMEOUT) !== null,
      state,
    );
  }
});

test("each state can be reached, and each may become live", () => {
  assert.deepEqual([...reachable(ConnectionState.OFF)].sort(), [...STATES].sort());
  for (const state of STATES) assert.ok(reachable(state).has(ConnectionState.LIVE), state);
});

/** @param {StateName} from */
function reachable(from) {
  const found = new Set([from]);
  for (const state of found) {
    for (const { to } of Object.values(TABLE[state])) if (to) found.add(to);
  }
  return found;
}

test("people see at once that it is live, in use or at an end, and are never told otherwise", () => {
  const shown = { live: Phase.LIVE, busy: Phase.BUSY, off: Phase.OFF, ended: Phase.ENDED };
  /** @type {Record<string, string>} */
  const PHASES = { ...shown, streaming: Phase.LIVE };
  // From one of these to another nothing changes for people.
  const stillLive = ["live", "streaming", "detached", "reopening", "attaching"];
  for (const state of STATES) {
    for (const [event, { to, phase }] of Object.entries(TABLE[state])) {
      const wanted = to && PHASES[to];
      if (wanted && !(stillLive.includes(state) && stillLive.includes(to))) {
        assert.equal(phase, wanted, `${state} and ${event}`);
      }
    }
  }
});

test("a connection that starts over leaves nothing open", () => {
  /** @type {string[]} */
  const CLOSED = [ConnectionEvent.SOCKET_CLOSED, ConnectionEvent.SOCKET_REFUSED];
  for (const state of STATES) {
    for (const [event, { to, do: actions = [] }] of Object.entries(TABLE[state])) {
      if (
        to !== ConnectionState.BACKING_OFF &&
        to !== ConnectionState.OFF &&
        to !== ConnectionState.ENDED
      )
        continue;
      assert.ok(actions.includes("drop_link"), `${state} and ${event}`);
      const isClosed = CLOSED.includes(event) || actions.includes("close_socket");
      assert.ok(isClosed, `${state} and ${event}`);
    }
  }
});
