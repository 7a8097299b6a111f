/** Notifications of lost cameras, as this browser shows them. */

import { gettext, interpolate } from "../../../lib/i18n.js";
import { answer } from "../../../lib/post.js";
import { cameraState } from "../../../watch/state.js";
import { noteUnseen } from "../unseen.js";
import { stateSentence } from "../words.js";
import { ability } from "./permission.js";
import { watchLosses } from "./watch.js";

/** @typedef {import("./losses.js").Chosen} Chosen */

const TIMEOUT_MS = 5000;

let isWatching = false;

/** Watches, where the browser may show notifications and somebody wants some. */
export async function startNotifications() {
  const url = document.body.dataset.notifications;
  if (!url || isWatching || ability() !== "granted") return;
  isWatching = true;
  await watchLosses({ locks: navigator.locks, ask: () => ask(url), tell, every });
  isWatching = false;
}

/** @param {string} url */
async function ask(url) {
  return answer(await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) }));
}

/** @param {() => void} tick */
function every(tick) {
  const worker = new Worker(new URL("./ticker-worker.js", import.meta.url), { type: "module" });
  worker.addEventListener("message", tick);
  return () => worker.terminate();
}

/** @param {Chosen} camera */
function tell(camera) {
  noteUnseen(camera.id);
  void show(camera);
}

/** @param {Chosen} camera */
async function show({ id, name, url, state, reason, for_s }) {
  const since = for_s === null ? null : Date.now() - 1000 * for_s;
  const title = interpolate(gettext("%(name)s is lost."), { name });
  const options = {
    body: stateSentence(cameraState(state, reason), reason, since),
    data: { url },
    icon: document.querySelector("link[rel=apple-touch-icon]")?.getAttribute("href") ?? "",
    renotify: true,
    tag: `skysentry-lost-${id}`,
  };
  const registration = await navigator.serviceWorker?.getRegistration();
  if (registration?.active) await registration.showNotification(title, options);
  else showByPage(title, options);
}

/**
 * Without a service worker: with a certificate that the browser doesn't trust there is none.
 *
 * @param {string} title
 * @param {NotificationOptions} options
 */
function showByPage(title, options) {
  try {
    const notification = new Notification(title, options);
    notification.addEventListener("click", () => window.open(options.data.url));
  } catch (error) {
    // Browsers of phones have notifications of service workers only.
    console.info("This browser shows no notifications here.", error);
  }
}
