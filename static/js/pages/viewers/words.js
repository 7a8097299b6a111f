/** What is said of those who watch. */

import { gettext, interpolate, ngettext } from "../../lib/i18n.js";

/**
 * @typedef {object} WatchingNow
 * @property {string} name
 * @property {string} kind
 * @property {string} address
 * @property {string} since ISO 8601
 */

/**
 * @param {WatchingNow} viewer
 * @param {number} now ms since the epoch
 */
export function sinceWhen({ since }, now) {
  const minutes = Math.floor((now - Date.parse(since)) / 60_000);
  if (minutes < 1) return gettext("just now");
  if (minutes < 60) {
    const text = ngettext("for %(count)s minute", "for %(count)s minutes", minutes);
    return interpolate(text, { count: minutes });
  }
  const hours = Math.floor(minutes / 60);
  const text = ngettext("for %(count)s hour", "for %(count)s hours", hours);
  return interpolate(text, { count: hours });
}

/** @param {number} count of those who are not named */
export function andMore(count) {
  return interpolate(ngettext("and %(count)s more", "and %(count)s more", count), { count });
}
