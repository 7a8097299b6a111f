const HIDES_AFTER_MS = 2000;

/** Hides the pointer while it rests, where `isWanted` says so. */
export class Cursor {
  #isWanted;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {() => boolean} isWanted */
  constructor(isWanted) {
    this.#isWanted = isWanted;
    document.addEventListener("pointermove", () => this.show());
    this.show();
  }

  show() {
    clearTimeout(this.#timer);
    document.body.classList.remove("cursorless");
    if (!this.#isWanted()) return;
    this.#timer = setTimeout(() => document.body.classList.add("cursorless"), HIDES_AFTER_MS);
  }
}
