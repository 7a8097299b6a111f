/** A camera's tile on a wall: its place, what its keys do, what it offers, and whether it was lost. */

import { find, setText } from "../../lib/dom.js";
import { timeOfDay } from "../../lib/format.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { FloatingPicture, canFloat } from "../shared/picture-in-picture.js";
import { Tile } from "../shared/tile.js";
import { stateWord } from "../shared/words.js";
import { onClicks } from "./clicks.js";

/** @typedef {import("../../protocol/messages.js").ListedCamera} ListedCamera */
/** @typedef {import("../../watch/state.js").ShownState} ShownState */

/** Stands in an address for the camera's slug. */
const PLACEHOLDER = "SLUG";

/**
 * Addresses of a camera's pages, with a placeholder.
 *
 * @typedef {{ page: string, film?: string, settings?: string }} Addresses
 */

export class WallTile {
  #addresses;
  #floating;
  #isShown = false;
  #offers;
  #onState;
  #say;
  #tile;
  /** @type {ShownState} */
  state = "connecting";
  /** @type {string | null} */
  reason = null;

  /**
   * @param {HTMLElement} element of templates/streaming/_tile.html
   * @param {ListedCamera} camera
   * @param {import("../../watch/player.js").Watching} watching
   * @param {Addresses} addresses
   * @param {object} handlers
   * @param {(tile: WallTile) => void} handlers.onState its state or shape has changed
   * @param {(sentence: string) => void} handlers.say
   */
  constructor(element, camera, watching, addresses, { onState, say }) {
    this.element = element;
    this.camera = camera;
    this.aspect = camera.width / camera.height;
    this.#addresses = addresses;
    this.#onState = onState;
    this.#say = say;
    this.#offers = find(element, ".offers", HTMLElement);
    this.#floating = new FloatingPicture(element, find(element, "canvas", HTMLCanvasElement));
    this.#tile = new Tile(element, camera, watching, (facts) => this.#update(facts));
    this.update(camera);
    this.#listen();
  }

  get link() {
    return find(this.element, "a.open", HTMLAnchorElement);
  }

