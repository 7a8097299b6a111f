/** Whether somebody is at the picture: what lies over it goes when nothing was touched for a while. */

const IDLE_AFTER_MS = 3000;

/**
 * Marks the frame with `data-idle` while nobody points at it, taps it or uses keys.
 *
 * @param {HTMLElement} frame
 */
export function watchPresence(frame) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const wake = () => {
    clearTimeout(timer);
    frame.removeAttribute("data-idle");
    timer = setTimeout(() => frame.toggleAttribute("data-idle", true), IDLE_AFTER_MS);
  };
  for (const sign of ["pointermove", "pointerdown", "focusin"]) frame.addEventListener(sign, wake);
  document.addEventListener("keydown", wake);
  wake();
}
