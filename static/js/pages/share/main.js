/** "Share": makes links with which anybody may watch, and revokes them. */

import { offerCopying } from "../../lib/copy.js";
import { find, setText } from "../../lib/dom.js";
import { answer, post } from "../../lib/post.js";
import { sentenceOf, showProblem } from "../shared/problem.js";

class Sharing {
  #dialog;
  #form;
  #links;
  /** Where the link that is shown is revoked; "" while none is. */
  #shown = "";

  /** @param {HTMLDialogElement} dialog of templates/cameras/_share.html */
  constructor(dialog) {
    this.#dialog = dialog;
    this.#form = this.#part("form", HTMLFormElement);
    this.#links = this.#part("links", HTMLElement);
    offerCopying(dialog);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#try(() => this.#create());
    });
    this.#links.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("[data-revoke]") : null;
      if (button instanceof HTMLButtonElement) void this.#try(() => this.#revoke(button));
    });
  }

  open() {
    // What was shown once is not shown again.
    this.#showForm();
    this.#dialog.showModal();
    void this.#try(async () => this.#list(await answer(await fetch(this.#url))));
  }

  #showForm() {
    this.#shown = "";
    this.#part("made", HTMLElement).hidden = true;
    this.#form.hidden = false;
  }

  get #url() {
    return this.#dialog.dataset.url ?? "";
  }

  async #create() {
    const fields = Object.fromEntries(
      [...new FormData(this.#form)].map(([name, value]) => [name, String(value)]),
    );
    const made = await post(this.#url, fields);
    this.#form.reset();
    this.#form.hidden = true;
    const url = find(this.#dialog, "#share-url", HTMLInputElement);
    url.value = made.url;
    this.#part("code", HTMLElement).innerHTML = made.svg;
    this.#part("embed", HTMLElement).hidden = !made.embed;
    find(this.#dialog, "#share-embed", HTMLInputElement).value = frame(made.embed);
    this.#part("made", HTMLElement).hidden = false;
    this.#list(made);
    this.#shown = made.revoke;
    const copy = find(this.#dialog, "[data-copy=share-url]", HTMLButtonElement);
    (copy.hidden ? url : copy).focus();
  }

  /** @param {HTMLButtonElement} button */
  async #revoke(button) {
    await post(button.dataset.revoke ?? "");
    if (button.dataset.revoke === this.#shown) this.#showForm();
    this.#list(await answer(await fetch(this.#url)));
    const said = this.#part("revoked", HTMLElement);
    setText(said, said.dataset.text ?? "");
    this.#dialog.focus();
  }

  /** @param {{ html: string }} answer */
  #list({ html }) {
    const list = find(this.#links, "ul", HTMLElement);
    list.innerHTML = html;
    this.#links.hidden = !list.childElementCount;
  }

  /** @param {() => Promise<void>} act */
  async #try(act) {
    showProblem(this.#dialog, "");
    try {
      await act();
    } catch (error) {
      showProblem(this.#dialog, sentenceOf(error));
    }
  }

  /**
   * @template {HTMLElement} Kind
   * @param {string} name
   * @param {new () => Kind} kind
   */
  #part(name, kind) {
    return find(this.#dialog, `[data-part=${name}]`, kind);
  }
}

/** @param {string} url */
function frame(url) {
  return `<iframe src="${url}" width="640" height="360" allow="fullscreen" style="border:0"></iframe>`;
}

const sharing = new Sharing(find(document, "#share", HTMLDialogElement));
find(document, "[data-action=share]", HTMLButtonElement).addEventListener("click", () => {
  sharing.open();
});