  /** @param {ListedCamera} camera as it is now */
  update(camera) {
    const { name, slug, publishable, manageable } = camera;
    this.camera = camera;
    this.#tile.rename(camera);
    const addressOf = (address = "") => address.replace(PLACEHOLDER, slug);
    this.link.href = addressOf(this.#addresses.page);
    setText(
      find(this.link, ".hidden", HTMLElement),
      interpolate(gettext("Open %(name)s"), { name }),
    );
    this.#offer("film", addressOf(this.#addresses.film), publishable);
    this.#offer("phone", `${this.link.href}#add-phone`, manageable);
    this.#offer("settings", addressOf(this.#addresses.settings), manageable);
    this.#offers.hidden = !publishable && !manageable;
    this.#describe();
  }

  /**
   * Shows it there.
   *
   * @param {import("./blocks.js").Rect} rect
   */
  place(rect) {
    // Only the wall's style uses them: a copy that floats, or fills the screen, has its own place.
    for (const [name, pixels] of Object.entries(rect)) {
      this.element.style.setProperty(`--${name}`, `${pixels}px`);
    }
    this.element.hidden = false;
    if (this.#isShown) return;
    this.#isShown = true;
    this.#tile.start();
  }

  /** Not on the page that is shown; nothing is asked of the camera then. */
  hide() {
    this.element.hidden = true;
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#tile.stop();
  }

  get isShown() {
    return this.#isShown;
  }

  /** The camera is gone; one that comes back gets another tile. */
  remove() {
    this.hide();
    this.#tile.close();
    this.element.remove();
  }

  /**
   * @param {Date | null} since when it was lost, until somebody has seen that
   * @param {boolean} [isNew]
   */
  mark(since, isNew = false) {
    const mark = find(this.element, "[data-part=mark]", HTMLElement);
    mark.hidden = since === null;
    const time = since && timeOfDay(since.getTime());
    setText(mark, time ? interpolate(gettext("Lost at %(time)s"), { time }) : "");
    this.element.toggleAttribute("data-unseen", since !== null);
    this.element.toggleAttribute("data-flash", isNew);
  }

  /**
   * @param {string} key that was pressed on it
   * @returns {boolean} whether that does something
   */
  press(key) {
    const actions = /** @type {Record<string, () => void>} */ ({
      Enter: () => this.#enter(),
      o: () => this.link.click(),
      p: () => this.#float(),
      s: () => this.#tile.saveSnapshot(),
    });
    const action = Object.hasOwn(actions, key) ? actions[key] : null;
    action?.();
    return action !== null;
  }

  #listen() {
    const float = find(this.element, "[data-action=picture-in-picture]", HTMLButtonElement);
    float.hidden = !canFloat;
    float.addEventListener("click", () => this.#float());
    for (const control of this.element.querySelectorAll("a, button")) setTabbable(control, false);
    const offers = [...this.#offers.children];
    // Enter leads to them; the tab key then goes from one to the next.
    this.#offers.addEventListener("focusin", () => {
      for (const offer of offers) setTabbable(offer, true);
    });
    this.#offers.addEventListener("focusout", () => {
      for (const offer of offers) setTabbable(offer, false);
    });
    onClicks(this.element, {
      isIgnored: isControl,
      open: () => this.#open(),
      fill: () => this.#tile.toggleFullScreen(),
    });
    this.element.addEventListener("animationend", () => {
      this.element.removeAttribute("data-flash");
    });
  }

  #open() {
    // A picture that fills the screen stays, and so does a kiosk that somebody brushed against; within
    // the page of another site there is nothing to open.
    if (document.fullscreenElement || document.body.matches(".kiosk, .embedded")) return;
    this.link.click();
  }

  #float() {
    void this.#floating.toggle(this.#say);
  }

  /** Where there is nothing to see, to what can be done about it. */
  #enter() {
    const offers = /** @type {HTMLElement[]} */ ([...this.#offers.children]);
    const first = offers.find((offer) => offer.checkVisibility());
    if (first) first.focus();
    else this.#tile.toggleFullScreen();
  }

  /**
   * @param {string} name
   * @param {string} href
   * @param {boolean} isAllowed
   */
  #offer(name, href, isAllowed) {
    const link = find(this.#offers, `[data-offer=${name}]`, HTMLAnchorElement);
    link.href = href;
    link.hidden = !isAllowed;
  }

  /** @param {import("../../watch/player.js").Facts} facts */
  #update({ state, reason, width, height }) {
    const aspect = width && height ? width / height : this.aspect;
    const isSame = state === this.state && reason === this.reason && aspect === this.aspect;
    // What is not shown is told of by others.
    if (isSame || !this.#isShown) return;
    Object.assign(this, { state, reason, aspect });
    this.#describe();
    this.#onState(this);
  }

  #describe() {
    const values = { name: this.camera.name, state: stateWord(this.state) };
    this.element.ariaLabel = interpolate(gettext("%(name)s: %(state)s"), values);
  }
}

/**
 * @param {HTMLElement} root of the wall
 * @param {HTMLTemplateElement} template
 * @param {import("../../watch/player.js").Watching} watching
 * @param {Addresses} addresses
 * @param {(sentence: string) => void} say
 */
export function tileMaker(root, template, watching, addresses, say) {
  const copy = () => {
    const fragment = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    return find(fragment, ".tile", HTMLElement);
  };
  return (/** @type {ListedCamera} */ camera, /** @type {(tile: WallTile) => void} */ onState) => {
    // Those that were there from the start came with the page.
    const there = root.querySelector(`[data-camera="${camera.slug}"]`);
    const element = there instanceof HTMLElement ? there : copy();
    return new WallTile(element, camera, watching, addresses, { onState, say });
  };
}

/**
 * @param {Element} control
 * @param {boolean} isTabbable
 */
function setTabbable(control, isTabbable) {
  /** @type {HTMLElement} */ (control).tabIndex = isTabbable ? 0 : -1;
}

/** @param {EventTarget | null} target */
export function isControl(target) {
  return target instanceof Element && target.closest("a, button") !== null;
}
