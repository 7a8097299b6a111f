/** The cameras before and after this one, in the order of the wall. */

import { find, setText } from "../../lib/dom.js";
import { gettext, interpolate } from "../../lib/i18n.js";

/** @typedef {{ id: string, slug: string, name: string }} Camera */

const LABELS = {
  previous: gettext("Previous camera: %(name)s"),
  next: gettext("Next camera: %(name)s"),
};

export class Beside {
  #addressOf;
  #camera;
  #links;

  /**
   * @param {HTMLElement} frame takes the links from their template
   * @param {string} camera id
   * @param {(camera: Camera) => string} addressOf its page
   */
  constructor(frame, camera, addressOf) {
    this.#camera = camera;
    this.#addressOf = addressOf;
    const template = find(document, "#viewer-beside", HTMLTemplateElement);
    frame.append(document.importNode(template.content, true));
    this.#links = {
      previous: find(frame, "a.beside.previous", HTMLAnchorElement),
      next: find(frame, "a.beside.next", HTMLAnchorElement),
    };
  }

  /** @param {Camera[]} cameras in the order of the wall */
  show(cameras) {
    const found = besides(cameras, this.#camera);
    for (const which of /** @type {const} */ (["previous", "next"])) {
      this.#link(which, found[which]);
    }
  }

  /** @param {"previous" | "next"} which */
  visit(which) {
    if (!this.#links[which].hidden) this.#links[which].click();
  }

  /**
   * @param {"previous" | "next"} which
   * @param {Camera | null} camera
   */
  #link(which, camera) {
    const link = this.#links[which];
    link.hidden = camera === null;
    if (!camera) return;
    link.href = this.#addressOf(camera);
    link.title = interpolate(LABELS[which], { name: camera.name });
    setText(find(link, ".hidden", HTMLElement), link.title);
  }
}

/**
 * @param {Camera[]} cameras in the order of the wall
 * @param {string} id of this one
 * @returns {{ previous: Camera | null, next: Camera | null }} null where there is no other one
 */
export function besides(cameras, id) {
  const place = cameras.findIndex((camera) => camera.id === id);
  if (place < 0 || cameras.length < 2) return { previous: null, next: null };
  return { previous: cameras.at(place - 1) ?? null, next: cameras[(place + 1) % cameras.length] };
}
