import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { DEFAULTS } from "../../../../static/js/pages/wall/arrangement.js";
import { HOLD_MS } from "../../../../static/js/pages/wall/order.js";
import { Wall } from "../../../../static/js/pages/wall/wall.js";

/** @typedef {import("../../../../static/js/protocol/messages.js").ListedCamera} Camera */

/** What happened to tiles, in order. @type {string[]} */
let log;
/** @type {Record<string, any>} what the wall told of, by what is told */
let told;
let now = 0;

class FakeElement extends EventTarget {
  /** @type {FakeElement[]} */
  children = [];
  clientWidth = 1440;
  clientHeight = 900;
  tabIndex = -1;

  /** @param {FakeElement} element @param {FakeElement | null} before */
  insertBefore(element, before) {
    const others = this.children.filter((each) => each !== element);
    const place = before ? others.indexOf(before) : others.length;
    this.children = [...others.slice(0, place), element, ...others.slice(place)];
  }

  closest() {
    return this;
  }

  contains(/** @type {unknown} */ other) {
    return other === this;
  }

  focus() {
    Object.assign(document, { activeElement: this });
  }
}

class FakeTile {
  aspect = 16 / 9;
  element = new FakeElement();
  isShown = false;
  /** @type {Date | null} */
  lostAt = null;
  state = "connecting";
  reason = null;

  /** @param {Camera} camera @param {(tile: any) => void} onChange */
  constructor(camera, onChange) {
    this.camera = camera;
    this.onChange = onChange;
  }

  update(/** @type {Camera} */ camera) {
    this.camera = camera;
  }

  place() {
    if (!this.isShown) log.push(`show ${this.camera.name}`);
    this.isShown = true;
  }

  hide() {
    if (this.isShown) log.push(`hide ${this.camera.name}`);
    this.isShown = false;
  }

  remove() {
    log.push(`remove ${this.camera.name}`);
  }

  mark(/** @type {Date | null} */ lostAt) {
    this.lostAt = lostAt;
  }

  /** @param {string} state @param {string | null} [reason] */
  becomes(state, reason = null) {
    Object.assign(this, { state, reason });
    this.onChange(this);
  }
}

/** Of which the test turns the pages. */
class FakePager {
  count = 1;
  page = 0;
  onTurn = () => {};

  at(/** @type {number} */ count) {
    this.count = count;
    return Math.min(this.page, count - 1);
  }

  turn(/** @type {number} */ by) {
    this.page = (this.page + by + this.count) % this.count;
    this.onTurn();
  }

  show(/** @type {number} */ shown, /** @type {number} */ all) {
    told.shown = `${shown} of ${all}`;
  }
}

beforeEach(() => {
  mock.reset();
  mock.timers.reset();
  mock.timers.enable({ apis: ["setInterval"] });
  now = 0;
  mock.method(performance, "now", () => now);
  log = [];
  told = {};
  Object.assign(globalThis, {
    Element: FakeElement,
    ResizeObserver: class {
      observe() {}
    },
    document: { activeElement: null, body: { classList: { contains: () => false } } },
    requestAnimationFrame: (/** @type {() => void} */ draw) => draw(),
    localStorage: { setItem() {} },
  });
});

/**
 * @param {string[]} names
 * @param {Partial<import("../../../../static/js/pages/wall/arrangement.js").Values>} [values]
 */
function open(names, values = {}) {
  /** @type {Record<string, FakeTile>} */
  const tiles = {};
  const root = new FakeElement();
  const pager = new FakePager();
  const arrangement = {
    values: { ...DEFAULTS, ...values },
    change: (/** @type {object} */ part) => Object.assign(arrangement.values, part),
  };
  const parts = {
    makeTile: (/** @type {Camera} */ camera, /** @type {(tile: any) => void} */ onChange) => {
      tiles[camera.name] = new FakeTile(camera, onChange);
      return tiles[camera.name];
    },
    arrangement,
    pager,
    announcer: {
      tell: (/** @type {string} */ _, /** @type {string} */ sentence) => {
        told.news = sentence;
      },
      answer: (/** @type {string} */ sentence) => {
        told.answer = sentence;
      },
    },
    onLost: () => {
      told.rings = (told.rings ?? 0) + 1;
    },
    onSeen: (/** @type {string} */ id) => {
      told.seen = [...(told.seen ?? []), id];
    },
    onAlarms: (/** @type {Camera[]} */ cameras) => {
      told.alarms = cameras.map(({ name }) => name);
    },
    onFolded: (/** @type {FakeTile[]} */ folded) => {
      told.folded = folded.map(({ camera }) => camera.name);
    },
    onHidden: (/** @type {boolean} */ isAny) => {
      told.hidden = isAny;
    },
  };
  const wall = new Wall(/** @type {any} */ (root), /** @type {any} */ (parts));
  pager.onTurn = () => wall.arrange();
  wall.show(names.map(camera));
  return { wall, tiles, root, pager, arrangement };
}

