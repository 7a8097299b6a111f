/** "Add a phone": the QR code of an invitation, and whether the phone has joined. */

import { find, setText } from "../../lib/dom.js";
import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { Refusal, answer, post } from "../../lib/post.js";
import { isDenied, sentenceOf } from "../shared/problem.js";

const ASK_EVERY_MS = 2000;

class Invitation {
  #code;
  #dialog;
  #ends = 0;
  #state = "";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {HTMLDialogElement} dialog */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#code = find(dialog, "[data-part=code]", HTMLElement);
    find(dialog, "[data-action=new-code]", HTMLButtonElement).addEventListener("click", () => {
      void this.#invite();
    });
    dialog.addEventListener("close", () => clearInterval(this.#timer));
  }

  open() {
    this.#dialog.showModal();
    void this.#invite();
  }

  async #invite() {
    clearInterval(this.#timer);
    this.#show("waiting", "");
    try {
      const {
        state,
        origin,
        svg,
        expires_in_s: seconds,
      } = await post(this.#dialog.dataset.url ?? "");
      this.#code.innerHTML = svg;
      setText(find(this.#dialog, "[data-part=origin]", HTMLElement), origin);
      this.#state = state;
      this.#ends = Date.now() + seconds * 1000;
      this.#show("open", this.#timeLeft());
      this.#timer = setInterval(() => void this.#ask(), ASK_EVERY_MS);
    } catch (error) {
      this.#show("failed", sentenceOf(error));
    }
  }

  async #ask() {
    if (!this.#dialog.open) return;
    try {
      const { state, phone } = await answer(await fetch(this.#state));
      if (state === "open") return this.#show("open", this.#timeLeft());
      clearInterval(this.#timer);
      this.#show(state, state === "used" ? joined(phone) : TOO_OLD);
    } catch (error) {
      // Otherwise it asks again soon; the code remains valid.
      if (error instanceof Refusal) this.#fail(error);
    }
  }

  /** @param {Refusal} error */
  #fail(error) {
    if (!isDenied(error)) return;
    clearInterval(this.#timer);
    this.#show("failed", sentenceOf(error));
  }

  #timeLeft() {
    const minutes = Math.max(1, Math.ceil((this.#ends - Date.now()) / 60_000));
    const text = ngettext(
      "Works once. Expires in %(count)s minute.",
      "Works once. Expires in %(count)s minutes.",
      minutes,
    );
    return interpolate(text, { count: minutes });
  }

  /**
   * @param {string} state
   * @param {string} sentence
   */
  #show(state, sentence) {
    this.#dialog.dataset.invitation = state;
    setText(find(this.#dialog, "[data-part=invitation]", HTMLElement), sentence);
  }
}

const TOO_OLD = gettext("This code has expired. Make a new one.");

/** @param {string} phone */
function joined(phone) {
  if (!phone) return gettext("The phone has joined.");
  return interpolate(gettext("%(phone)s has joined. Press the red button on it to go live."), {
    phone,
  });
}

const invitation = new Invitation(find(document, "#add-phone", HTMLDialogElement));
find(document, "[data-action=add-phone]", HTMLButtonElement).addEventListener("click", () => {
  invitation.open();
});
// A camera was just created for a phone.
if (location.hash === "#add-phone") invitation.open();
