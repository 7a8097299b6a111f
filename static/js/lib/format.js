/** Numbers with their units, as every page writes them: a narrow space between, a dash for none. */

import { gettext, interpolate } from "./i18n.js";

/** No line ends at it. */
export const NARROW = "\u202f";
export const NONE = "–";

/** @param {number | null} value */
export function milliseconds(value) {
  return value === null ? NONE : `${Math.round(value)}${NARROW}ms`;
}

/** @param {number | null} value */
export function framesPerSecond(value) {
  return value === null ? NONE : `${Math.round(value)}${NARROW}fps`;
}

/** @param {number} value */
export function count(value) {
  return value.toLocaleString(document.documentElement.lang);
}

/**
 * @param {number} value
 * @param {number} digits after the point, or the comma
 */
export function decimal(value, digits = 1) {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString(document.documentElement.lang, options);
}

/** @param {number | null} bits per second */
export function bitRate(bits) {
  if (bits === null) return NONE;
  if (bits < 1e6) return `${Math.round(bits / 1e3)}${NARROW}kbit/s`;
  return `${decimal(bits / 1e6)}${NARROW}Mbit/s`;
}

/**
 * What somebody pays for who pays for data; rounded, so that it doesn't flicker.
 *
 * @param {number} bits per second
 */
export function dataPerHour(bits) {
  const megabytes = Number(((bits * 3600) / 8e6).toPrecision(2));
  const amount =
    megabytes < 1000 ? `${count(megabytes)}${NARROW}MB` : `${decimal(megabytes / 1000)}${NARROW}GB`;
  return interpolate(gettext("about %(amount)s an hour"), { amount });
}

/**
 * @param {number} width
 * @param {number} height
 */
export function resolution(width, height) {
  return width && height ? `${width}${NARROW}×${NARROW}${height}` : NONE;
}

/** @param {number} share from 0 to 1 */
export function percent(share) {
  return `${Math.round(share * 100)}${NARROW}%`;
}

/**
 * The time of day, with the date if it was another day.
 *
 * @param {number} time ms since the epoch
 * @param {Date} [now]
 */
export function timeOfDay(time, now = new Date()) {
  const date = new Date(time);
  const isToday = date.toDateString() === now.toDateString();
  const day = isToday ? {} : /** @type {const} */ ({ day: "numeric", month: "short" });
  const options = /** @type {const} */ ({ ...day, hour: "numeric", minute: "2-digit" });
  return date.toLocaleString(document.documentElement.lang, options);
}

/** For titles. @param {number} time ms since the epoch */
export function exactTime(time) {
  const options = /** @type {const} */ ({ dateStyle: "long", timeStyle: "medium" });
  return new Date(time).toLocaleString(document.documentElement.lang, options);
}

/** @param {number} age ms */
export function pictureAge(age) {
  return interpolate(gettext("%(time)s old"), { time: duration(age / 1000) });
}

/** @param {number} seconds */
function duration(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)}${NARROW}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${NARROW}min`;
  return `${Math.floor(seconds / 3600)}${NARROW}h`;
}

/** @param {number} seconds in the two largest units, such as 1 h 5 min */
export function timeSpan(seconds) {
  if (seconds < 59.5) return `${Math.round(seconds)}${NARROW}s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes}${NARROW}min`;
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days) return `${days}${NARROW}d ${hours}${NARROW}h`;
  return minutes % 60 ? `${hours}${NARROW}h ${minutes % 60}${NARROW}min` : `${hours}${NARROW}h`;
}

/** @param {number} value */
export function bytes(value) {
  if (value < 1e9) return `${Math.round(value / 1e6)}${NARROW}MB`;
  return `${decimal(value / 1e9)}${NARROW}GB`;
}
