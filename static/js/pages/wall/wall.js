/** The tiles of all cameras that may be watched, by name. */

import { find, setText } from "../../lib/dom.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { Tile } from "../shared/tile.js";
import { rememberOrder } from "../shared/wall-order.js";

/** Stands in an address for the camera's slug. */
const PLACEHOLDER = "SLUG";

/** @typedef {import("../../watch/player.js").Camera} Camera */

export class Wall {
  #inSight = new IntersectionObserver((entries) => this.#watchWhatIsSeen(entries), {
    rootMargin: "25%",
  });
  #page;
  #root;
  #template;
  /** Those of cameras that are gone may come back. @type {Map<string, HTMLElement>} by id */
  #elements = new Map();
  /** @type {Map<Element, Tile>} */
  #tiles = new Map();
  #watching;

  /**
   * @param {HTMLElement} root
   * @param {HTMLTemplateElement} template of a tile
   * @param {string} page address of a camera's page, with a placeholder
   * @param {import("../../watch/player.js").Watching} watching
   */
  constructor(root, template, page, watching) {
    this.#root = root;
    this.#template = template;
    this.#page = page;
    this.#watching = watching;
  }

  /** @param {Camera[]} cameras that may be watched now, by name */
  show(cameras) {
    const ids = new Set(cameras.map(({ id }) => id));
    for (const [id, element] of this.#elements) if (!ids.has(id)) this.#remove(element);
    for (const camera of cameras) this.#rename(this.#element(camera), camera);
    cameras.forEach(({ id }, index) => {
      const element = /** @type {HTMLElement} */ (this.#elements.get(id));
      const there = this.#root.children[index];
      // A tile in the right place is left alone: moving it would lose the focus.
      if (there !== element) this.#root.insertBefore(element, there ?? null);
      this.#inSight.observe(element);
    });
    rememberOrder([...ids]);
  }

  /** @param {Camera} camera */
  #element(camera) {
    const known = this.#elements.get(camera.id);
    if (known) return known;
    // Those that were there from the start came with the page.
    const element = this.#root.querySelector(`[data-camera="${camera.slug}"]`) ?? this.#copy();
    const tile = /** @type {HTMLElement} */ (element);
    this.#elements.set(camera.id, tile);
    this.#tiles.set(tile, new Tile(tile, camera, this.#watching));
    return tile;
  }

  #copy() {
    const copy = /** @type {DocumentFragment} */ (this.#template.content.cloneNode(true));
    return find(copy, ".tile", HTMLElement);
  }

  /**
   * @param {HTMLElement} element
   * @param {Camera} camera
   */
  #rename(element, camera) {
    this.#tiles.get(element)?.rename(camera);
    const link = find(element, "a.open", HTMLAnchorElement);
    const { name, slug } = camera;
    link.href = this.#page.replace(PLACEHOLDER, slug);
    setText(find(link, ".hidden", HTMLElement), interpolate(gettext("Open %(name)s"), { name }));
  }

  /** @param {HTMLElement} element */
  #remove(element) {
    if (!element.isConnected) return;
    this.#inSight.unobserve(element);
    this.#tiles.get(element)?.forget();
    element.remove();
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #watchWhatIsSeen(entries) {
    const seen = entries.filter(({ target }) => target.isConnected);
    // Cameras out of sight go first: a connection carries a limited number.
    for (const { isIntersecting, target } of seen) {
      if (!isIntersecting) this.#tiles.get(target)?.stop();
    }
    for (const { isIntersecting, target } of seen) {
      if (isIntersecting) this.#tiles.get(target)?.start();
    }
  }
}
