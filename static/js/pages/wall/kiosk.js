/** The wall as a screen on a wall: nothing but pictures, and the screen stays on. Escape leaves. */

import { WakeLock } from "../../lib/wake-lock.js";
import { Cursor } from "./cursor.js";

export class Kiosk {
  #body = document.body;
  #cursor = new Cursor(() => this.#isOn);
  /** @type {Element | null} */
  #full = null;
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
      const before = this.#full;
      this.#full = document.fullscreenElement;
      // From one tile that filled the screen, it leads back to all.
      if (!this.#full && this.#isOn && !before?.matches(".tile")) this.#leave();
    });
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
    this.#cursor.show();
  }

  #leave() {
    this.#body.classList.remove("kiosk");
    history.replaceState(null, "", location.pathname);
    this.#wakeLock.release();
    if (document.fullscreenElement) void document.exitFullscreen();
    this.#opener.focus();
  }
}
