/** What a group's wall is called, wherever its page says so. */

import { setText } from "../../lib/dom.js";

/**
 * @param {string} name of the group, as it is now
 * @returns {string} the page's title
 */
export function renameWall(name) {
  for (const part of document.querySelectorAll("[data-part=wall-name]")) setText(part, name);
  document.title = `${name} · SkySentry`;
  return document.title;
}
