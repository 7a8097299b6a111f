/** The dashboard: the system in a line, every camera in a row, once a second. */

import { find, setText } from "../../lib/dom.js";
import { NONE, count, pictureAge } from "../../lib/format.js";
import { gettext, pgettext } from "../../lib/i18n.js";
import { VisibleInterval } from "../../lib/visible-interval.js";
import { readSpan } from "../shared/history/words.js";
import { StatsFeed } from "../shared/stats.js";
import { markTrouble } from "../shared/troubles.js";
import { Rows } from "./rows.js";
import { showSystem } from "./system.js";

const EVERY_MS = 1000;
const PAST_EVERY_MS = 30_000;
const SYSTEM_EVERY_MS = 5000;

const page = find(document, ".dashboard", HTMLElement);
const chip = find(page, "[data-part=state]", HTMLElement);
const age = find(page, "[data-part=age]", HTMLElement);
const rows = new Rows(find(page, "table.live", HTMLTableElement), page.dataset.cameras ?? "");
/** When the numbers on the page came. */
let newest = NaN;

/** @type {Map<string, import("../shared/history/words.js").Span[]>} */
let past = new Map();

new StatsFeed(page.dataset.stats ?? "", EVERY_MS, show, mark).start();
new StatsFeed(page.dataset.history ?? "", PAST_EVERY_MS, showPast, () => {}).start();
new VisibleInterval(showAge, 1000);
const system = page.querySelector("[data-system]");
if (system instanceof HTMLElement) {
  const shown = (/** @type {any} */ state) => showSystem(system, state);
  const hide = (/** @type {import("../shared/stats.js").Trouble} */ trouble) => {
    // They are no longer of those who run the system.
    if (trouble === "forbidden") system.hidden = true;
  };
  new StatsFeed(system.dataset.system ?? "", SYSTEM_EVERY_MS, shown, hide).start();
}

/** @param {import("../shared/stats.js").SystemStats} stats */
function show(stats) {
  newest = performance.now();
  page.dataset.state = "live";
  setText(chip, pgettext("the newest numbers are of", "Now"));
  fact("frames", count(stats.frames));
  fact("publishers", count(stats.publishers));
  fact("viewers", count(stats.viewers));
  fact("cached", stats.cached === null ? NONE : count(stats.cached));
  fact("redis", gettext("OK"));
  const isNew = rows.show(stats.cameras);
  if (isNew) rows.showPast(past);
  find(page, "[data-part=none]", HTMLElement).hidden = stats.cameras.length > 0;
  showAge();
}

/** @param {{ cameras: { camera: string, spans: any[] }[] }} told */
function showPast({ cameras }) {
  past = new Map(cameras.map(({ camera, spans }) => [camera, spans.map(readSpan)]));
  rows.showPast(past);
}

/** @param {import("../shared/stats.js").Trouble} trouble */
function mark(trouble) {
  markTrouble(page, chip, trouble);
  rows.lose();
  fact("redis", trouble === "redis" ? gettext("Unreachable") : gettext("Unknown"));
  showAge();
}

function showAge() {
  const old = page.dataset.state !== "live" && !Number.isNaN(newest);
  setText(age, old ? pictureAge(performance.now() - newest) : "");
}

/**
 * @param {string} name
 * @param {string} text
 */
function fact(name, text) {
  setText(find(page, `[data-fact=${name}]`, HTMLElement), text);
}
