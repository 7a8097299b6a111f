/** What the capture page shows. */

import { find, setText } from "../../../lib/dom.js";
import {
  NONE,
  bitRate,
  count,
  framesPerSecond,
  milliseconds,
  resolution,
} from "../../../lib/format.js";
import { gettext, interpolate } from "../../../lib/i18n.js";
import { Transport } from "../../../protocol/transports.js";
import { cameraMayFindOut } from "../find-out.js";
import { transportWord } from "../words.js";
import {
  limitWords,
  refusedWords,
  sendingWords,
  stateHint,
  stateWord,
  watchingWords,
} from "./words.js";

/** @typedef {import("./words.js").CaptureState} CaptureState */

/**
 * @typedef {object} Shown
 * @property {CaptureState} state
 * @property {import("../../../protocol/parts.js").Pause | null} pause
 * @property {import("../../../protocol/transports.js").TransportName} transport that frames take
 * @property {string} trouble why the server doesn't take the camera, in its words
 * @property {import("./page.js").Before} before what happened before it was off
 * @property {import("../../../lib/wake-lock.js").WakeState} awake
 */

/** How long the page mentions what happens once, such as pictures that the server refused. */
const MENTIONS_FOR_MS = 5000;
const MENTIONS_RESUMING_FOR_MS = 15_000;
/**
 * States in which the viewers are shown.
 *
 * @type {readonly CaptureState[]}
 */
const WITH_AUDIENCE = ["live", "paused"];
/** @type {readonly CaptureState[]} */
const RUNNING = ["connecting", "live", "paused", "reconnecting", "busy", "waiting"];

