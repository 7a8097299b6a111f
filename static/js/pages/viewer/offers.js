/** What the page of a camera offers besides watching: only what its person may do now. */

/** @typedef {import("../../protocol/messages.js").ListedCamera} ListedCamera */
/** @typedef {Pick<ListedCamera, "publishable" | "manageable">} Rights of one that may be watched */

const NONE = { watchable: false, publishable: false, manageable: false };

/**
 * Shows what the rights allow, and hides the rest; a dialog that is open then closes.
 *
 * @param {ParentNode} page with `data-needs`, which names a right
 * @param {Rights} rights
 */
export function showOffers(page, { publishable, manageable }) {
  show(page, { watchable: true, publishable, manageable });
}

/**
 * @param {ParentNode} page
 * @param {typeof NONE} rights
 */
function show(page, rights) {
  for (const each of page.querySelectorAll("[data-needs]")) {
    const offer = /** @type {HTMLElement} */ (each);
    const isAllowed = rights[/** @type {keyof typeof NONE} */ (offer.dataset.needs)];
    if (offer.matches("dialog")) {
      if (!isAllowed) /** @type {HTMLDialogElement} */ (offer).close();
    } else {
      offer.hidden = !isAllowed;
    }
  }
}

/**
 * The camera is no longer among those that may be watched.
 *
 * @param {ParentNode} page
 * @param {string} url of the camera in the API
 * @param {() => void} reload for whoever manages a camera that was disabled, and can enable it
 */
export async function showGone(page, url, reload) {
  const response = await fetch(url).catch(() => null);
  if (response?.status === 404) show(page, NONE);
  else if (response?.ok && !(await response.json()).enabled) reload();
}
