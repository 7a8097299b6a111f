import { find, setText } from "../../lib/dom.js";
import { exactTime, timeSpan } from "../../lib/format.js";
import { between } from "../shared/history/times.js";
import { reasonWord, seconds } from "../shared/history/words.js";
import { stateWord } from "../shared/words.js";

/** So many are read; what is older is seen in the strip. */
const MOST = 100;

/**
 * What the strip shows, as a table: the newest first.
 *
 * @param {HTMLElement} page
 * @param {import("../shared/history/words.js").Span[]} spans
 */
export function showEvents(page, spans) {
  const template = find(page, "#event-row", HTMLTemplateElement);
  const rows = spans
    .slice(-MOST)
    .reverse()
    .map((span) => eventRow(template, span));
  find(page, ".events tbody", HTMLTableSectionElement).replaceChildren(...rows);
}

/**
 * @param {HTMLTemplateElement} template
 * @param {import("../shared/history/words.js").Span} span
 */
function eventRow(template, span) {
  const copy = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  const row = find(copy, "tr", HTMLTableRowElement);
  row.dataset.state = span.state;
  const cell = (/** @type {string} */ name, /** @type {string} */ text) =>
    setText(find(row, `[data-cell=${name}]`, HTMLElement), text);
  cell("state", stateWord(span.state));
  cell("when", between(span.from, span.to));
  cell("length", timeSpan(seconds(span)));
  cell("reason", reasonWord(span));
  const when = find(row, "time", HTMLTimeElement);
  when.dateTime = new Date(span.from).toISOString();
  when.title = `${exactTime(span.from)} – ${exactTime(span.to)}`;
  const publisher = row.querySelector("[data-cell=publisher]");
  if (publisher) setText(publisher, span.publisher ?? "");
  return row;
}
