/** The connection itself, with everything that may happen to it, in each of its states. */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { localTime } from "../../../../static/js/lib/clock.js";
import { transition } from "../../../../static/js/lib/state-machine.js";
import { PublishConnection } from "../../../../static/js/publish/connection/connection.js";
import { ConnectionEvent } from "../../../../static/js/publish/connection/events.js";
import {
  BACKOFF,
  ConnectionState,
  TABLE,
  TIMERS,
} from "../../../../static/js/publish/connection/states.js";
import { FakePeerConnection, FakeWebSocket, runPending } from "../../fakes.js";

Object.assign(globalThis, { WebSocket: FakeWebSocket, RTCPeerConnection: FakePeerConnection });
// The longest waits that the jitter allows.
mock.method(Math, "random", () => 1);

/** @typedef {import("../../../../static/js/publish/connection/events.js").EventName} EventName */
/** @typedef {import("../../../../static/js/publish/connection/states.js").StateName} StateName */

const FIRST_BACKOFF_MS = 250;
const SESSION = { session: 7, resume: "token", resumed: false };
const WELCOME = {
  type: "welcome",
  camera: { slug: "door", delivery: "resilient" },
  ice_servers: [],
};

/** @type {PublishConnection} */
let connection;
/** @type {string[]} */
let phases;

beforeEach(() => {
  FakeWebSocket.all = [];
  FakePeerConnection.all = [];
  phases = [];
  const ignore = () => {};
  connection = new PublishConnection("ws://server/ws/publish/door/", {
    onPhase: (phase) => phases.push(phase),
    onCamera: ignore,
    onTransport: ignore,
    onChannel: ignore,
    onSocketChannel: ignore,
    onSession: ignore,
    onOffset: ignore,
    onMessage: ignore,
  });
});

/** @param {object} message */
const say = (message) => FakeWebSocket.last.say(message);
/** @param {number} ms */
const pass = (ms) => connection.tick(localTime() + ms);
const start = () => connection.start(false);
const breakSocket = () => FakeWebSocket.last.closeBy(1012);

async function welcome() {
  FakeWebSocket.last.open();
  say(WELCOME);
  await runPending();
}

/** @param {() => unknown} before */
function after(before, /** @type {() => unknown} */ next) {
  return async () => {
    await before();
    await next();
  };
}

const ask = after(start, welcome);
const connect = after(ask, () => say({ type: "answer", sdp: "answer", ...SESSION }));
const live = after(connect, () => FakePeerConnection.last.control.open());
const detach = after(live, breakSocket);
const reopen = after(detach, () => pass(FIRST_BACKOFF_MS + 1));
const fallBack = after(connect, () => pass(5001));
const stream = after(after(fallBack, welcome), () => say({ type: "streaming", ...SESSION }));

/** @type {Record<StateName, () => unknown>} */
const REACH = {
  [ConnectionState.OFF]: () => {},
  [ConnectionState.OPENING]: start,
  [ConnectionState.ASKING]: ask,
  [ConnectionState.TAKING_OVER]: after(ask, () => connection.takeOver()),
  [ConnectionState.CONNECTING]: connect,
  [ConnectionState.LIVE]: live,
  [ConnectionState.STREAMING]: stream,
  [ConnectionState.DETACHED]: detach,
  [ConnectionState.REOPENING]: reopen,
  [ConnectionState.ATTACHING]: after(reopen, welcome),
  [ConnectionState.AWAITING_REASON]: after(live, () =>
    FakePeerConnection.last.control.closeByServer(),
  ),
  [ConnectionState.BUSY]: after(ask, () => say({ type: "error", code: "camera_busy" })),
  [ConnectionState.BACKING_OFF]: after(start, breakSocket),
  [ConnectionState.ENDED]: after(start, () => FakeWebSocket.last.closeBy(4403)),
};

/** @type {StateName[]} */
const WITHOUT_SOCKET = [
  ConnectionState.OFF,
  ConnectionState.DETACHED,
  ConnectionState.BACKING_OFF,
  ConnectionState.ENDED,
];
/** @type {StateName[]} */
const WITH_OPEN_LINK = [
  ConnectionState.LIVE,
  ConnectionState.STREAMING,
  ConnectionState.DETACHED,
  ConnectionState.REOPENING,
  ConnectionState.ATTACHING,
];
/** @type {StateName[]} */
const WITH_PEER = [
  ...[
    ConnectionState.ASKING,
    ConnectionState.TAKING_OVER,
    ConnectionState.CONNECTING,
    ConnectionState.LIVE,
    ConnectionState.DETACHED,
    ConnectionState.REOPENING,
  ],
  ...[ConnectionState.ATTACHING, ConnectionState.BUSY],
];

const always = () => true;
const hasSocket = (/** @type {StateName} */ state) => !WITHOUT_SOCKET.includes(state);
const hasPeer = (/** @type {StateName} */ state) => WITH_PEER.includes(state);

/** @param {object} message */
const said = (message) => ({ happens: () => say(message), may: hasSocket });
/** @param {string} code */
const failed = (code) => said({ type: "error", code, message: "" });

