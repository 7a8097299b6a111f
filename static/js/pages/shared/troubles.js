import { setText } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";
import { saySignedOut } from "./signed-out.js";

/** @type {Record<import("./stats.js").Trouble, string>} */
const TROUBLES = {
  hidden: gettext("Paused: tab hidden"),
  often: gettext("Too many pages open"),
  database: gettext("Database unreachable"),
  redis: gettext("Redis unreachable"),
  server: gettext("Server unreachable"),
  signed_out: gettext("Signed out"),
  forbidden: gettext("Access denied"),
  gone: gettext("Camera deleted"),
};

/** Of a page that doesn't ask now. @type {Partial<Record<import("./stats.js").Trouble, string>>} */
const STATES = { hidden: "stale", signed_out: "stale", forbidden: "stale", gone: "off" };

/**
 * Says why a page's numbers are old.
 *
 * @param {HTMLElement} page
 * @param {HTMLElement} chip
 * @param {import("./stats.js").Trouble} trouble
 */
export function markTrouble(page, chip, trouble) {
  // "reconnecting" needs no icon from the server.
  page.dataset.state = STATES[trouble] ?? "reconnecting";
  setText(chip, TROUBLES[trouble]);
  if (trouble === "signed_out") saySignedOut();
}
