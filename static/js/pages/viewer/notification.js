/** The list in which somebody chooses when to be told that the camera is lost. */

import { find } from "../../lib/dom.js";
import { post } from "../../lib/post.js";
import { Permission } from "../shared/notifications/permission.js";
import { sentenceOf } from "../shared/problem.js";

/** @param {HTMLElement} root of the list and what is said about it */
export function offerNotification(root) {
  const list = find(root, "select", HTMLSelectElement);
  const place = find(root, "[data-part=permission]", HTMLElement);
  const permission = new Permission(place, () => void start());
  const isWanted = () => list.value !== "0";
  permission.show(isWanted());
  list.addEventListener("change", async () => {
    permission.show(isWanted());
    // While the browser asks, the choice is saved: it holds in other browsers, too.
    const [problem] = await Promise.all([
      save(root.dataset.notification ?? "", list.value),
      isWanted() ? permission.ask() : null,
    ]);
    if (problem) permission.say(problem);
    else if (isWanted()) void start();
  });
}

/** By modules that are loaded by those alone who choose some. */
async function start() {
  const { startNotifications } = await import("../shared/notifications/start.js");
  await startNotifications();
}

/**
 * @param {string} url
 * @param {string} after_s
 * @returns {Promise<string>} why it failed, or nothing
 */
async function save(url, after_s) {
  try {
    await post(url, { after_s });
    return "";
  } catch (error) {
    return sentenceOf(error);
  }
}
