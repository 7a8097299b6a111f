/** Light and zoom, shown where the camera has them. */

import { find } from "../../../lib/dom.js";

/** @typedef {{ torch?: boolean, zoom?: { min: number, max: number, step: number } }} Offers */
/** @typedef {{ torch?: boolean, zoom?: number }} Wishes */

export class Lens {
  #light;
  #memory;
  #zoom;
  #zoomLabel;
  /** @type {MediaStreamTrack | null} */
  #track = null;

  /**
   * @param {HTMLElement} root
   * @param {import("./memory.js").Memory} memory
   */
  constructor(root, memory) {
    this.#memory = memory;
    this.#light = find(root, "[data-action=light]", HTMLButtonElement);
    this.#zoom = find(root, "[name=zoom]", HTMLInputElement);
    this.#zoomLabel = find(root, ".zoom", HTMLElement);
    this.#light.addEventListener("click", () => {
      this.#isLit = !this.#isLit;
      memory.isLit = this.#isLit;
      void this.apply();
    });
    this.#zoom.addEventListener("input", () => void this.apply());
  }

  /** The light is on again if it was in this tab; the zoom stays where the camera has it. */
  set track(/** @type {MediaStreamTrack | null} */ track) {
    if (track === this.#track) return;
    this.#track = track;
    // Some browsers don't tell what a camera can do.
    const offers = /** @type {Offers} */ (track?.getCapabilities?.() ?? {});
    this.#light.hidden = !offers.torch;
    this.#isLit = Boolean(offers.torch) && this.#memory.isLit;
    this.#offerZoom(offers.zoom);
    if (this.#isLit) void this.apply();
  }

  /** Other constraints reset light and zoom, and browsers accept these two only on their own. */
  async apply() {
    const wishes = {
      ...(!this.#light.hidden && { torch: this.#isLit }),
      ...(!this.#zoomLabel.hidden && { zoom: this.#zoom.valueAsNumber }),
    };
    if (!Object.keys(wishes).length) return;
    const constraints = /** @type {MediaTrackConstraints} */ ({ advanced: [wishes] });
    // The camera may just have been unplugged.
    await this.#track?.applyConstraints(constraints).catch(() => {});
  }

  get #isLit() {
    return this.#light.getAttribute("aria-pressed") === "true";
  }

  set #isLit(isLit) {
    this.#light.setAttribute("aria-pressed", String(isLit));
  }

  /** @param {Offers["zoom"]} range */
  #offerZoom(range) {
    this.#zoomLabel.hidden = !range || range.min === range.max;
    if (!range) return;
    this.#zoom.min = String(range.min);
    this.#zoom.max = String(range.max);
    this.#zoom.step = String(range.step);
    const { zoom } = /** @type {Wishes} */ (this.#track?.getSettings() ?? {});
    this.#zoom.value = String(zoom ?? range.min);
  }
}
