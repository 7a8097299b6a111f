/** The dashboard: the system in a line, every camera in a row, once a second. */

import { find, setText } from "../../lib/dom.js";
import { NONE, count, pictureAge } from "../../lib/format.js";
import { gettext } from "../../lib/i18n.js";
import { VisibleInterval } from "../../lib/visible-interval.js";
import { StatsFeed } from "../shared/stats.js";
import { Rows } from "./rows.js";

const EVERY_MS = 1000;

/** @type {Record<import("../shared/stats.js").Trouble, string>} */
const TROUBLES = {
  hidden: gettext("Paused: tab hidden"),
  often: gettext("Too many pages open"),
  database: gettext("Database unreachable"),
  redis: gettext("Redis unreachable"),
  server: gettext("Server unreachable"),
};

const page = find(document, ".dashboard", HTMLElement);
const chip = find(page, "[data-part=state]", HTMLElement);
const age = find(page, "[data-part=age]", HTMLElement);
const rows = new Rows(find(page, "table", HTMLTableElement), page.dataset.cameras ?? "");
/** When the numbers on the page came. */
let newest = NaN;

new StatsFeed(page.dataset.stats ?? "", EVERY_MS, show, mark).start();
new VisibleInterval(showAge, 1000);

/** @param {import("../shared/stats.js").SystemStats} stats */
function show(stats) {
  newest = performance.now();
  page.dataset.state = "live";
  setText(chip, gettext("Now"));
  fact("frames", count(stats.frames));
  fact("publishers", count(stats.publishers));
  fact("viewers", count(stats.viewers));
  fact("cached", stats.cached === null ? NONE : count(stats.cached));
  fact("redis", gettext("OK"));
  rows.show(stats.cameras);
  find(page, "[data-part=none]", HTMLElement).hidden = stats.cameras.length > 0;
  showAge();
}

/** @param {import("../shared/stats.js").Trouble} trouble */
function mark(trouble) {
  // "reconnecting" needs no icon from the server.
  page.dataset.state = trouble === "hidden" ? "stale" : "reconnecting";
  setText(chip, TROUBLES[trouble]);
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
