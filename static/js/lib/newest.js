/**
 * Works on one thing at a time. Only the newest of those that come meanwhile waits; the one it
 * replaces goes to `drop`.
 *
 * @template Thing
 */
export class NewestOnly {
  #busy = false;
  #drop;
  /** @type {Thing | null} */
  #waiting = null;
  #work;

  /**
   * @param {(thing: Thing) => Promise<void>} work
   * @param {(thing: Thing) => void} drop
   */
  constructor(work, drop) {
    this.#work = work;
    this.#drop = drop;
  }

  /** @param {Thing} thing */
  push(thing) {
    if (this.#waiting !== null) this.#drop(this.#waiting);
    this.#waiting = thing;
    if (!this.#busy) void this.#run();
  }

  async #run() {
    this.#busy = true;
    try {
      while (this.#waiting !== null) {
        const thing = this.#waiting;
        this.#waiting = null;
        await this.#work(thing);
      }
    } finally {
      this.#busy = false;
    }
  }
}
