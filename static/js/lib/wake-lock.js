/** Keeps the screen on where the browser can: a phone that sleeps films nothing. */
export class WakeLock {
  #isWanted = false;
  /** @type {WakeLockSentinel | null} */
  #sentinel = null;

  constructor() {
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
    } catch {
      // Refused when the battery is low: the page's hint tells how to stay awake.
    }
  }
}
