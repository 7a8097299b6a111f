/** What one camera did in the last hour, day or week: states, charts, and both as tables. */

import { tickMarks } from "../../lib/chart.js";
import { find, setText } from "../../lib/dom.js";
import { count, pictureAge, timeSpan } from "../../lib/format.js";
import { VisibleInterval } from "../../lib/visible-interval.js";
import { outageWords, readSpan, seconds } from "../shared/history/words.js";
import { Strip } from "../shared/history/strip.js";
import { ticks } from "../shared/history/times.js";
import { StatsFeed } from "../shared/stats.js";
import { markTrouble } from "../shared/troubles.js";
import { stateWord } from "../shared/words.js";
import { Charts } from "./charts.js";
import { showEvents } from "./events.js";
import { spread } from "./points.js";
import { Numbers } from "./numbers.js";

const EVERY_MS = 20_000;
const RANGES = ["1h", "24h", "7d"];

const page = find(document, ".history", HTMLElement);
const state = find(page, "[data-part=state]", HTMLElement);
const age = find(page, "[data-part=age]", HTMLElement);
const overview = find(page, ".overview", HTMLElement);
const strip = new Strip(find(overview, ".states", HTMLElement));
const charts = new Charts(find(page, ".charts", HTMLElement));
const numbers = new Numbers(find(page, ".as-table", HTMLDetailsElement));
const chosen = [...page.querySelectorAll("[name=range]")].filter(
  (each) => each instanceof HTMLInputElement,
);

/** When what the page shows came. */
let newest = NaN;
const asked = new URLSearchParams(location.search).get("range") ?? "";
if (RANGES.includes(asked)) for (const each of chosen) each.checked = each.value === asked;
/** @type {StatsFeed<any>} */
const feed = new StatsFeed(address(), EVERY_MS, show, mark);
feed.start();
new VisibleInterval(showAge, 1000);
for (const each of chosen) {
  each.addEventListener("change", () => {
    history.replaceState(null, "", `?range=${range()}`);
    feed.turnTo(address());
  });
}

function range() {
  return chosen.find((each) => each.checked)?.value ?? "24h";
}

function address() {
  return `${page.dataset.history}?range=${range()}`;
}

/** @param {import("../shared/stats.js").Trouble} trouble */
function mark(trouble) {
  markTrouble(page, state, trouble);
  page.toggleAttribute("data-outdated", true);
  // Its pages are gone, too.
  find(page, ".links", HTMLElement).hidden = trouble === "gone";
  showAge();
}

function showAge() {
  const isOld = page.hasAttribute("data-outdated") && !Number.isNaN(newest);
  setText(age, isOld ? pictureAge(performance.now() - newest) : "");
}

/** @param {any} told by the API */
function show({ name, since, until, step_s, points, spans: told }) {
  /** @type {import("../shared/history/words.js").Span[]} */
  const spans = told.map(readSpan);
  const now = spans[spans.length - 1].state;
  page.dataset.state = now;
  newest = performance.now();
  page.toggleAttribute("data-outdated", false);
  find(page, ".links", HTMLElement).hidden = false;
  showAge();
  setText(state, stateWord(now));
  const marks = ticks(Date.parse(since), Date.parse(until));
  strip.show(name, spans);
  find(overview, ".axis", HTMLElement).replaceChildren(...tickMarks(marks));
  showFacts(spans, points);
  charts.show(spread(points, Date.parse(since), Date.parse(until), step_s), marks);
  showEvents(page, spans);
  numbers.show(points);
}

/**
 * @param {import("../shared/history/words.js").Span[]} spans
 * @param {import("./points.js").Point[]} points
 */
function showFacts(spans, points) {
  const live = spans.filter((span) => span.state === "live");
  const sum = (/** @type {"frames" | "dropped"} */ key) =>
    points.reduce((total, point) => total + point[key], 0);
  fact("live", timeSpan(live.reduce((total, span) => total + seconds(span), 0)));
  fact("lost", outageWords(spans));
  fact("frames", count(sum("frames")));
  fact("dropped", count(sum("dropped")));
  fact("viewers", count(Math.max(0, ...points.map(({ viewers }) => viewers))));
}

/**
 * @param {string} name
 * @param {string} text
 */
function fact(name, text) {
  setText(find(overview, `[data-fact=${name}]`, HTMLElement), text);
}
