import { find, setText } from "../../lib/dom.js";
import { NONE, bitRate, count, framesPerSecond, milliseconds } from "../../lib/format.js";
import { gettext, interpolate } from "../../lib/i18n.js";
import { Sparkline } from "../../lib/sparkline.js";
import { Transport } from "../../protocol/transports.js";
import { cameraState } from "../../watch/state.js";
import { flowWords } from "../shared/flow.js";
import { Strip } from "../shared/history/strip.js";
import { outageWords } from "../shared/history/words.js";
import { whyNot } from "../shared/why.js";
import { stateWord } from "../shared/words.js";
import { ORDERS, since } from "./order.js";

/** One table row per camera, in the order chosen in the table's head. */
export class Rows {
  #table;
  #camerasUrl;
  #body;
  #template;
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {import("../shared/stats.js").CameraStats[]} */
  #cameras = [];
  #order = ORDERS.state;

  /**
   * @param {HTMLTableElement} table
   * @param {string} cameras address below which each camera has its page of history
   */
  constructor(table, cameras) {
    this.#table = table;
    this.#camerasUrl = cameras;
    this.#body = find(table, "tbody", HTMLTableSectionElement);
    this.#template = find(document, "#dashboard-row", HTMLTemplateElement);
    for (const name of /** @type {(keyof typeof ORDERS)[]} */ (Object.keys(ORDERS))) {
      const button = find(table, `[data-order=${name}]`, HTMLButtonElement);
      button.addEventListener("click", () => this.#sort(name));
    }
  }

  /**
   * @param {import("../shared/stats.js").CameraStats[]} cameras that exist now
   * @returns {boolean} whether there is one that was not there before
   */
  show(cameras) {
    this.#cameras = cameras;
    const isNew = cameras.some(({ camera }) => !this.#rows.has(camera));
    const slugs = new Set(cameras.map((each) => each.camera));
    for (const [slug, row] of this.#rows) {
      if (slugs.has(slug)) continue;
      row.element.remove();
      this.#rows.delete(slug);
    }
    for (const camera of cameras) this.#row(camera.camera).show(camera);
    this.#arrange();
    return isNew;
  }

  /** @param {Map<string, import("../shared/history/words.js").Span[]>} spans by slug */
  showPast(spans) {
    for (const [slug, row] of this.#rows) row.showPast(spans.get(slug) ?? []);
  }

  /** The numbers stay as they were; the cameras' states are unknown. */
  lose() {
    for (const row of this.#rows.values()) row.lose();
  }

  /** @param {string} slug */
  #row(slug) {
    const known = this.#rows.get(slug);
    if (known) return known;
    const copy = /** @type {DocumentFragment} */ (this.#template.content.cloneNode(true));
    const row = new Row(find(copy, "tr", HTMLTableRowElement), `${this.#camerasUrl}${slug}/`);
    this.#rows.set(slug, row);
    return row;
  }

  /** @param {keyof typeof ORDERS} name */
  #sort(name) {
    this.#order = ORDERS[name];
    for (const head of this.#table.querySelectorAll("th[aria-sort]")) {
      const chosen = head.querySelector(`[data-order=${name}]`);
      head.setAttribute("aria-sort", chosen ? "ascending" : "none");
    }
    this.#arrange();
  }

  #arrange() {
    const ordered = [...this.#cameras].sort(this.#order);
    ordered.forEach(({ camera }, index) => {
      const element = this.#row(camera).element;
      const there = this.#body.children[index];
      // Rows in the right place are left alone: moving one would lose the focus.
      if (there !== element) this.#body.insertBefore(element, there ?? null);
    });
  }
}

class Row {
  #fps;
  #strip;

  /**
   * @param {HTMLTableRowElement} element
   * @param {string} url the page of the camera's history
   */
  constructor(element, url) {
    this.element = element;
    find(element, "a", HTMLAnchorElement).href = url;
    this.#fps = new Sparkline(find(element, "svg", SVGSVGElement));
    this.#strip = new Strip(find(element, ".states", HTMLElement));
  }

  /** @param {import("../shared/stats.js").CameraStats} camera */
  show(camera) {
    const on = camera.state !== "off" && camera.state !== "unknown";
    this.#state(cameraState(camera.state, camera.reason));
    // Apart from the state, so that nothing moves while the state is unknown.
    this.element.toggleAttribute("data-idle", !on);
    this.#set("name", camera.name);
    this.#set("fps", framesPerSecond(on ? camera.fps : null));
    this.#set("bit-rate", bitRate(on ? camera.bits_per_s : null));
    this.#set("latency", milliseconds(on && camera.frames ? camera.uplink_ms : null));
    const { sentence, title } = whyNot(camera);
    this.#set("sends", sentence || sendingWords(camera));
    const sends = find(this.element, "[data-cell=sends]", HTMLElement);
    sends.title = title;
    sends.toggleAttribute("data-why", Boolean(sentence));
    this.#set("dropped", on ? count(camera.dropped) : NONE);
    this.#set("watching", count(camera.watching));
    this.#set("since", since(camera.since));
    this.#fps.add(on ? camera.fps : null);
  }

  /** @param {import("../shared/history/words.js").Span[]} spans */
  showPast(spans) {
    if (!spans.length) return;
    const name = find(this.element, "[data-cell=name]", HTMLElement).textContent ?? "";
    this.#strip.show(interpolate(gettext("Last 24 hours of %(name)s"), { name }), spans);
    this.#set("outages", outageWords(spans));
  }

  lose() {
    this.#state("unknown");
    this.#fps.add(null);
  }

  /** @param {import("../shared/stats.js").CameraStats["state"]} state */
  #state(state) {
    this.element.dataset.state = state;
    this.#set("state", stateWord(state));
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  #set(name, text) {
    setText(find(this.element, `[data-cell=${name}]`, HTMLElement), text);
  }
}

/**
 * What it sends, and over which transport where that is the slower one.
 *
 * @param {import("../shared/stats.js").CameraStats} camera
 */
function sendingWords(camera) {
  const isSlow = camera.transport === Transport.WEBSOCKET;
  return [flowWords(camera), isSlow ? gettext("over WebSocket") : ""].filter(Boolean).join(" · ");
}
