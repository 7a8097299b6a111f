/** A day that passes in seconds, and as much of a document as a wall needs. */

/** The page's timers and clocks; what the test calls a second is one for them. */
export class Day {
  #ids = 0;
  #now = 0;
  /** @type {Map<number, { at: number, every: number | null, act: () => void }>} */
  #timers = new Map();

  constructor() {
    const day = this;
    const RealDate = Date;
    const start = RealDate.parse("2026-11-30T12:00:00Z");
    performance.now = () => this.#now;
    Object.assign(globalThis, {
      setTimeout: (/** @type {() => void} */ act, /** @type {number} */ ms = 0) =>
        this.#add(act, ms, null),
      setInterval: (/** @type {() => void} */ act, /** @type {number} */ ms) =>
        this.#add(act, ms, ms),
      clearTimeout: (/** @type {number} */ id) => this.#timers.delete(id),
      clearInterval: (/** @type {number} */ id) => this.#timers.delete(id),
      requestAnimationFrame: (/** @type {() => void} */ act) => this.#add(act, 16, null),
      Date: class extends RealDate {
        /** @param {string | number | Date} [value] */
        constructor(value = start + day.#now) {
          super(value);
        }
      },
    });
  }

  get timers() {
    return this.#timers.size;
  }

  /**
   * @param {() => void} act
   * @param {number} ms
   * @param {number | null} every ms
   */
  #add(act, ms, every) {
    this.#ids += 1;
    this.#timers.set(this.#ids, { at: this.#now + ms, every, act });
    return this.#ids;
  }

  /** @param {number} ms */
  pass(ms) {
    const end = this.#now + ms;
    for (let next = this.#next(end); next; next = this.#next(end)) {
      const [id, timer] = next;
      this.#now = timer.at;
      if (timer.every === null) this.#timers.delete(id);
      else timer.at += timer.every;
      timer.act();
    }
    this.#now = end;
  }

  /** @param {number} end */
  #next(end) {
    /** @type {[number, { at: number, every: number | null, act: () => void }] | null} */
    let first = null;
    for (const entry of this.#timers) {
      if (entry[1].at <= end && (!first || entry[1].at < first[1].at)) first = entry;
    }
    return first;
  }
}

/** Counts who listens. */
export class Target extends EventTarget {
  /** @type {Set<unknown>} */
  listeners = new Set();

  /**
   * @param {string} type
   * @param {any} listener
   * @param {any} [options]
   */
  addEventListener(type, listener, options) {
    super.addEventListener(type, listener, options);
    this.listeners.add(listener);
    options?.signal?.addEventListener("abort", () => this.listeners.delete(listener));
  }
}

/** An element of any kind; whatever is looked for in it is there. */
export class FakeElement extends Target {
  /** @type {FakeElement[]} */
  children = [];
  clientWidth = 200;
  clientHeight = 120;
  dataset = /** @type {Record<string, string>} */ ({});
  hidden = false;
  /** @type {FakeElement | null} */
  parent = null;
  style = { setProperty() {} };
  textContent = "";
  /** @type {Map<string, FakeElement>} */
  #parts = new Map();

  get content() {
    return { cloneNode: () => new FakeElement() };
  }

  /** @param {string} selector */
  querySelector(selector) {
    // No tile came with the page.
    if (selector.startsWith("[data-camera")) return null;
    const part = this.#parts.get(selector) ?? new FakeElement();
    this.#parts.set(selector, part);
    return part;
  }

  querySelectorAll() {
    return [];
  }

  /**
   * @param {FakeElement} element
   * @param {FakeElement | null} before
   */
  insertBefore(element, before) {
    element.remove();
    const index = before ? this.children.indexOf(before) : this.children.length;
    this.children.splice(index, 0, element);
    element.parent = this;
  }

  remove() {
    const index = this.parent?.children.indexOf(this) ?? -1;
    if (index >= 0) this.parent?.children.splice(index, 1);
    this.parent = null;
  }

  getContext() {
    return { drawImage() {}, clearRect() {} };
  }

  contains() {
    return false;
  }

  toggleAttribute() {}
  setAttribute() {}
  removeAttribute() {}
}

export const page = Object.assign(new Target(), {
  hidden: false,
  activeElement: null,
  fullscreenEnabled: false,
  documentElement: { lang: "en" },
  body: { classList: { contains: () => true } },
});
const window = new Target();

Object.assign(globalThis, {
  Element: FakeElement,
  HTMLElement: FakeElement,
  HTMLAnchorElement: FakeElement,
  HTMLButtonElement: FakeElement,
  HTMLCanvasElement: FakeElement,
  ResizeObserver: class {
    observe() {}
  },
  addEventListener: window.addEventListener.bind(window),
  createImageBitmap: async () => ({ width: 16, height: 9, close() {} }),
  document: page,
});

/** How many listen to what outlives them. */
export function listeners() {
  return page.listeners.size + window.listeners.size;
}
