/**
 * Whether somebody may see the page's pictures: on the page itself, or in a window that floats above
 * all others while the page is hidden.
 */

const changes = new EventTarget();
let floating = 0;

export function isInSight() {
  return floating > 0 || !document.hidden;
}

/**
 * @param {() => void} act is called whenever that may have changed
 * @param {AbortSignal} [signal] until then; else for as long as the page is open
 */
export function onSightChange(act, signal) {
  document.addEventListener("visibilitychange", act, { signal });
  changes.addEventListener("change", act, { signal });
}

/**
 * A picture floats from now on.
 *
 * @returns {() => void} to be called, once, when it no longer does
 */
export function float() {
  change(1);
  return () => change(-1);
}

/** @param {number} by */
function change(by) {
  floating += by;
  changes.dispatchEvent(new Event("change"));
}