/** @param {string} name @returns {Camera} */
function camera(name) {
  const slug = name.toLowerCase().replace(" ", "-");
  const size = { width: 1280, height: 720, frame_rate: 30 };
  return { id: `id of ${name}`, slug, name, ...size, publishable: true, manageable: true };
}

/** @param {{ root: FakeElement, tiles: Record<string, FakeTile> }} opened */
function orderOf({ root, tiles }) {
  const nameOf = (/** @type {FakeElement} */ element) =>
    Object.values(tiles).find((tile) => tile.element === element)?.camera.name;
  return root.children.map(nameOf);
}

test("cameras are shown by name, with numbers as people count", () => {
  const opened = open(["Gate 10", "Gate 2", "Attic"]);
  assert.deepEqual(orderOf(opened), ["Attic", "Gate 2", "Gate 10"]);
  assert.deepEqual([told.shown, told.hidden], ["3 of 3", false]);
});

test("a camera that comes is shown in its place, and one that goes leaves nothing", () => {
  const opened = open(["Attic", "Gate"]);
  opened.wall.show(["Attic", "Barn", "Gate"].map(camera));
  assert.deepEqual(orderOf(opened), ["Attic", "Barn", "Gate"]);
  opened.wall.show(["Barn"].map(camera));
  assert.deepEqual(log.slice(-2), ["remove Attic", "remove Gate"]);
  assert.equal(told.shown, "1 of 1");
});

test("what the next page shows is asked for after what this one showed was let go", () => {
  const names = Array.from({ length: 6 }, (_, index) => `Gate ${index + 1}`);
  const { pager } = open(names, { layout: "2x2" });
  assert.deepEqual([pager.count, told.shown, told.hidden], [2, "4 of 6", true]);
  log = [];
  pager.turn(1);
  assert.deepEqual(log, [
    ...["hide Gate 1", "hide Gate 2", "hide Gate 3", "hide Gate 4"],
    ...["show Gate 5", "show Gate 6"],
  ]);
});

test("one tab stop leads to the wall: to the tile that had the focus last", () => {
  const { tiles, root } = open(["Attic", "Barn", "Gate"]);
  const stops = () => Object.values(tiles).map(({ element }) => element.tabIndex);
  assert.deepEqual(stops(), [0, -1, -1]);
  tiles.Barn.element.focus();
  happens("focusin", root, tiles.Barn);
  assert.deepEqual(stops(), [-1, 0, -1]);
});

test("live cameras come first once a state has held", () => {
  const opened = open(["Attic", "Barn", "Gate"], { live_first: true });
  opened.tiles.Attic.becomes("off", "stopped");
  opened.tiles.Barn.becomes("live");
  opened.tiles.Gate.becomes("live");
  assert.deepEqual(orderOf(opened), ["Barn", "Gate", "Attic"]);
  opened.tiles.Barn.becomes("off", "stopped");
  assert.deepEqual(orderOf(opened), ["Barn", "Gate", "Attic"], "people look");
  now += HOLD_MS;
  mock.timers.tick(1000);
  assert.deepEqual(orderOf(opened), ["Gate", "Attic", "Barn"]);
});

