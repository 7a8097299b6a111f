/** Keeps a page for when the server can't be reached, in browsers and on pages that can. */

/** Nothing of what a page needs at first waits for it. */
const AFTER_MS = 4000;

export function keepOfflinePage() {
  const { offlineWorker } = document.body.dataset;
  if (!offlineWorker || !("serviceWorker" in navigator)) return;
  setTimeout(() => void register(offlineWorker), AFTER_MS);
}

/** @param {string} address */
async function register(address) {
  try {
    await navigator.serviceWorker.register(address);
  } catch (error) {
    // With a certificate that the browser doesn't trust there is none.
    console.info("This browser keeps no page for when the server can't be reached.", error);
  }
}
