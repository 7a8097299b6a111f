/** Cameras that are off, in one line. */

import { find, setText } from "../../lib/dom.js";
import { interpolate, ngettext } from "../../lib/i18n.js";

export class Folded {
  #list;
  #root;
  #shown = "";

  /**
   * @param {HTMLElement} root
   * @param {() => void} onUnfold
   */
  constructor(root, onUnfold) {
    this.#root = root;
    this.#list = find(root, "[data-part=names]", HTMLElement);
    const button = find(root, "[data-action=unfold]", HTMLButtonElement);
    button.addEventListener("click", onUnfold);
  }

  /** @param {{ name: string, href: string }[]} cameras */
  show(cameras) {
    const count = cameras.length;
    this.#root.hidden = !count;
    const text = ngettext("%(count)s camera is off:", "%(count)s cameras are off:", count);
    setText(find(this.#root, "[data-part=count]", HTMLElement), interpolate(text, { count }));
    const shown = JSON.stringify(cameras);
    // Links that are as they were keep the focus.
    if (shown !== this.#shown) this.#list.replaceChildren(...cameras.map(link));
    this.#shown = shown;
  }
}

/** @param {{ name: string, href: string }} camera */
function link({ name, href }) {
  const item = document.createElement("li");
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = name;
  item.append(anchor);
  return item;
}
