/**
 * What this device remembers of filming for a camera: which of its cameras, and how, for good; whether it
 * was live and had its light on, for as long as the tab. Where nothing can be kept, the page does without.
 */

/** A page that was live this recently goes on by itself. */
const RESUMES_WITHIN_MS = 60_000;

/** @typedef {import("../../../publish/device/choice.js").Choice} Choice */
/** @typedef {import("../../../publish/worker-messages.js").Settings} Settings */
/** @typedef {Settings & { rotation: number }} Look how pictures are filmed; the rotation in degrees */
/** @typedef {{ choice?: Choice, look?: Look, instead?: Settings }} Kept */
/** @typedef {{ liveAt?: number, isLit?: boolean }} KeptByTab */

export class Memory {
  #forGood;
  #forTab;

  /** @param {string} camera its id */
  constructor(camera) {
    const name = `capture ${camera}`;
    this.#forGood = /** @type {Shelf<Kept>} */ (new Shelf(() => localStorage, name));
    // Another tab of this device is another camera to the server, and a reload is the same tab.
    this.#forTab = /** @type {Shelf<KeptByTab>} */ (new Shelf(() => sessionStorage, name));
  }

  /**
   * Which of the device's cameras films; without a choice, the one on the back of a phone or the only one.
   *
   * @returns {Choice}
   */
  get choice() {
    return this.#forGood.read().choice ?? { facingMode: "environment" };
  }

  set choice(choice) {
    this.#forGood.write({ choice });
  }

  /**
   * How this device films. What was chosen here holds until the camera's own settings change.
   *
   * @param {Settings} own the camera's settings
   * @returns {Look}
   */
  look(own) {
    const { look, instead } = this.#forGood.read();
    return look && instead && isSame(instead, own)
      ? look
      : { ...own, rotation: look?.rotation ?? 0 };
  }

  /**
   * @param {Look} look that was chosen here
   * @param {Settings} own that it is chosen instead of
   */
  keepLook(look, own) {
    this.#forGood.write({ look, instead: own });
  }

  /** The light: it is turned on again in this tab only, never by a page that is opened later. */
  get isLit() {
    return this.#forTab.read().isLit ?? false;
  }

  set isLit(isLit) {
    this.#forTab.write({ isLit });
  }

  /** @param {number} now ms of the wall clock: told every second while it films */
  noteLive(now) {
    this.#forTab.write({ liveAt: now });
  }

  /** It stopped for a reason that a reload does not end. */
  forgetLive() {
    this.#forTab.write({ liveAt: undefined });
  }

  /**
   * Whether a moment ago this tab was live, and was reloaded, left or crashed.
   *
   * @param {number} now ms of the wall clock
   */
  wasLive(now) {
    const { liveAt } = this.#forTab.read();
    return liveAt !== undefined && Math.abs(now - liveAt) < RESUMES_WITHIN_MS;
  }
}

/**
 * A part of the browser's storage.
 *
 * @template {object} Things
 */
class Shelf {
  #name;
  #place;
  /** @type {Things} */
  #things;

  /**
   * @param {() => Storage} place which may be refused by throwing
   * @param {string} name
   */
  constructor(place, name) {
    this.#place = place;
    this.#name = name;
    this.#things = this.#load();
  }

  read() {
    return this.#things;
  }

  /** @param {Partial<Things>} things */
  write(things) {
    this.#things = { ...this.#things, ...things };
    try {
      this.#place().setItem(this.#name, JSON.stringify(this.#things));
    } catch {
      // Storage is switched off: it is remembered as long as the page.
    }
  }

  /** @returns {Things} */
  #load() {
    try {
      return JSON.parse(this.#place().getItem(this.#name) ?? "{}") ?? {};
    } catch {
      // Storage is switched off, or holds something else.
      return /** @type {Things} */ ({});
    }
  }
}

/**
 * @param {Settings} a
 * @param {Settings} b
 */
function isSame(a, b) {
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.frameRate === b.frameRate &&
    a.quality === b.quality
  );
}
