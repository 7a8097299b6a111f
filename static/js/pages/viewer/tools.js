/** What can be done with the picture: its bar, its menu, and the keys. */

import { find, setText } from "../../lib/dom.js";
import { orient, remember, remembered, turned } from "../shared/orientation.js";
import { FloatingPicture, canFloat } from "../shared/picture-in-picture.js";
import { Gestures } from "./gestures.js";
import { listenToKeys } from "./keys.js";
import { watchPresence } from "./presence.js";

const SAID_MS = 3000;

/** @typedef {import("../shared/orientation.js").Orientation} Orientation */

export class Tools {
  #camera;
  #floating;
  #frame;
  #gestures;
  #menu = find(document, "#viewer-menu", HTMLElement);
  #orientation;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #saidTimer;
  #tile;

  /**
   * @param {import("../shared/tile.js").Tile} tile
   * @param {HTMLElement} frame its element
   * @param {HTMLElement} picture inside, around its canvas
   * @param {(beside: "previous" | "next") => void} leave for a camera beside this one
   */
  constructor(tile, frame, picture, leave) {
    const tools = find(document, "#viewer-tools", HTMLTemplateElement).content;
    const [bar, ...others] = [...tools.children].map((each) => document.importNode(each, true));
    const [floating, ...further] = bar.children;
    this.#button("full-screen").before(floating);
    this.#button("full-screen").after(...further);
    frame.append(...others);
    this.#tile = tile;
    this.#frame = frame;
    this.#camera = tile.player.camera.id;
    this.#gestures = new Gestures(frame, picture, this.#button("whole"));
    this.#orientation = remembered(this.#camera);
    const canvas = find(frame, "canvas", HTMLCanvasElement);
    this.#floating = new FloatingPicture(frame, canvas, (isOpen) => {
      this.#press("picture-in-picture", isOpen);
    });
    this.#listen();
    this.#show();
    watchPresence(frame);
    this.#listenToKeys(leave);
  }

  #listen() {
    this.#button("picture-in-picture").hidden = !canFloat;
    this.#act("picture-in-picture", () => this.#float());
    this.#act("turn", () => this.#turn());
    this.#act("mirror", () => this.#mirror());
    this.#act("fill", () => this.#fill());
    this.#act("keys", () => this.#help());
    this.#menu.addEventListener("beforetoggle", () => this.#placeMenu());
    addEventListener("resize", () => this.#placeMenu());
  }

  /** @param {(beside: "previous" | "next") => void} leave */
  #listenToKeys(leave) {
    listenToKeys({
      zoom: (factor) => this.#gestures.zoom(factor),
      pan: (x, y) => {
        const { isZoomed } = this.#gestures;
        if (isZoomed) this.#gestures.pan(x, y);
        return isZoomed;
      },
      reset: () => this.#gestures.reset(),
      previous: () => leave("previous"),
      next: () => leave("next"),
      fullScreen: () => this.#tile.toggleFullScreen(),
      float: () => this.#float(),
      snapshot: () => this.#tile.saveSnapshot(),
      turn: () => this.#turn(),
      mirror: () => this.#mirror(),
      fill: () => this.#fill(),
      help: () => this.#help(),
    });
  }

  #float() {
    void this.#floating.toggle((sentence) => this.#say(sentence));
  }

  #turn() {
    this.#change(turned(this.#orientation));
  }

  #mirror() {
    this.#change({ ...this.#orientation, mirrored: !this.#orientation.mirrored });
  }

  #fill() {
    this.#change({ ...this.#orientation, fills: !this.#orientation.fills });
  }

  #help() {
    this.#menu.hidePopover();
    find(document, "#keys", HTMLDialogElement).showModal();
  }

  /** @param {Orientation} orientation */
  #change(orientation) {
    this.#orientation = orientation;
    remember(this.#camera, orientation);
    this.#gestures.reset();
    this.#show();
  }

  #show() {
    orient(this.#frame, this.#orientation);
    this.#press("mirror", this.#orientation.mirrored);
    this.#press("fill", this.#orientation.fills);
  }

  /** Above its button, which stands at the right end of the picture, and within the window. */
  #placeMenu() {
    const { right, top } = this.#button("more").getBoundingClientRect();
    const { clientHeight, clientWidth } = document.documentElement;
    this.#menu.style.inset = `auto ${clientWidth - right}px ${clientHeight - top + 4}px auto`;
    this.#menu.style.maxHeight = `${top - 8}px`;
  }

  /** @param {string} text */
  #say(text) {
    const said = find(document, "[data-part=said]", HTMLElement);
    setText(said, text);
    clearTimeout(this.#saidTimer);
    this.#saidTimer = setTimeout(() => setText(said, ""), SAID_MS);
  }

  /**
   * @param {string} action
   * @param {() => void} act
   */
  #act(action, act) {
    this.#button(action).addEventListener("click", act);
  }

  /**
   * @param {string} action
   * @param {boolean} isPressed
   */
  #press(action, isPressed) {
    this.#button(action).ariaPressed = String(isPressed);
  }

  /** @param {string} action */
  #button(action) {
    return find(document, `.viewer [data-action="${action}"]`, HTMLButtonElement);
  }
}
