/** Keeps the screen on where the browser can: a phone that sleeps films nothing. */

/** @typedef {"held" | "refused" | "unsupported" | "unknown"} WakeState */

export class WakeLock {
  #isWanted = false;
  #onChange;
  /** @type {WakeLockSentinel | null} */
  #sentinel = null;

  /**
   * Whether the screen stays on; unknown until the browser has answered.
   *
   * @type {WakeState}
   */
  state = "wakeLock" in navigator ? "unknown" : "unsupported";

  /** @param {() => void} [onChange] told that the state is another one */
  constructor(onChange = () => {}) {
    this.#onChange = onChange;
    // The browser takes the lock back whenever the page is hidden.
    document.addEventListener("visibilitychange", () => void this.#request());
  }

  hold() {
    this.#isWanted = true;
    void this.#request();
  }

  release() {
    this.#isWanted = false;
    void this.#sentinel?.release();
    this.#sentinel = null;
  }

  async #request() {
    if (!this.#isWanted || document.hidden || !("wakeLock" in navigator)) return;
    try {
      this.#sentinel = await navigator.wakeLock.request("screen");
      this.#show("held");
    } catch {
      // When the battery is low, or where the page may not.
      this.#show("refused");
    }
  }

  /** @param {WakeState} state */
  #show(state) {
    this.state = state;
    this.#onChange();
  }
}
