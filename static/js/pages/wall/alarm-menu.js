/** Which cameras were lost and not seen since: in the bar, and in the page's title. */

import { find, setText } from "../../lib/dom.js";
import { interpolate, ngettext } from "../../lib/i18n.js";

export class AlarmMenu {
  #button;
  #count = 0;
  #list;
  #menu;
  #title = document.title;

  /**
   * @param {HTMLElement} button that opens the menu
   * @param {HTMLElement} menu
   * @param {object} handlers
   * @param {(id: string) => void} handlers.onChoose somebody wants to see this camera
   * @param {() => void} handlers.onSeeAll
   */
  constructor(button, menu, { onChoose, onSeeAll }) {
    this.#button = button;
    this.#menu = menu;
    this.#list = find(menu, "[data-part=lost]", HTMLElement);
    this.#list.addEventListener("click", ({ target }) => {
      const id = target instanceof HTMLElement ? target.dataset.id : undefined;
      menu.hidePopover();
      if (id) onChoose(id);
    });
    find(menu, "[data-action=see-all]", HTMLButtonElement).addEventListener("click", () => {
      menu.hidePopover();
      onSeeAll();
    });
  }

  /** @param {{ id: string, name: string }[]} cameras that nobody has seen since they were lost */
  show(cameras) {
    const count = cameras.length;
    this.#count = count;
    this.#showTitle();
    this.#button.hidden = !count;
    const text = ngettext("%(count)s camera was lost", "%(count)s cameras were lost", count);
    this.#button.ariaLabel = interpolate(text, { count });
    this.#button.title = this.#button.ariaLabel;
    setText(find(this.#button, "[data-part=count]", HTMLElement), String(count));
    this.#list.replaceChildren(...cameras.map(entry));
    if (!count && this.#menu.matches(":popover-open")) this.#menu.hidePopover();
  }

  /** @param {string} title of the page, without a number */
  rename(title) {
    this.#title = title;
    this.#showTitle();
  }

  #showTitle() {
    document.title = this.#count ? `(${this.#count}) ${this.#title}` : this.#title;
  }
}

/** @param {{ id: string, name: string }} camera */
function entry({ id, name }) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.id = id;
  button.textContent = name;
  return button;
}
