/** What clicks and taps on a picture do: one opens the camera, two in a row fill the screen with it. */

/** Who clicks twice does so sooner. */
export const DOUBLE_MS = 250;
/** Who moved further, or held longer, was dragging. Pixels; ms. */
const SLOP = 6;
const LONG_PRESS_MS = 400;

/**
 * @param {HTMLElement} element
 * @param {object} acts
 * @param {(target: EventTarget | null) => boolean} acts.isIgnored what does something of its own
 * @param {() => void} acts.open
 * @param {() => void} acts.fill
 */
export function onClicks(element, { isIgnored, open, fill }) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let down = { x: 0, y: 0, at: 0 };
  element.addEventListener("pointerdown", ({ clientX: x, clientY: y, timeStamp: at }) => {
    down = { x, y, at };
  });
  element.addEventListener("click", ({ target, clientX, clientY, timeStamp }) => {
    clearTimeout(timer);
    const isDrag = Math.hypot(clientX - down.x, clientY - down.y) > SLOP;
    if (isDrag || timeStamp - down.at > LONG_PRESS_MS || isIgnored(target)) return;
    timer = setTimeout(open, DOUBLE_MS);
  });
  element.addEventListener("dblclick", ({ target }) => {
    clearTimeout(timer);
    if (!isIgnored(target)) fill();
  });
}