export class View {
  #hint = "";
  /** What happened once, for as long as it is mentioned. */
  #mentioned = "";
  #mentionTimer = 0;
  #remedy = () => {};
  #root;
  /** @type {import("../../../protocol/transports.js").TransportName} */
  #transport = Transport.WEBRTC;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.preview = find(root, "video", HTMLVideoElement);
    this.toggle = find(root, "[data-action=toggle]", HTMLButtonElement);
    this.switch = find(root, "[data-action=switch]", HTMLButtonElement);
    this.#listen();
  }

  /** @param {Omit<Shown, "transport">} shown */
  showState(shown) {
    const { state } = shown;
    this.#root.dataset.state = state;
    const isRunning = RUNNING.includes(state);
    this.#root.toggleAttribute("data-running", isRunning);
    setText(this.#part("state"), stateWord(state));
    this.#hint = stateHint({ ...shown, transport: this.#transport });
    this.#showHint();
    find(this.#root, ".hint .why", HTMLElement).hidden = !cameraMayFindOut(state, this.#transport);
    const label = (isRunning ? this.toggle.dataset.stop : this.toggle.dataset.start) ?? "";
    this.toggle.title = label;
    this.toggle.disabled = state === "opening";
    setText(this.#part("toggle-label"), label);
    this.#part("controls").hidden = state === "over";
    this.#part("audience").hidden = !WITH_AUDIENCE.includes(state);
    this.#part("numbers").hidden = !this.#isLive;
    if (!this.#isLive) this.#fact("sends", NONE);
  }

  /** @param {string} name of the camera, as people call it now */
  set name(name) {
    const heading = find(this.#root, ".name", HTMLElement);
    setText(heading, name);
    heading.title = name;
    document.title = interpolate(gettext("Film for %(name)s · SkySentry"), { name });
  }

  /** @param {import("../../../protocol/transports.js").TransportName} transport that frames take */
  set transport(transport) {
    this.#transport = transport;
    this.#root.dataset.transport = transport;
    this.#fact("transport", transportWord(transport));
  }

  /** @param {number} session the number that frames carry */
  set session(session) {
    this.#root.dataset.session = String(session);
  }

  /**
   * @param {import("./notices.js").Notice} notice
   * @param {() => void} remedy what its button does
   */
  showNotice({ sentence, remedy: label, mayFindOut = false }, remedy) {
    this.#remedy = remedy;
    setText(this.#part("sentence"), sentence);
    setText(find(this.#root, "[data-action=remedy]", HTMLButtonElement), label);
    find(this.#root, ".notice .why", HTMLElement).hidden = !mayFindOut;
    this.#part("notice").hidden = false;
  }

  hideNotice() {
    this.#part("notice").hidden = true;
  }

  /**
   * @param {import("../../../publish/worker-messages.js").Report} report
   * @param {number | null} roundTrip
   */
  showReport(report, roundTrip) {
    this.#fact("fps", framesPerSecond(report.framesPerSecond));
    this.#fact("bit-rate", bitRate(report.bitsPerSecond));
    this.#fact("resolution", resolution(report.width, report.height));
    this.#fact("encode", milliseconds(report.encodeMs));
    this.#fact("round-trip", milliseconds(roundTrip));
    this.#fact("sent", count(report.sent));
    this.#fact("skipped", count(report.skipped));
    if (this.#isLive) this.#fact("sends", sendingWords(report));
    setText(this.#part("numbers"), pictureWords(report));
    const { limit } = report;
    this.#part("quality-note").hidden = limit === null;
    if (limit) setText(this.#part("quality-note"), limitWords(limit));
    Object.assign(this.#root.dataset, {
      video: report.video ?? "",
      jpeg: report.jpeg,
      level: report.level,
      bitsPerSecond: Math.round(report.bitsPerSecond),
      captured: report.captured,
      sent: report.sent,
      skipped: report.skipped,
      fps: report.framesPerSecond.toFixed(1),
      encodeMs: report.encodeMs.toFixed(1),
    });
  }

  /** @param {number} dropped by the server */
  showDropped(dropped) {
    this.#fact("dropped", count(dropped));
  }

  /**
   * @param {number} viewers
   * @param {string[]} names
   */
  showWatching(viewers, names) {
    setText(this.#part("watching"), watchingWords(viewers, names));
    this.#fact("watching", names.join(", "));
  }

  /** @param {number} pictures that the server refused just now */
  showRefused(pictures) {
    this.#mention(refusedWords(pictures), MENTIONS_FOR_MS);
  }

  /** @param {string} sentence why it films, though nobody has pressed the button */
  showResumed(sentence) {
    this.#mention(sentence, MENTIONS_RESUMING_FOR_MS);
  }

  /** There is nothing to measure. */
  clearFacts() {
    for (const fact of this.#root.querySelectorAll("[data-fact]")) setText(fact, NONE);
    setText(this.#part("watching"), "");
    setText(this.#part("numbers"), "");
    this.#part("quality-note").hidden = true;
  }

  get #isLive() {
    return this.#root.dataset.state === "live";
  }

  /**
   * @param {string} sentence that stands for the hint while it is live
   * @param {number} ms for how long
   */
  #mention(sentence, ms) {
    this.#mentioned = sentence;
    clearTimeout(this.#mentionTimer);
    this.#mentionTimer = setTimeout(() => {
      this.#mentioned = "";
      this.#showHint();
    }, ms);
    this.#showHint();
  }

  #showHint() {
    setText(this.#part("hint"), (this.#isLive && this.#mentioned) || this.#hint);
  }

  #listen() {
    find(this.#root, "[data-action=remedy]", HTMLButtonElement).addEventListener("click", () => {
      this.hideNotice();
      this.#remedy();
    });
  }

  /** @param {string} name */
  #part(name) {
    return find(this.#root, `[data-part="${name}"]`, HTMLElement);
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #fact(name, text) {
    setText(find(this.#root, `[data-fact="${name}"]`, HTMLElement), text || NONE);
  }
}

/** @param {import("../../../publish/worker-messages.js").Report} report */
function pictureWords(report) {
  const words = sendingWords(report);
  if (!report.video && !report.jpeg) return words;
  const { width, height, framesPerSecond: rate } = report;
  return [words, resolution(width, height), framesPerSecond(rate)].join(" · ");
}
