/** The settings of the capture page. What they offer stands in the template, as in the camera's settings. */

import { find } from "../../../lib/dom.js";
import { framesPerSecond, percent, resolution } from "../../../lib/format.js";
import { cameraName, customWord } from "./words.js";

/** @typedef {import("./memory.js").Look} Look */

export class Controls {
  #camera;
  #frameRate;
  #quality;
  #rates;
  #rotation;
  #size;

  /**
   * @param {HTMLElement} root
   * @param {Look} look that is shown first
   * @param {{ onSettings: () => void, onCamera: () => void }} handlers
   */
  constructor(root, look, { onSettings, onCamera }) {
    this.#camera = find(root, "[name=camera]", HTMLSelectElement);
    this.#size = find(root, "[name=resolution]", HTMLSelectElement);
    this.#frameRate = find(root, "[name=frame-rate]", HTMLSelectElement);
    this.#quality = find(root, "[name=quality]", HTMLSelectElement);
    this.#rotation = find(root, "[name=rotation]", HTMLSelectElement);
    this.#rates = [...this.#frameRate.options].map(({ value }) => Number(value));
    this.#fill(look);
    this.#camera.addEventListener("change", onCamera);
    for (const list of [this.#size, this.#frameRate, this.#quality, this.#rotation]) {
      list.addEventListener("change", onSettings);
    }
  }

  /** @returns {Look} */
  get look() {
    const [width, height] = this.#size.value.split("x").map(Number);
    return {
      width,
      height,
      frameRate: Number(this.#frameRate.value),
      quality: Number(this.#quality.value),
      rotation: Number(this.#rotation.value),
    };
  }

  /** Empty until the visitor has allowed a camera. */
  get deviceId() {
    return this.#camera.value;
  }

  /**
   * @param {MediaDeviceInfo[]} cameras
   * @param {string} current its device id
   */
  showCameras(cameras, current) {
    this.#camera.replaceChildren(
      ...cameras.map(
        ({ label, deviceId }, index) => new Option(label || cameraName(index), deviceId),
      ),
    );
    this.#camera.value = current;
    this.#camera.disabled = cameras.length === 0;
  }

  /** @param {Look} look */
  #fill({ width, height, frameRate, quality, rotation }) {
    choose(this.#size, `${width}x${height}`, resolution(width, height));
    choose(this.#quality, String(quality), customWord(percent(quality)));
    this.#showRates(frameRate, frameRate);
    this.#rotation.value = String(rotation);
  }

  /**
   * Offers no more than the camera may send.
   *
   * @param {number} most frames a second
   * @returns {boolean} whether less than before is chosen now
   */
  limitFrameRate(most) {
    const { frameRate } = this.look;
    this.#showRates(Math.min(frameRate, most), most);
    return frameRate > most;
  }

  /**
   * @param {number} chosen
   * @param {number} most
   */
  #showRates(chosen, most) {
    const rates = [...new Set([...this.#rates.filter((rate) => rate < most), chosen, most])];
    this.#frameRate.replaceChildren(
      ...rates.sort((a, b) => a - b).map((rate) => new Option(framesPerSecond(rate), String(rate))),
    );
    this.#frameRate.value = String(chosen);
  }
}

/**
 * Chooses a value of a list, which is added if the list lacks it.
 *
 * @param {HTMLSelectElement} list
 * @param {string} value
 * @param {string} name
 */
function choose(list, value, name) {
  if (![...list.options].some((option) => option.value === value))
    list.add(new Option(name, value));
  list.value = value;
}
