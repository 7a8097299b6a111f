/** The parts around a player's picture: state, facts, age, full screen, snapshot. */

import { find, setText } from "../../lib/dom.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { exactTime, framesPerSecond, milliseconds, pictureAge } from "../../lib/format.js";
import { Player } from "../../watch/player.js";
import { stateSentence, stateWord } from "./words.js";

/** Fast enough that no frozen picture looks live, slow enough that numbers can be read. */
const REFRESH_MS = 250;
const NUMBERS_EVERY = 2;

export class Tile {
  #canvas;
  #element;
  #parts;
  #refreshes = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} while it is watched */
  #timer;

  /**
   * @param {HTMLElement} element of templates/streaming/_tile.html
   * @param {import("../../watch/player.js").Camera} camera
   * @param {import("../../watch/player.js").Watching} watching
   */
  constructor(element, camera, watching) {
    this.#element = element;
    this.#canvas = find(element, "canvas", HTMLCanvasElement);
    this.#parts = {
      state: find(element, "[data-part=state]", HTMLElement),
      facts: find(element, "[data-part=facts]", HTMLElement),
      age: find(element, "[data-part=age]", HTMLElement),
      sentence: find(element, "[data-part=sentence]", HTMLElement),
    };
    this.player = new Player({
      element,
      canvas: this.#canvas,
      camera,
      watching,
      onChange: () => this.#showState(),
    });
    this.#listen();
    this.#showState();
  }

  /** @param {import("../../watch/player.js").Camera} camera as it is called now */
  rename(camera) {
    const { name } = camera;
    this.player.camera = camera;
    this.#element.dataset.camera = camera.slug;
    this.#canvas.ariaLabel = interpolate(gettext("Live picture of %(name)s"), { name });
    const title = find(this.#element, ".name", HTMLElement);
    setText(title, name);
    title.title = name;
    setText(find(this.#element, ".initial", HTMLElement), name.slice(0, 1).toUpperCase());
  }

  start() {
    this.player.start();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#refresh(), REFRESH_MS);
    this.#showState();
  }

  stop() {
    clearInterval(this.#timer);
    this.player.stop();
  }

  /** Nothing of the camera stays. */
  forget() {
    clearInterval(this.#timer);
    this.player.forget();
  }

  #listen() {
    const fullScreen = find(this.#element, "[data-action=full-screen]", HTMLButtonElement);
    fullScreen.hidden = !document.fullscreenEnabled;
    fullScreen.addEventListener("click", () => this.#toggleFullScreen());
    const snapshot = find(this.#element, "[data-action=snapshot]", HTMLButtonElement);
    snapshot.addEventListener("click", () => this.#saveSnapshot());
  }

  #refresh() {
    this.#showState();
    this.#refreshes += 1;
    if (this.#refreshes % NUMBERS_EVERY === 0) this.#showNumbers();
  }

  #showState() {
    const { state, reason, since, publisher, age, fresh } = this.player.facts;
    this.#element.dataset.state = state;
    this.#element.toggleAttribute("data-empty", age === null);
    this.#element.toggleAttribute("data-old", age !== null && !fresh);
    setText(this.#parts.state, stateWord(state));
    setText(this.#parts.age, age === null || fresh ? "" : pictureAge(age));
    setText(this.#parts.sentence, stateSentence(state, reason, since, publisher));
    this.#parts.sentence.title = since === null ? "" : exactTime(since);
  }

  #showNumbers() {
    const { latency, framesPerSecond: rate, state } = this.player.facts;
    this.#element.dataset.latencyMs = latency === null ? "" : latency.toFixed(1);
    this.#element.dataset.fps = rate.toFixed(1);
    const live = state === "live";
    setText(this.#parts.facts, live ? `${milliseconds(latency)} · ${framesPerSecond(rate)}` : "");
  }

  #toggleFullScreen() {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.#element.requestFullscreen();
  }

  #saveSnapshot() {
    copyOf(this.#canvas).toBlob((blob) => {
      if (blob) save(blob, `${this.player.camera.slug} ${timestamp()}.png`);
    }, "image/png");
  }
}

/**
 * Not every browser makes a file of a canvas that a worker draws on.
 *
 * @param {HTMLCanvasElement} canvas
 */
function copyOf(canvas) {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext("2d")?.drawImage(canvas, 0, 0);
  return copy;
}

/** The local time, for file names. */
function timestamp() {
  const now = new Date();
  const local = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace("T", " ").replaceAll(":", "-");
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // Not at once: the browser starts to read it only later.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
