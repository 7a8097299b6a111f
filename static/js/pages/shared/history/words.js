/** What became of a camera, in words. */

import { timeSpan } from "../../../lib/format.js";
import { gettext, interpolate, ngettext } from "../../../lib/i18n.js";
import { stateWord } from "../words.js";
import { between } from "./times.js";

/**
 * @typedef {object} Span as the API has it, with times in ms since the epoch
 * @property {"live" | "lost" | "paused" | "off"} state
 * @property {number} from
 * @property {number} to
 * @property {import("../../../protocol/messages.js").EndReason | null} reason why the session before ended
 * @property {string | null} publisher
 * @property {number} count
 */

/** @type {Record<import("../../../protocol/messages.js").EndReason, string>} */
const REASONS = {
  stopped: gettext("Stopped"),
  taken_over: gettext("Another device took over"),
  not_allowed: gettext("Lost permission to publish"),
  disconnected: gettext("Disconnected by an operator"),
  lost: gettext("No signal"),
  signaling_lost: gettext("Page or program closed, or unreachable"),
  peer_failed: gettext("Connection failed"),
  server_stopped: gettext("Server stopped"),
  too_much: gettext("Sent too much"),
};

/**
 * @param {any} told a span of the API
 * @returns {Span}
 */
export function readSpan({ started, ended, ...span }) {
  return { ...span, from: Date.parse(started), to: Date.parse(ended) };
}

/** @param {Span} span */
export function seconds({ from, to }) {
  return (to - from) / 1000;
}

/** @param {Span} span */
export function reasonWord({ state, reason }) {
  if (reason) return REASONS[reason];
  return state === "lost" ? gettext("No signal") : "";
}

/**
 * All that is known of it, in one line.
 *
 * @param {Span} span
 * @param {number} [now]
 */
export function spanWords(span, now) {
  const times = interpolate(gettext("%(times)s (%(length)s)"), {
    times: between(span.from, span.to, now),
    length: timeSpan(seconds(span)),
  });
  const often =
    span.count > 1
      ? interpolate(ngettext("%(count)s time", "%(count)s times", span.count), {
          count: span.count,
        })
      : "";
  const facts = [stateWord(span.state), times, reasonWord(span), often, span.publisher ?? ""];
  return facts.filter(Boolean).join(" · ");
}

/**
 * How long it was lost, if it was.
 *
 * @param {Span[]} spans
 */
export function outageWords(spans) {
  const lost = spans.filter(({ state }) => state === "lost");
  if (spans.every(({ state }) => state === "off")) return gettext("Off the whole time");
  if (!lost.length) return gettext("No outages");
  const values = {
    count: lost.reduce((sum, { count }) => sum + count, 0),
    length: timeSpan(lost.reduce((sum, span) => sum + seconds(span), 0)),
  };
  const text = ngettext(
    "%(count)s outage, %(length)s",
    "%(count)s outages, %(length)s",
    values.count,
  );
  return interpolate(text, values);
}
