/** The settings of the capture page. */

import { find, setText } from "../../../lib/dom.js";
import { framesPerSecond, percent, resolution } from "../../../lib/format.js";
import { cameraName } from "./words.js";

const SIZES = [
  [320, 240],
  [640, 480],
  [960, 540],
  [1280, 720],
  [1920, 1080],
];
const FRAME_RATES = [1, 5, 10, 15, 20, 25, 30];

/** @typedef {import("../../../publish/worker-messages.js").Settings} Settings */

export class Controls {
  #camera;
  #frameRate;
  #quality;
  #qualityText;
  #size;

  /**
   * @param {HTMLElement} root
   * @param {Settings} settings as the camera's owner wants them
   * @param {{ onSettings: () => void, onCamera: () => void }} handlers
   */
  constructor(root, settings, { onSettings, onCamera }) {
    this.#camera = find(root, "[name=camera]", HTMLSelectElement);
    this.#size = find(root, "[name=resolution]", HTMLSelectElement);
    this.#frameRate = find(root, "[name=frame-rate]", HTMLSelectElement);
    this.#quality = find(root, "[name=quality]", HTMLInputElement);
    this.#qualityText = find(root, "[data-part=quality]", HTMLElement);
    this.#fill(settings);
    this.#camera.addEventListener("change", onCamera);
    this.#size.addEventListener("change", onSettings);
    this.#frameRate.addEventListener("change", onSettings);
    this.#quality.addEventListener("input", () => {
      this.#showQuality();
      onSettings();
    });
  }

  /** @returns {Settings} */
  get settings() {
    const [width, height] = this.#size.value.split("x").map(Number);
    return {
      width,
      height,
      frameRate: Number(this.#frameRate.value),
      quality: this.#quality.valueAsNumber,
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

  /** @param {Settings} settings */
  #fill({ width, height, frameRate, quality }) {
    const sizes = SIZES.some(([w, h]) => w === width && h === height)
      ? SIZES
      : [...SIZES, [width, height]].sort((a, b) => a[0] * a[1] - b[0] * b[1]);
    this.#size.replaceChildren(...sizes.map(([w, h]) => new Option(resolution(w, h), `${w}x${h}`)));
    this.#size.value = `${width}x${height}`;
    this.#showRates(frameRate, frameRate);
    this.#quality.value = String(quality);
    this.#showQuality();
  }

  /**
   * Offers no more than the camera may send.
   *
   * @param {number} most frames a second
   * @returns {boolean} whether less than before is chosen now
   */
  limitFrameRate(most) {
    const { frameRate } = this.settings;
    this.#showRates(Math.min(frameRate, most), most);
    return frameRate > most;
  }

  /**
   * @param {number} chosen
   * @param {number} most
   */
  #showRates(chosen, most) {
    const rates = [...new Set([...FRAME_RATES.filter((rate) => rate < most), chosen, most])];
    this.#frameRate.replaceChildren(
      ...rates.sort((a, b) => a - b).map((rate) => new Option(framesPerSecond(rate), String(rate))),
    );
    this.#frameRate.value = String(chosen);
  }

  #showQuality() {
    setText(this.#qualityText, percent(this.#quality.valueAsNumber));
  }
}