/**
 * How each event comes about, and in which states it may.
 *
 * @type {Record<EventName, { happens: () => unknown, may: (state: StateName) => boolean }>}
 */
const EVENTS = {
  [ConnectionEvent.START]: { happens: start, may: always },
  [ConnectionEvent.TAKE_OVER]: { happens: () => connection.takeOver(), may: always },
  [ConnectionEvent.STOP]: { happens: () => connection.stop(), may: always },
  [ConnectionEvent.NETWORK_CHANGED]: { happens: () => connection.networkChanged(), may: always },
  [ConnectionEvent.RETRY_NOW]: { happens: () => connection.retryNow(), may: always },
  [ConnectionEvent.SOCKET_OPEN]: { happens: () => FakeWebSocket.last.open(), may: hasSocket },
  [ConnectionEvent.SOCKET_CLOSED]: { happens: breakSocket, may: hasSocket },
  [ConnectionEvent.SOCKET_REFUSED]: {
    happens: () => FakeWebSocket.last.closeBy(1013, "retry_after=20"),
    may: hasSocket,
  },
  [ConnectionEvent.SOCKET_CLOSED_FOR_GOOD]: {
    happens: () => FakeWebSocket.last.closeBy(1000),
    may: hasSocket,
  },
  [ConnectionEvent.WELCOME]: said(WELCOME),
  [ConnectionEvent.ANSWER]: said({ type: "answer", sdp: "answer", ...SESSION }),
  [ConnectionEvent.STREAMING]: said({ type: "streaming", ...SESSION }),
  [ConnectionEvent.ATTACHED]: said({ type: "attached", session: 7 }),
  [ConnectionEvent.ENDED]: said({ type: "ended", reason: "taken_over", message: "" }),
  [ConnectionEvent.ENDED_BY_ACCIDENT]: said({ type: "ended", reason: "lost", message: "" }),
  [ConnectionEvent.REFUSED]: failed("not_allowed"),
  [ConnectionEvent.OFFER_REFUSED]: failed("bad_offer"),
  [ConnectionEvent.CAMERA_BUSY]: failed("camera_busy"),
  [ConnectionEvent.GONE]: failed("gone"),
  [ConnectionEvent.UNAVAILABLE]: failed("unavailable"),
  [ConnectionEvent.TOLD_TO_WAIT]: failed("busy"),
  [ConnectionEvent.DISABLED]: said({
    type: "error",
    code: "not_allowed",
    message: "",
    why: "disabled",
  }),
  [ConnectionEvent.LINK_OPEN]: {
    happens: () => FakePeerConnection.last.control.open(),
    may: (state) => state === ConnectionState.CONNECTING,
  },
  [ConnectionEvent.LINK_FAILED]: {
    happens: () => FakePeerConnection.last.control.closeByServer(),
    may: hasPeer,
  },
  [ConnectionEvent.LINK_SILENT]: {
    happens: () => pass(2001),
    may: (state) => WITH_OPEN_LINK.includes(state),
  },
  [ConnectionEvent.UPGRADED]: {
    happens: upgrade,
    may: (state) => state === ConnectionState.STREAMING,
  },
  [ConnectionEvent.TIMEOUT]: {
    happens: () => pass(timerOf(connection.state) + 1),
    may: (state) => state in TIMERS,
  },
};

/** @param {StateName} state */
function timerOf(state) {
  const timer = TIMERS[state] ?? 0;
  return timer === BACKOFF ? FIRST_BACKOFF_MS : timer;
}

async function upgrade() {
  connection.networkChanged();
  await runPending();
  say({ type: "answer", sdp: "answer", ...SESSION });
  await runPending();
  FakePeerConnection.last.control.open();
}

const openSockets = () => FakeWebSocket.all.filter(({ readyState }) => readyState !== 3).length;
const openPeers = () => FakePeerConnection.all.filter(({ isClosed }) => !isClosed).length;

for (const state of Object.values(ConnectionState)) {
  for (const event of Object.values(ConnectionEvent)) {
    const { happens, may } = EVENTS[event];
    if (!may(state)) {
      test(`nothing is said of ${event} where it cannot be: ${state}`, () => {
        assert.equal(transition(TABLE, state, event), null);
      });
      continue;
    }
    test(`${state} meets ${event}`, async () => {
      await REACH[state]();
      assert.equal(connection.state, state);
      const { phase } = connection;
      await happens();
      await runPending();
      const next = transition(TABLE, state, event);
      assert.equal(connection.phase, next?.phase ?? phase);
      assert.equal(connection.state, next?.to ?? state);
      assert.equal(openSockets(), WITHOUT_SOCKET.includes(connection.state) ? 0 : 1);
      assert.ok(openPeers() <= 1);
      // Beside the socket there may be one that is tried.
      const mayHavePeer =
        hasPeer(connection.state) || connection.state === ConnectionState.STREAMING;
      if (!mayHavePeer) assert.equal(openPeers(), 0);
    });
  }
}
