/** A screen shows its wall for a day, through all that may happen in it, and nothing grows. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { runPending } from "../../fakes.js";
import { Day, FakeElement, listeners } from "./day.js";
import { pack, Rendition } from "../../../../static/js/protocol/wire.js";
import { jpeg } from "../../../../static/js/protocol/codecs/jpeg.js";

const day = new Day();
const { Announcer } = await import("../../../../static/js/pages/wall/announcer.js");
const { Arrangement } = await import("../../../../static/js/pages/wall/arrangement.js");
const { Feed } = await import("../../../../static/js/watch/connection/feed.js");
const { Pager } = await import("../../../../static/js/pages/wall/pager.js");
const { Polling } = await import("../../../../static/js/watch/connection/polling.js");
const { Screen } = await import("../../../../static/js/pages/wall/screen.js");
const { Screens } = await import("../../../../static/js/watch/render/screens.js");
const { Wall } = await import("../../../../static/js/pages/wall/wall.js");
const { WatchSocket } = await import("../../../../static/js/watch/connection/socket.js");
const { tileMaker } = await import("../../../../static/js/pages/wall/wall-tile.js");

/** What is settled meanwhile runs after so many seconds. */
const STEP_S = 5;
const MINUTE_S = 60;
const HOUR_S = 60 * MINUTE_S;
/** One screen more for each camera that comes back would be three times as much. */
const MAX_GROWTH_BYTES = 1_000_000;

const cameras = ["Gate 1", "Gate 2", "Hall", "Yard"].map((name, index) => ({
  id: String(index),
  slug: `camera-${index}`,
  name,
  width: 640,
  height: 360,
  frame_rate: 30,
  publishable: false,
  manageable: false,
}));

/** The server, as far as a screen meets it. */
const server = {
  isThere: true,
  release: "a",
  reloads: 0,
  sequence: 0,
  /** @type {Socket | null} */
  socket: null,
  /** @type {Set<string>} ids of cameras that are watched */
  watched: new Set(),
};

class Socket {
  static OPEN = 1;
  readyState = 0;
  onopen = () => {};
  onmessage = (/** @type {{ data: any }} */ _event) => {};
  onclose = (/** @type {{ code: number, reason: string }} */ _event) => {};

  constructor() {
    setTimeout(() => (server.isThere ? this.#open() : this.close(1006)), 20);
  }

  #open() {
    server.socket = this;
    this.readyState = Socket.OPEN;
    this.onopen();
  }

  /** @param {string} text */
  send(text) {
    const message = JSON.parse(text);
    if (message.type === "ping") {
      this.say({ type: "pong", time: message.time, server_time: message.time });
    } else if (message.type === "subscribe") {
      for (const id of message.cameras) {
        server.watched.add(id);
        this.state(id, "live");
      }
    } else if (message.type === "unsubscribe") {
      for (const id of message.cameras) server.watched.delete(id);
    } else if (message.type === "follow") {
      this.say({ type: "cameras", cameras });
    }
  }

  /** @param {object} message */
  say(message) {
    setTimeout(() => this.onmessage?.({ data: JSON.stringify(message) }), 5);
  }

  /**
   * @param {string} id
   * @param {string} state
   */
  state(id, state) {
    this.say({
      type: "state",
      camera: id,
      state,
      session: Number(id) + 1,
      reason: null,
      watching: 1,
    });
  }

  still() {
    server.sequence += 1;
    for (const id of server.watched) {
      const frame = pack(
        {
          ...{ rendition: Rendition.STILL, codec: jpeg.number, key: true, width: 16, height: 9 },
          ...{ session: Number(id) + 1, sequence: server.sequence },
          capturedAt: performance.timeOrigin + performance.now(),
        },
        new Uint8Array(100),
      );
      this.onmessage?.({ data: frame.buffer });
    }
  }

  close(code = 1000) {
    this.readyState = 3;
    if (server.socket === this) {
      server.socket = null;
      server.watched.clear();
    }
    this.onclose?.({ code, reason: "" });
  }
}

Object.assign(globalThis, {
  localStorage: { getItem: () => null, setItem() {} },
  WebSocket: Socket,
  fetch: async () => {
    throw new TypeError("Failed to fetch");
  },
});

const root = new FakeElement();

function open() {
  const source = new Feed(
    new WatchSocket("ws://sky.example/ws/"),
    new Polling("/shared/1/api/cameras/"),
    () => {},
  );
  const watching = { source, screens: new Screens(), codecs: [] };
  /** @type {any} */
  const template = new FakeElement();
  const element = /** @type {any} */ (root);
  const addresses = { page: "/cameras/SLUG/" };
  const wall = new Wall(element, {
    makeTile: tileMaker(element, template, watching, addresses, () => {}),
    arrangement: new Arrangement({}, null, "/"),
    pager: new Pager(null, () => wall.arrange()),
    announcer: new Announcer(() => {}),
    onLost: () => {},
    onSeen: () => {},
    onAlarms: () => {},
    onFolded: () => {},
    onHidden: () => {},
  });
  wall.show(cameras);
  source.follow((now) => wall.show(now));
  new Screen({ release: "a", dims: ["22:00", "06:00"] }, source, {
    ask: async () => {
      if (!server.isThere) throw new TypeError("Failed to fetch");
      return { release: server.release, dims: ["22:00", "06:00"] };
    },
    reopen: async () => {},
    reload: () => {
      server.reloads += 1;
    },
    dim: () => {},
    showRevoked: () => {},
  });
}

/** What happens in each hour. @param {number} second of it */
function happen(second) {
  const { socket } = server;
  socket?.still();
  if (second % (15 * MINUTE_S) === 0) for (const id of server.watched) socket?.state(id, "lost");
  if (second % (15 * MINUTE_S) === 20) for (const id of server.watched) socket?.state(id, "live");
  // A camera goes, and comes back.
  if (second % (10 * MINUTE_S) === 100) socket?.say({ type: "cameras", cameras: cameras.slice(1) });
  if (second % (10 * MINUTE_S) === 200) socket?.say({ type: "cameras", cameras });
  // The server restarts, and is away for two minutes.
  if (second === 30 * MINUTE_S) socket?.close(1012);
  if (second === 40 * MINUTE_S) {
    server.isThere = false;
    socket?.close(1006);
  }
  if (second === 42 * MINUTE_S) server.isThere = true;
}

/** @param {number} hours */
async function pass(hours) {
  for (let second = 0; second < hours * HOUR_S; second += STEP_S) {
    happen(second % HOUR_S);
    day.pass(STEP_S * 1000);
    await runPending();
  }
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

function held() {
  collectGarbage();
  return {
    ...{ timers: day.timers, listeners: listeners(), tiles: root.children.length },
    ...{ watched: server.watched.size, heap: getHeapStatistics().used_heap_size },
  };
}

test("nothing grows in a day", async () => {
  open();
  // What the engine compiles takes room in the first hours.
  await pass(3);
  const { heap: heapBefore, ...before } = held();
  assert.equal(before.tiles, cameras.length);
  assert.ok(before.watched > 0 && before.watched < cameras.length, "it turns pages");
  await pass(21);
  const { heap, ...after } = held();
  assert.deepEqual(after, before);
  assert.ok(heap - heapBefore < MAX_GROWTH_BYTES, `${heap - heapBefore} bytes more`);
  assert.equal(server.reloads, 0);
  server.release = "b";
  await pass(1);
  assert.ok(server.reloads > 0, "an upgrade after a day is noticed");
});
