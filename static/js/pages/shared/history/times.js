/** Times of a stretch of the past, in the time zone of whoever looks. */

import { gettext, interpolate } from "../../../lib/i18n.js";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** How far apart marks of an axis may be. */
const STEPS_MS = [10 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, DAY_MS];

const language = () => document.documentElement.lang;

/** @param {number} ms since the epoch */
function timeOfDay(ms) {
  return new Date(ms).toLocaleTimeString(language(), { timeStyle: "short" });
}

/** @param {number} ms since the epoch */
function dayName(ms) {
  return new Date(ms).toLocaleDateString(language(), { weekday: "short" });
}

/**
 * The time of day, with the day where it isn't today.
 *
 * @param {number} ms since the epoch
 * @param {number} [now]
 */
export function shortTime(ms, now = Date.now()) {
  if (new Date(ms).toDateString() === new Date(now).toDateString()) return timeOfDay(ms);
  return `${dayName(ms)} ${timeOfDay(ms)}`;
}

/**
 * @param {number} from ms since the epoch
 * @param {number} to
 * @param {number} [now]
 */
export function between(from, to, now = Date.now()) {
  const sameDay = new Date(from).toDateString() === new Date(to).toDateString();
  const times = {
    from: shortTime(from, now),
    to: sameDay ? timeOfDay(to) : shortTime(to, now),
  };
  return interpolate(gettext("%(from)s – %(to)s"), times);
}

/**
 * Marks of an axis, at round local times; four of them or so, or a week's days.
 *
 * @param {number} since ms since the epoch
 * @param {number} until
 * @returns {{ share: number, label: string }[]}
 */
export function ticks(since, until) {
  const step = STEPS_MS.find((each) => (until - since) / each <= 5) ?? DAY_MS;
  /** @type {{ share: number, label: string }[]} */
  const found = [];
  for (let at = firstTick(since, step); at < until; at = nextTick(at, step)) {
    const share = (at - since) / (until - since);
    const label = step === DAY_MS ? dayName(at) : timeOfDay(at);
    // At the very edges a label would be cut off.
    if (share > 0.03 && share < 0.97) found.push({ share, label });
  }
  return found;
}

/**
 * @param {number} since
 * @param {number} step
 */
function firstTick(since, step) {
  const midnight = new Date(since).setHours(0, 0, 0, 0);
  if (step === DAY_MS) return nextTick(midnight, step);
  return midnight + Math.ceil((since - midnight) / step) * step;
}

/**
 * @param {number} at
 * @param {number} step
 */
function nextTick(at, step) {
  // A day may have 23 or 25 hours.
  return step === DAY_MS ? new Date(at).setDate(new Date(at).getDate() + 1) : at + step;
}
