/** The tiles of all cameras that may be watched: which are shown, where, and in which order. */

import { gettext, interpolate } from "../../lib/i18n.js";
import { inOrder, rememberOrder } from "../shared/wall-order.js";
import { cameraState } from "../../watch/state.js";
import { Conditions } from "./conditions.js";
import { neighbour } from "./directions.js";
import { plan } from "./layout.js";
import { moved } from "./order.js";

/** Between two tiles, pixels. */
const GAP = 4;
const SETTLE_EVERY_MS = 1000;

/** @typedef {import("../../protocol/messages.js").ListedCamera} Camera */
/** @typedef {import("./wall-tile.js").WallTile} WallTile */

/**
 * What a wall needs of its page.
 *
 * @typedef {object} Parts
 * @property {(camera: Camera, onChange: (tile: WallTile) => void) => WallTile} makeTile
 * @property {import("./arrangement.js").Arrangement} arrangement
 * @property {import("./pager.js").Pager} pager
 * @property {import("./announcer.js").Announcer} announcer
 * @property {(id: string) => void} onLost this camera was lost just now
 * @property {(id: string) => void} onSeen somebody looks at it, or it is gone
 * @property {(cameras: Camera[]) => void} onAlarms these were lost, and nobody has seen it
 * @property {(tiles: WallTile[]) => void} onFolded these share a line
 * @property {(isAnyHidden: boolean) => void} onHidden whether the states of some are not heard here
 */

export class Wall {
  #conditions;
  /** The id of the camera whose tile the tab key leads to. */
  #current = "";
  #isScheduled = false;
  #parts;
  /** @type {{ key: string, pages: import("./layout.js").Page[] }} */
  #planned = { key: "", pages: [] };
  /** Where the tiles of this page are. @type {import("./blocks.js").Rect[]} */
  #rects = [];
  #root;
  /** The tiles of this page, in order. @type {WallTile[]} */
  #shown = [];
  /** @type {Map<string, WallTile>} by id */
  #tiles = new Map();

