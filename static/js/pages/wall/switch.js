/** The menu of walls, by keys: W opens it, arrows move in it, Escape closes it. */

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export class WallSwitch {
  #menu;

  /**
   * @param {HTMLButtonElement} button
   * @param {HTMLElement} menu which the button opens
   */
  constructor(button, menu) {
    this.#menu = menu;
    document.addEventListener("keydown", (event) => {
      if (isShortcut(event) && !document.body.classList.contains("kiosk")) {
        event.preventDefault();
        button.focus();
        menu.togglePopover();
      }
    });
    // The browser focuses it as it opens the menu, before whatever key comes next.
    this.#current.autofocus = true;
    menu.addEventListener("keydown", (event) => this.#move(event));
  }

  get #links() {
    return [...this.#menu.querySelectorAll("a")];
  }

  get #current() {
    return this.#links.find((link) => link.hasAttribute("aria-current")) ?? this.#links[0];
  }

  /** @param {KeyboardEvent} event */
  #move(event) {
    const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
    if (!step) return;
    event.preventDefault();
    const links = this.#links;
    const now = links.indexOf(/** @type {HTMLAnchorElement} */ (document.activeElement));
    links[(now + step + links.length) % links.length].focus();
  }
}

/** @param {KeyboardEvent} event */
function isShortcut({ key, ctrlKey, metaKey, altKey, target }) {
  if (key.toLowerCase() !== "w" || ctrlKey || metaKey || altKey) return false;
  return !(target instanceof Element && target.closest("input, select, textarea"));
}
