import { setText } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";

/** @type {Record<import("./stats.js").Trouble, string>} */
const TROUBLES = {
  hidden: gettext("Paused: tab hidden"),
  often: gettext("Too many pages open"),
  database: gettext("Database unreachable"),
  redis: gettext("Redis unreachable"),
  server: gettext("Server unreachable"),
};

/**
 * Says why a page's numbers are old.
 *
 * @param {HTMLElement} page
 * @param {HTMLElement} chip
 * @param {import("./stats.js").Trouble} trouble
 */
export function markTrouble(page, chip, trouble) {
  // "reconnecting" needs no icon from the server.
  page.dataset.state = trouble === "hidden" ? "stale" : "reconnecting";
  setText(chip, TROUBLES[trouble]);
}
