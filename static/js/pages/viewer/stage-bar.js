import { find, setText } from "../../lib/dom.js";
import { milliseconds } from "../../lib/format.js";
import { STAGES } from "../../watch/stages.js";

const ASK_INTERVAL_MS = 1000;

/** The latency split by stage, while its details are open. */
export class StageBar {
  #ask;
  #details;
  /** @type {ReturnType<typeof setInterval> | undefined} while the details are open */
  #timer;

  /**
   * @param {HTMLDetailsElement} details
   * @param {() => void} ask for the stages again
   */
  constructor(details, ask) {
    this.#details = details;
    this.#ask = ask;
    details.addEventListener("toggle", () => this.#toggled());
    this.#toggled();
  }

  /** @param {Record<import("../../watch/stages.js").Stage, number> | null} split ms */
  show(split) {
    for (const stage of STAGES) {
      const part = find(this.#details, `.split [data-stage="${stage}"]`, HTMLElement);
      part.style.flexGrow = String(split?.[stage] ?? 0);
      const value = find(this.#details, `li[data-stage="${stage}"] b`, HTMLElement);
      setText(value, milliseconds(split?.[stage] ?? null));
    }
  }

  #toggled() {
    clearInterval(this.#timer);
    if (!this.#details.open) return;
    this.#askIfVisible();
    this.#timer = setInterval(() => this.#askIfVisible(), ASK_INTERVAL_MS);
  }

  #askIfVisible() {
    if (!document.hidden) this.#ask();
  }
}
