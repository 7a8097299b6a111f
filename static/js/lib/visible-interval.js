/** Does something at an interval while the page is visible, and as soon as it becomes so again. */
export class VisibleInterval {
  #act;
  #intervalMs;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /**
   * @param {() => void} act
   * @param {number} intervalMs
   */
  constructor(act, intervalMs) {
    this.#act = act;
    this.#intervalMs = intervalMs;
    document.addEventListener("visibilitychange", () => this.#update());
    this.#update();
  }

  #update() {
    clearInterval(this.#timer);
    if (document.hidden) return;
    this.#act();
    this.#timer = setInterval(this.#act, this.#intervalMs);
  }
}
