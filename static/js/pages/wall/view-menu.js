/** The menu in which people choose how a wall is. */

import { find } from "../../lib/dom.js";

/** @typedef {import("./arrangement.js").Values} Values */

const SWITCHES = /** @type {const} */ (["live_first", "fold_off", "follow", "sound"]);

export class ViewMenu {
  #form;
  #sort;

  /**
   * @param {HTMLFormElement} form
   * @param {(part: Partial<Values>) => void} onChange
   */
  constructor(form, onChange) {
    this.#form = form;
    this.#sort = find(form, "[data-action=sort-by-name]", HTMLButtonElement);
    this.#sort.addEventListener("click", () => onChange({ order: [] }));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", ({ target }) => {
      const { name, value, checked } = /** @type {HTMLInputElement} */ (target);
      onChange({ [name]: name === "layout" ? value : checked });
    });
  }

  /** @param {Values} values */
  show(values) {
    this.#input(`[name=layout][value="${values.layout}"]`).checked = true;
    for (const name of SWITCHES) this.#input(`[name=${name}]`).checked = values[name];
    this.#input("[name=follow]").disabled = values.layout !== "focus";
    this.#sort.hidden = values.order.length === 0;
  }

  /** @param {boolean} isSaved */
  showSaved(isSaved) {
    find(this.#form, "[data-part=unsaved]", HTMLElement).hidden = isSaved;
  }

  /** @param {string} selector */
  #input(selector) {
    return find(this.#form, selector, HTMLInputElement);
  }
}
