/** The page's end of the worker that draws: one screen for each camera's canvas. */

import { localTime } from "../../lib/clock.js";
import { isInSight, onSightChange } from "../../lib/sight.js";
import { takeWorker } from "../head-start.js";
import { PageRenderHost } from "./page-render-host.js";

/** For the worker to load; otherwise the page draws. */
const LOADING_TIMEOUT_MS = 5000;

/** @typedef {import("../../protocol/wire.js").Frame} Frame */
/** @typedef {import("../../protocol/wire.js").Header} Header */
/** @typedef {import("../worker-messages.js").ToWorker} ToWorker */

/**
 * @typedef {object} Handlers
 * @property {(header: Header, times: import("../worker-messages.js").Times) => void} onShown
 * @property {() => void} onBroken video goes on only with a key frame
 * @property {(codec: string | null) => void} onUnplayable video in this codec, or null for any, cannot
 *   be shown
 */

export class Screens {
  #drawsInWorker = canRenderInWorker();
  /** How many there were: no number stands for two, one after the other. */
  #opened = 0;
  /** Those that are open. @type {Map<number, Screen>} by number */
  #screens = new Map();
  /** @type {[ToWorker, Transferable[]][]} until there is a worker */
  #backlog = [];
  /** @type {Worker | PageRenderHost | null} */
  #worker = null;

  constructor() {
    if (this.#drawsInWorker) this.#openWorker();
    else this.#use(new PageRenderHost());
    onSightChange(() => this.#tellHidden());
    this.#tellHidden();
  }

  /**
   * @param {HTMLCanvasElement} canvas that only this screen draws on
   * @param {Handlers} handlers
   */
  open(canvas, handlers) {
    const number = this.#opened;
    this.#opened += 1;
    const given = /** @type {OffscreenCanvas} */ (
      this.#drawsInWorker ? canvas.transferControlToOffscreen() : canvas
    );
    this.#post({ type: "screen", screen: number, canvas: given }, [given]);
    const screen = new Screen(number, handlers, (message, transfer) => {
      this.#post(message, transfer);
      if (message.type === "close") this.#screens.delete(number);
    });
    this.#screens.set(number, screen);
    return screen;
  }

  /** A worker that doesn't load, perhaps on a bad network, must not cost the page its pictures. */
  #openWorker() {
    const begun = takeWorker();
    if (begun?.isReady) return this.#use(begun.worker);
    const worker =
      begun?.worker ??
      new Worker(new URL("./render-worker.js", import.meta.url), { type: "module" });
    const giveUp = () => {
      worker.terminate();
      this.#use(new PageRenderHost());
    };
    const late = setTimeout(giveUp, LOADING_TIMEOUT_MS);
    worker.onmessage = () => {
      clearTimeout(late);
      this.#use(worker);
    };
    worker.onerror = () => {
      clearTimeout(late);
      giveUp();
    };
  }

  /** @param {Worker | PageRenderHost} worker that draws from now on */
  #use(worker) {
    this.#worker = worker;
    worker.onerror = null;
    worker.onmessage = (/** @type {{ data: any }} */ { data }) => this.#receive(data);
    for (const [message, transfer] of this.#backlog.splice(0)) this.#post(message, transfer);
  }

  /** @param {import("../worker-messages.js").FromWorker} message */
  #receive(message) {
    // One that was closed meanwhile hears nothing.
    this.#screens.get(message.screen)?.receive(message);
  }

  #tellHidden() {
    this.#post({ type: "hidden", hidden: !isInSight() });
  }

  /**
   * @param {ToWorker} message
   * @param {Transferable[]} [transfer]
   */
  #post(message, transfer = []) {
    if (this.#worker) this.#worker.postMessage(message, transfer);
    else this.#keep(message, transfer);
  }

  /**
   * @param {ToWorker} message
   * @param {Transferable[]} transfer
   */
  #keep(message, transfer) {
    this.#backlog = this.#backlog.filter(([before]) => !makesNeedless(message, before));
    this.#backlog.push([message, transfer]);
  }
}

class Screen {
  #clearings = 0;
  #handlers;
  #number;
  #post;
  /** @type {Header | null} */
  #shown = null;

  /**
   * @param {number} number
   * @param {Handlers} handlers
   * @param {(message: ToWorker, transfer?: Transferable[]) => void} post
   */
  constructor(number, handlers, post) {
    this.#number = number;
    this.#handlers = handlers;
    this.#post = post;
  }

  /** The newest frame that was drawn. */
  get shown() {
    return this.#shown;
  }

  /** @param {Frame} frame whose bytes are transferred */
  push(frame) {
    const arrivedAt = localTime();
    const transfer = [frame.payload.buffer];
    this.#post({ type: "frame", screen: this.#number, frame, arrivedAt }, transfer);
  }

  /** Keeps what is shown, but no decoder. */
  rest() {
    this.#post({ type: "rest", screen: this.#number });
  }

  /** Erases what is shown, and drops what is on its way to the canvas. */
  clear() {
    this.#shown = null;
    this.#clearings += 1;
    this.#post({ type: "clear", screen: this.#number, clearings: this.#clearings });
  }

  /** Nobody shows anything on it any more. */
  close() {
    this.#shown = null;
    this.#post({ type: "close", screen: this.#number });
  }

  /** @param {import("../worker-messages.js").FromWorker} message */
  receive(message) {
    if (message.type === "key_frame") this.#handlers.onBroken();
    else if (message.type === "unplayable") this.#handlers.onUnplayable(message.codec);
    else this.#drawn(message);
  }

  /** @param {import("../worker-messages.js").FromWorker & { type: "shown" }} message */
  #drawn({ clearings, header, times }) {
    // Otherwise it was drawn before the screen was cleared.
    if (clearings !== this.#clearings) return;
    this.#shown = header;
    this.#handlers.onShown(header, times);
  }
}

/**
 * Whether `message` makes an earlier frame needless, as each picture and each key frame does.
 *
 * @param {ToWorker} message
 * @param {ToWorker} before
 */
function makesNeedless(message, before) {
  return (
    message.type === "frame" &&
    before.type === "frame" &&
    message.screen === before.screen &&
    message.frame.key &&
    message.frame.rendition === before.frame.rendition
  );
}

/** Where this exists, workers draw in step with the display. */
function canRenderInWorker() {
  return "transferControlToOffscreen" in HTMLCanvasElement.prototype;
}
