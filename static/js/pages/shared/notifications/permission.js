/** Whether this browser may show notifications, and what its person can do about it. */

import { find, setText } from "../../../lib/dom.js";
import { gettext } from "../../../lib/i18n.js";

/**
 * `default`: the browser hasn't asked its person yet.
 *
 * @typedef {NotificationPermission | "insecure" | "unsupported"} Ability
 */

/** @type {Record<Ability, string>} */
const SENTENCES = {
  granted: gettext(
    "You get a notification while a page of SkySentry is open in this browser, even in the background.",
  ),
  default: gettext("This browser needs your permission first."),
  denied: gettext(
    "This browser blocks notifications from this site. Allow them in the site settings, next to the address.",
  ),
  insecure: gettext(
    "Browsers show no notifications on pages opened over http. Open SkySentry over https, or on localhost.",
  ),
  unsupported: gettext(
    "This browser can't show notifications. On an iPhone or iPad, add SkySentry to the Home Screen first.",
  ),
};

/** @returns {Ability} */
export function ability() {
  if (!globalThis.isSecureContext) return "insecure";
  if (!("Notification" in globalThis) || !navigator.locks) return "unsupported";
  return Notification.permission;
}

/** The sentence about it, and the button that asks the browser's person. */
export class Permission {
  #button;
  #isWanted = false;
  #onGranted;
  #sentence;

  /**
   * @param {HTMLElement} root of templates/cameras/_permission.html
   * @param {() => void} onGranted
   */
  constructor(root, onGranted) {
    this.#button = find(root, "[data-action=allow-notifications]", HTMLButtonElement);
    this.#sentence = find(root, "[data-part=sentence]", HTMLElement);
    this.#onGranted = onGranted;
    this.#button.addEventListener("click", () => void this.ask());
  }

  /** @param {boolean} isWanted whether any notification is chosen */
  show(isWanted) {
    this.#isWanted = isWanted;
    const now = ability();
    setText(this.#sentence, isWanted ? SENTENCES[now] : "");
    this.#button.hidden = !isWanted || now !== "default";
  }

  /** Only after somebody pressed something: browsers ask nobody otherwise, or never again. */
  async ask() {
    if (ability() === "default") await Notification.requestPermission();
    this.show(this.#isWanted);
    if (ability() === "granted") this.#onGranted();
  }

  /** @param {string} sentence about something that failed */
  say(sentence) {
    setText(this.#sentence, sentence);
  }
}
