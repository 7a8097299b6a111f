/** How this device films: what is chosen on the page, remembered, and asked of the camera. */

import { find } from "../../../lib/dom.js";
import { ideal } from "../../../publish/device/camera.js";
import { Controls } from "./controls.js";
import { Lens } from "./lens.js";

/** @typedef {import("../../../publish/device/choice.js").Choice} Choice */

export class LookSettings {
  #controls;
  #lens;
  #preview;

  /**
   * @param {HTMLElement} root
   * @param {import("../../../protocol/messages.js").CameraFacts} camera
   * @param {import("./memory.js").Memory} memory
   * @param {{ onLook: () => void, onCamera: (choice: Choice) => void }} handlers
   */
  constructor(root, camera, memory, { onLook, onCamera }) {
    const { width, height, frame_rate: frameRate, quality } = camera;
    const own = { width, height, frameRate, quality };
    this.#preview = find(root, "video", HTMLVideoElement);
    this.#lens = new Lens(root, memory);
    this.#controls = new Controls(root, memory.look(own), {
      onSettings: () => {
        memory.keepLook(this.wanted, own);
        onLook();
      },
      onCamera: () => onCamera({ deviceId: this.#controls.deviceId }),
    });
  }

  get wanted() {
    return this.#controls.look;
  }

  /** @param {MediaStreamTrack | null} track which may be set to give fewer than are wanted */
  framesPerSecond(track) {
    const { frameRate = Infinity } = track?.getSettings() ?? {};
    return Math.min(this.wanted.frameRate, frameRate);
  }

  set track(/** @type {MediaStreamTrack | null} */ track) {
    this.#lens.track = track;
  }

  /**
   * @param {MediaDeviceInfo[]} cameras
   * @param {string} current its device id
   */
  showCameras(cameras, current) {
    this.#controls.showCameras(cameras, current);
  }

  /**
   * Offers no more than the camera may send.
   *
   * @param {number} most frames a second
   * @returns {boolean} whether less than before is chosen now
   */
  limitFrameRate(most) {
    return this.#controls.limitFrameRate(most);
  }

  /** @param {MediaStreamTrack | null} track */
  async apply(track) {
    this.#preview.dataset.rotation = String(this.wanted.rotation);
    // A camera that cannot do it stays as it is: the worker scales and paces its pictures anyway.
    await track?.applyConstraints(ideal(this.wanted)).catch(() => {});
    await this.#lens.apply();
  }
}
