/** A camera's picture in a small window above all others, where the browser has such windows. */

import { gettext } from "../../lib/i18n.js";
import { float } from "../../lib/sight.js";

/** Before somebody changes it. */
const WIDTH = 480;
/** What does nothing there. */
const CONTROLS = ".actions, .beside, .map, .numbers, .offers, .open, .said";

/** Where this is false, no button should offer it. */
export const canFloat = documents() !== undefined || hasVideos();

/** @typedef {{ requestWindow(size: { width: number, height: number }): Promise<Window> }} Documents */

/**
 * The picture of one tile. The window says what the tile says: its name, its state, and that the
 * picture is old when it is. Where only a video can float, a picture that is not live is taken away.
 */
export class FloatingPicture {
  #canvas;
  #onChange;
  #tile;
  /** @type {(() => void) | null} while it floats */
  #close = null;

  /**
   * @param {HTMLElement} tile
   * @param {HTMLCanvasElement} canvas of the tile; a worker may draw on it
   * @param {(isOpen: boolean) => void} [onChange]
   */
  constructor(tile, canvas, onChange = () => {}) {
    this.#tile = tile;
    this.#canvas = canvas;
    this.#onChange = onChange;
  }

  get isOpen() {
    return this.#close !== null;
  }

  /**
   * Opens the window or closes it; only in answer to a click or a key, and not where there is no
   * picture. The last one that was open closes.
   *
   * @param {(sentence: string) => void} say hears why the browser opened none
   */
  async toggle(say) {
    if (!canFloat || "empty" in this.#tile.dataset) return;
    try {
      await this.#toggle();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      say(gettext("This browser couldn't open a picture-in-picture window."));
    }
  }

  /** @throws {DOMException} when the browser opens none */
  async #toggle() {
    const floating = documents();
    if (this.#close) this.#close();
    else if (floating) await this.#floatDocument(floating);
    else await this.#floatVideo();
  }

  /** @param {Documents} floating */
  async #floatDocument(floating) {
    const { width, height } = this.#canvas;
    const isUpended = Number(this.#tile.dataset.turn ?? 0) % 180 > 0;
    const shape = isUpended ? width / height : height / width;
    const size = { width: WIDTH, height: Math.round(WIDTH * shape) };
    const opened = await floating.requestWindow(size);
    const video = playing(this.#canvas);
    const copy = furnish(opened.document, this.#tile, video);
    const stopMirroring = mirror(this.#tile, () => copyState(this.#tile, copy));
    this.#opened(() => {
      stopMirroring();
      stop(video);
      opened.close();
    });
    opened.addEventListener("pagehide", () => this.#close?.());
  }

  async #floatVideo() {
    const video = playing(this.#canvas);
    try {
      await metadataOf(video);
      await video.requestPictureInPicture();
    } catch (error) {
      stop(video);
      throw error;
    }
    const leaveWhenOld = () => {
      if (!this.#isLive) this.#close?.();
    };
    const stopMirroring = mirror(this.#tile, leaveWhenOld);
    this.#opened(() => {
      stopMirroring();
      stop(video);
      if (document.pictureInPictureElement === video) void document.exitPictureInPicture();
    });
    video.addEventListener("leavepictureinpicture", () => this.#close?.());
  }

  get #isLive() {
    return !("old" in this.#tile.dataset) && !("empty" in this.#tile.dataset);
  }

  /** @param {() => void} close */
  #opened(close) {
    const land = float();
    this.#close = () => {
      this.#close = null;
      close();
      land();
      this.#onChange(false);
    };
    this.#onChange(true);
  }
}

/** Windows with whole documents; undefined where there are none. */
function documents() {
  const { documentPictureInPicture } = /** @type {{ documentPictureInPicture?: Documents }} */ (
    globalThis
  );
  return documentPictureInPicture;
}

function hasVideos() {
  return (
    "document" in globalThis &&
    document.pictureInPictureEnabled &&
    "captureStream" in HTMLCanvasElement.prototype
  );
}

/** @param {HTMLCanvasElement} canvas */
function playing(canvas) {
  const video = document.createElement("video");
  video.muted = true;
  video.autoplay = true;
  video.playsInline = true;
  video.srcObject = canvas.captureStream();
  return video;
}

/** @param {HTMLVideoElement} video */
async function metadataOf(video) {
  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) return;
  await new Promise((resolve) => {
    video.addEventListener("loadedmetadata", resolve, { once: true });
  });
}

/** @param {HTMLVideoElement} video */
function stop(video) {
  const stream = /** @type {MediaStream | null} */ (video.srcObject);
  for (const track of stream?.getTracks() ?? []) track.stop();
  video.srcObject = null;
}

/**
 * A copy of the tile, looking as on the page, with the video for its canvas.
 *
 * @param {Document} floating
 * @param {HTMLElement} tile
 * @param {HTMLVideoElement} video
 */
function furnish(floating, tile, video) {
  floating.title = document.title;
  floating.documentElement.lang = document.documentElement.lang;
  for (const sheet of document.querySelectorAll("link[rel=stylesheet]")) {
    floating.head.append(floating.importNode(sheet));
  }
  floating.body.className = "floating";
  const copy = /** @type {HTMLElement} */ (floating.importNode(tile, true));
  for (const control of copy.querySelectorAll(CONTROLS)) control.remove();
  copy.querySelector("canvas")?.replaceWith(video);
  // Whole, even while the page shows a part of it.
  copy.querySelector(".picture")?.removeAttribute("style");
  floating.body.append(copy);
  return copy;
}

/**
 * @param {HTMLElement} tile
 * @param {() => void} act now, and whenever what the tile says has changed
 * @returns {() => void} to stop
 */
function mirror(tile, act) {
  const observer = new MutationObserver(act);
  observer.observe(tile, { attributes: true, childList: true, subtree: true });
  act();
  return () => observer.disconnect();
}

const STATE = ["data-state", "data-old", "data-empty", "data-turn", "data-mirrored"];
const PARTS = [
  ".name",
  ...["state", "age", "sentence", "brief"].map((part) => `[data-part=${part}]`),
];

/**
 * @param {HTMLElement} tile
 * @param {HTMLElement} copy
 */
function copyState(tile, copy) {
  for (const name of STATE) {
    const value = tile.getAttribute(name);
    if (value === null) copy.removeAttribute(name);
    else copy.setAttribute(name, value);
  }
  for (const part of PARTS) {
    const [from, to] = [tile.querySelector(part), copy.querySelector(part)];
    if (from && to && from.textContent !== to.textContent) to.textContent = from.textContent;
  }
}