test("what is off shares a line, unless nothing else would be left", () => {
  const { tiles } = open(["Attic", "Barn"], { fold_off: true });
  tiles.Attic.becomes("off", "stopped");
  assert.deepEqual([told.folded, told.shown, told.hidden], [["Attic"], "1 of 1", true]);
  assert.equal(tiles.Attic.isShown, false);
  tiles.Barn.becomes("off", "stopped");
  now += HOLD_MS;
  mock.timers.tick(1000);
  assert.deepEqual([told.folded, told.shown], [[], "2 of 2"]);
});

test("a moved camera stays where it was put, and that is said", () => {
  const opened = open(["Attic", "Barn", "Gate"]);
  const { wall, tiles, arrangement } = opened;
  wall.move(/** @type {any} */ (tiles.Gate.element), /** @type {any} */ (tiles.Attic.element));
  assert.deepEqual(orderOf(opened), ["Gate", "Attic", "Barn"]);
  assert.deepEqual(arrangement.values.order, ["id of Gate", "id of Attic", "id of Barn"]);
  assert.equal(told.answer, "Gate moved to position 1 of 3.");
});

test("a lost camera is marked, heard of and counted until somebody looks", () => {
  const { tiles, root } = open(["Attic", "Barn"]);
  tiles.Attic.becomes("live");
  tiles.Attic.becomes("lost");
  assert.deepEqual([told.alarms, told.rings, told.news], [["Attic"], 1, "Attic is lost."]);
  assert.ok(tiles.Attic.lostAt);
  root.dispatchEvent(new Event("pointermove"));
  assert.deepEqual(told.alarms, ["Attic"], "elsewhere");
  happens("pointermove", root, tiles.Attic);
  assert.deepEqual([told.alarms, tiles.Attic.lostAt], [[], null]);
});

/** @param {string} type @param {FakeElement} root @param {FakeTile} tile */
function happens(type, root, tile) {
  const event = new Event(type);
  Object.defineProperty(event, "target", { value: tile.element });
  root.dispatchEvent(event);
}

test("a camera that is lost on another page is told of, and the wall can turn to it", () => {
  const names = Array.from({ length: 6 }, (_, index) => `Gate ${index + 1}`);
  const { wall, tiles, pager } = open(names, { layout: "2x2" });
  const hear = (/** @type {any} */ state) =>
    wall.hear([
      { camera: "gate-5", state, reason: null },
      { camera: "gone", state, reason: null },
    ]);
  hear("live");
  hear("lost");
  assert.deepEqual([told.alarms, told.rings], [["Gate 5"], 1]);
  wall.turnTo("id of Gate 5");
  assert.deepEqual([pager.page, tiles["Gate 5"].isShown, told.alarms], [1, true, []]);
  assert.equal(document.activeElement, /** @type {unknown} */ (tiles["Gate 5"].element));
});

test("what others say of a camera that is shown here does not count", () => {
  const { wall } = open(["Attic"]);
  wall.hear([{ camera: "attic", state: "live", reason: null }]);
  wall.hear([{ camera: "attic", state: "lost", reason: null }]);
  assert.equal(told.rings, undefined);
});

test("all can be marked as seen at once, or those that somebody saw elsewhere", () => {
  const { wall, tiles } = open(["Attic", "Barn"]);
  for (const tile of Object.values(tiles)) {
    tile.becomes("live");
    tile.becomes("lost");
  }
  assert.deepEqual(told.alarms, ["Attic", "Barn"]);
  wall.seeAllBut(["id of Barn"]);
  assert.deepEqual([told.alarms, told.seen], [["Barn"], ["id of Attic"]], "on another page");
  wall.seeAll();
  assert.deepEqual([told.alarms, told.seen], [[], ["id of Attic", "id of Barn"]]);
});

test("a camera that somebody looks at is seen, also when it was told of since", () => {
  const { root, tiles } = open(["Attic"]);
  happens("pointermove", root, tiles.Attic);
  assert.deepEqual([told.alarms, told.seen], [[], ["id of Attic"]]);
});

test("where it is wished, the camera that was lost last is the large one", () => {
  const opened = open(["Attic", "Barn", "Gate"], { layout: "focus", follow: true });
  opened.tiles.Gate.becomes("live");
  opened.tiles.Gate.becomes("lost");
  assert.deepEqual(orderOf(opened), ["Gate", "Attic", "Barn"]);
});
