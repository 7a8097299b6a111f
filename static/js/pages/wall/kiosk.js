/** The wall as a screen on a wall: nothing but pictures, and the screen stays on. Escape leaves. */

import { WakeLock } from "../../lib/wake-lock.js";

const CURSOR_HIDES_AFTER_MS = 2000;

export class Kiosk {
  #body = document.body;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #cursorTimer;
  #link;
  #opener;
  #wakeLock = new WakeLock();

  /**
   * @param {HTMLAnchorElement} link leads to the address at which the wall opens as a kiosk
   * @param {HTMLElement} opener of the menu with the link
   */
  constructor(link, opener) {
    this.#link = link;
    this.#opener = opener;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.#enter();
      // Refused inside a frame without permission: there the kiosk does without full screen.
      document.documentElement.requestFullscreen?.().catch(() => {});
    });
    document.addEventListener("keydown", ({ key }) => {
      if (key === "Escape" && this.#isOn) this.#leave();
    });
    // The page does not get the Escape that ends full screen.
    document.addEventListener("fullscreenchange", () => {
      if (!document.fullscreenElement && this.#isOn) this.#leave();
    });
    document.addEventListener("pointermove", () => this.#showCursor());
    if (this.#isOn) this.#enter();
  }

  get #isOn() {
    return this.#body.classList.contains("kiosk");
  }

  #enter() {
    const menu = /** @type {HTMLElement | null} */ (this.#link.closest(":popover-open"));
    menu?.hidePopover();
    this.#body.classList.add("kiosk");
    history.replaceState(null, "", this.#link.href);
    this.#wakeLock.hold();
    this.#showCursor();
  }

  #leave() {
    this.#body.classList.remove("kiosk");
    history.replaceState(null, "", location.pathname);
    this.#wakeLock.release();
    if (document.fullscreenElement) void document.exitFullscreen();
    this.#opener.focus();
  }

  #showCursor() {
    clearTimeout(this.#cursorTimer);
    this.#body.classList.remove("cursorless");
    if (!this.#isOn) return;
    const hide = () => this.#body.classList.add("cursorless");
    this.#cursorTimer = setTimeout(hide, CURSOR_HIDES_AFTER_MS);
  }
}
