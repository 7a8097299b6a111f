/** The parts around a player's picture: state, facts, age, full screen, snapshot. */

import { find, setText } from "../../lib/dom.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { exactTime, framesPerSecond, milliseconds, pictureAge } from "../../lib/format.js";
import { Player } from "../../watch/player.js";
import { viewerMayFindOut } from "./find-out.js";
import { orientationOf } from "./orientation.js";
import { saveSnapshot } from "./snapshot.js";
import { signingInHelps, stateBrief, stateSentence, stateWord } from "./words.js";

/** Fast enough that no frozen picture looks live, slow enough that numbers can be read. */
const REFRESH_MS = 250;
const NUMBERS_EVERY = 2;

export class Tile {
  #canvas;
  #element;
  #onFacts;
  #parts;
  #refreshes = 0;
  /** @type {Element | null} where signing in may help */
  #signIn;
  /** @type {ReturnType<typeof setInterval> | undefined} while it is watched */
  #timer;

  /**
   * @param {HTMLElement} element of templates/streaming/_tile.html
   * @param {import("../../watch/player.js").Camera} camera
   * @param {import("../../watch/player.js").Watching} watching
   * @param {(facts: import("../../watch/player.js").Facts) => void} [onFacts] whenever they are shown
   */
  constructor(element, camera, watching, onFacts = () => {}) {
    this.#element = element;
    this.#onFacts = onFacts;
    this.#canvas = find(element, "canvas", HTMLCanvasElement);
    this.#parts = {
      state: find(element, "[data-part=state]", HTMLElement),
      facts: find(element, "[data-part=facts]", HTMLElement),
      age: find(element, "[data-part=age]", HTMLElement),
      sentence: find(element, "[data-part=sentence]", HTMLElement),
      why: find(element, "[data-part=why]", HTMLAnchorElement),
      brief: find(element, "[data-part=brief]", HTMLElement),
    };
    this.#signIn = element.querySelector("[data-part=sign-in]");
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

  /** The camera is gone, and the tile with it. */
  close() {
    clearInterval(this.#timer);
    this.player.close();
  }

  #listen() {
    const fullScreen = find(this.#element, "[data-action=full-screen]", HTMLButtonElement);
    fullScreen.hidden = !document.fullscreenEnabled;
    fullScreen.addEventListener("click", () => this.toggleFullScreen());
    const snapshot = find(this.#element, "[data-action=snapshot]", HTMLButtonElement);
    snapshot.addEventListener("click", () => this.saveSnapshot());
  }

  #refresh() {
    this.#showState();
    this.#refreshes += 1;
    if (this.#refreshes % NUMBERS_EVERY === 0) this.#showNumbers();
  }

  #showState() {
    const { facts } = this.player;
    const { state, reason, since, publisher, age, fresh } = facts;
    this.#element.dataset.state = state;
    this.#element.toggleAttribute("data-ended", facts.ended);
    this.#element.toggleAttribute("data-empty", age === null);
    this.#element.toggleAttribute("data-old", age !== null && !fresh);
    setText(this.#parts.state, stateWord(state));
    setText(this.#parts.age, age === null || fresh ? "" : pictureAge(age));
    setText(this.#parts.sentence, stateSentence(state, reason, since, publisher));
    this.#parts.why.hidden = !viewerMayFindOut(state, reason);
    this.#signIn?.toggleAttribute("hidden", !signingInHelps(reason));
    setText(this.#parts.brief, stateBrief(state, reason, since));
    const exact = since === null ? "" : exactTime(since);
    this.#parts.sentence.title = this.#parts.brief.title = exact;
    this.#onFacts(facts);
  }

  #showNumbers() {
    const { latency, framesPerSecond: rate, state } = this.player.facts;
    this.#element.dataset.latencyMs = latency === null ? "" : latency.toFixed(1);
    this.#element.dataset.fps = rate.toFixed(1);
    const live = state === "live";
    setText(this.#parts.facts, live ? `${milliseconds(latency)} · ${framesPerSecond(rate)}` : "");
  }

  toggleFullScreen() {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.#element.requestFullscreen();
  }

  saveSnapshot() {
    if (this.player.facts.age === null) return;
    void saveSnapshot(this.#canvas, this.player.camera.slug, orientationOf(this.#element));
  }
}
