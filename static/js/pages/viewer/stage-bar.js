import { find, setText } from "../../lib/dom.js";
import { milliseconds } from "../../lib/format.js";
import { STAGES } from "../../watch/stages.js";

const ASK_INTERVAL_MS = 1000;

/** The latency split by stage, as long as somebody looks. */
export class StageBar {
  #ask;
  #details;

  /**
   * @param {HTMLDetailsElement} details
   * @param {() => void} ask has the stages told anew
   */
  constructor(details, ask) {
    this.#details = details;
    this.#ask = ask;
    details.addEventListener("toggle", () => this.#askIfSeen());
    setInterval(() => this.#askIfSeen(), ASK_INTERVAL_MS);
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

  #askIfSeen() {
    if (this.#details.open && !document.hidden) this.#ask();
  }
}