  /**
   * @param {HTMLElement} root
   * @param {Parts} parts
   */
  constructor(root, parts) {
    this.#root = root;
    this.#parts = parts;
    this.#conditions = new Conditions(parts.announcer);
    new ResizeObserver(() => this.schedule()).observe(root);
    for (const type of ["focusin", "pointermove", "pointerdown", "keydown"]) {
      root.addEventListener(type, ({ target }) => this.#attend(target));
    }
    setInterval(() => {
      if (this.#conditions.settle()) this.schedule();
    }, SETTLE_EVERY_MS);
  }

  /** @param {Camera[]} cameras that may be watched now */
  show(cameras) {
    const ids = new Set(cameras.map(({ id }) => id));
    for (const [id, tile] of this.#tiles) if (!ids.has(id)) this.#remove(id, tile);
    for (const camera of cameras) this.#tile(camera).update(camera);
    this.arrange();
    this.#showAlarms();
  }

  /** Arranges it before the next picture is drawn, once for all that changes until then. */
  schedule() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    requestAnimationFrame(() => this.arrange());
  }

  arrange() {
    this.#isScheduled = false;
    const { pager, onFolded, onHidden } = this.#parts;
    const all = this.#ordered();
    rememberOrder(all.map(({ camera }) => camera.id));
    const folded = this.#folded(all);
    const wanted = all.filter((tile) => !folded.includes(tile));
    const pages = this.#plan(wanted);
    const { tiles, rects } = pages[pager.at(pages.length)] ?? { tiles: [], rects: [] };
    this.#shown = tiles.map((index) => wanted[index]);
    this.#rects = rects;
    this.#put(all);
    pager.show(this.#shown.length, wanted.length);
    onFolded(folded);
    onHidden(this.#shown.length < all.length);
  }

  /**
   * What others tell of cameras that are not shown.
   *
   * @param {Pick<import("../shared/stats.js").CameraStats, "camera" | "state" | "reason">[]} states
   */
  hear(states) {
    const hidden = [...this.#tiles.values()].filter(({ isShown }) => !isShown);
    const bySlug = new Map(hidden.map((tile) => [tile.camera.slug, tile]));
    for (const { camera, state, reason } of states) {
      const tile = bySlug.get(camera);
      const shown = cameraState(state, reason);
      if (tile) this.#heard(Object.assign(tile, { state: shown, reason }));
    }
  }

  /** @param {string} id of the camera that somebody wants to see */
  turnTo(id) {
    const tile = this.#tiles.get(id);
    if (!tile) return;
    for (let turns = 0; !tile.isShown && turns < this.#tiles.size; turns += 1) {
      this.#parts.pager.turn(1);
    }
    tile.element.focus();
    this.#see(tile);
  }

  /** @param {number} by how many pages */
  turn(by) {
    this.#parts.pager.turn(by);
    this.#shown[0]?.element.focus();
  }

  seeAll() {
    this.seeAllBut([]);
  }

  /** @param {string[]} unseen ids of cameras that are left when others were seen on another page */
  seeAllBut(unseen) {
    for (const [id, tile] of this.#tiles) if (!unseen.includes(id)) this.#see(tile);
  }

  /**
   * @param {HTMLElement} element
   * @param {HTMLElement} target in whose place it is from now on
   */
  move(element, target) {
    const [tile, other] = [this.tileAt(element), this.tileAt(target)];
    if (!tile || !other) return;
    const ids = this.#byHand().map(({ camera }) => camera.id);
    const order = moved(ids, tile.camera.id, other.camera.id);
    this.#parts.arrangement.change({ order });
    this.arrange();
    const place = order.indexOf(tile.camera.id) + 1;
    const values = { name: tile.camera.name, place, count: order.length };
    const text = gettext("%(name)s moved to position %(place)s of %(count)s.");
    this.#parts.announcer.answer(interpolate(text, values));
  }

  /**
   * @param {EventTarget | null} target
   * @returns {WallTile | undefined} the tile in which that is
   */
  tileAt(target) {
    const element = target instanceof Element ? target.closest(".wall > .tile") : null;
    return this.#shown.find((tile) => tile.element === element);
  }

  /**
   * @param {WallTile} tile
   * @param {string} key of an arrow
   * @returns {WallTile | null} the next one there
   */
  beside(tile, key) {
    const next = neighbour(this.#rects, this.#shown.indexOf(tile), key);
    return next === null ? null : this.#shown[next];
  }

  /** In the order of people, whatever the cameras do. */
  #byHand() {
    const cameras = [...this.#tiles.values()].map(({ camera }) => camera);
    const ordered = inOrder(cameras, this.#parts.arrangement.values.order);
    return ordered.map(({ id }) => /** @type {WallTile} */ (this.#tiles.get(id)));
  }

  #ordered() {
    const { live_first, layout, follow } = this.#parts.arrangement.values;
    const tiles = this.#byHand();
    const ordered = live_first
      ? [...tiles.filter(this.#isLive), ...tiles.filter(this.#isOff)]
      : tiles;
    const lead = this.#tiles.get(this.#conditions.lastLost);
    if (layout !== "focus" || !follow || !lead) return ordered;
    return [lead, ...ordered.filter((tile) => tile !== lead)];
  }

  /** @param {WallTile} tile */
  #isLive = ({ camera }) => this.#conditions.isLive(camera.id);

  /** @param {WallTile} tile */
  #isOff = (tile) => !this.#isLive(tile);

  /** @param {WallTile[]} tiles */
  #folded(tiles) {
    const off = tiles.filter(this.#isOff);
    // A wall of nothing would look broken.
    const isFolded = this.#parts.arrangement.values.fold_off && off.length < tiles.length;
    return isFolded ? off : [];
  }

  /** @param {WallTile[]} tiles */
  #plan(tiles) {
    const { clientWidth: width, clientHeight: height } = this.#root;
    const { layout } = this.#parts.arrangement.values;
    const gap = document.body.classList.contains("kiosk") ? 0 : GAP;
    const demand = { width, height, gap, aspects: tiles.map(({ aspect }) => aspect), layout };
    const key = JSON.stringify(demand);
    // Cameras change their states more often than their shapes.
    if (key !== this.#planned.key) this.#planned = { key, pages: plan(demand) };
    return this.#planned.pages;
  }

  /** @param {WallTile[]} all tiles in order */
  #put(all) {
    const focused = all.find(({ element }) => element.contains(document.activeElement));
    this.#inDocumentOrder(all);
    // Those that go make room first: a connection carries a limited number.
    for (const tile of all) if (!this.#shown.includes(tile)) tile.hide();
    for (const [index, tile] of this.#shown.entries()) tile.place(this.#rects[index]);
    this.#setCurrent(this.#current);
    // An element that is moved in the document loses the focus.
    if (focused?.isShown && !focused.element.contains(document.activeElement)) {
      focused.element.focus();
    }
  }

  /** @param {WallTile[]} tiles */
  #inDocumentOrder(tiles) {
    for (const [index, { element }] of tiles.entries()) {
      const there = this.#root.children[index];
      if (there !== element) this.#root.insertBefore(element, there ?? null);
    }
  }

  /** @param {string} id of the tile that the tab key leads to, or to the first where it is not shown */
  #setCurrent(id) {
    this.#current = id;
    const current = this.#shown.find(({ camera }) => camera.id === id) ?? this.#shown[0];
    for (const tile of this.#tiles.values()) tile.element.tabIndex = tile === current ? 0 : -1;
  }

  /** @param {Camera} camera */
  #tile(camera) {
    const known = this.#tiles.get(camera.id);
    if (known) return known;
    const tile = this.#parts.makeTile(camera, (changed) => {
      this.#heard(changed);
      this.schedule();
    });
    this.#tiles.set(camera.id, tile);
    return tile;
  }

  /**
   * @param {string} id
   * @param {WallTile} tile
   */
  #remove(id, tile) {
    tile.remove();
    this.#tiles.delete(id);
    this.#conditions.forget(id);
    this.#parts.onSeen(id);
  }

  /** @param {WallTile} tile whose state may have changed */
  #heard(tile) {
    if (!this.#conditions.hear(tile)) return;
    tile.mark(this.#conditions.lostAt(tile.camera.id), true);
    this.#parts.onLost(tile.camera.id);
    this.#showAlarms();
    this.schedule();
  }

  /** @param {WallTile} tile that somebody has seen */
  #see(tile) {
    if (!this.#conditions.see(tile)) return;
    tile.mark(null);
    this.#parts.onSeen(tile.camera.id);
    this.#showAlarms();
  }

  #showAlarms() {
    const tiles = this.#conditions.unseen.map((id) => this.#tiles.get(id));
    this.#parts.onAlarms(tiles.flatMap((tile) => (tile ? [tile.camera] : [])));
  }

  /** @param {EventTarget | null} target at which somebody does something */
  #attend(target) {
    const tile = this.tileAt(target);
    if (!tile) return;
    this.#see(tile);
    // A notification may tell of a loss after somebody has seen it here: it isn't unseen for long.
    this.#parts.onSeen(tile.camera.id);
    if (tile.element.contains(document.activeElement)) this.#setCurrent(tile.camera.id);
  }
}
