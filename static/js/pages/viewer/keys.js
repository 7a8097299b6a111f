/** What a viewer's keys do, whatever has the focus but a field. */

const STEP = 1.25;
const PAN = 0.1;

/**
 * @typedef {object} Acts
 * @property {(factor: number) => void} zoom
 * @property {(x: number, y: number) => boolean} pan by shares of the window; false where there is
 *   nothing to pan
 * @property {() => void} reset
 * @property {() => void} previous camera
 * @property {() => void} next
 * @property {() => void} fullScreen
 * @property {() => void} float
 * @property {() => void} snapshot
 * @property {() => void} turn
 * @property {() => void} mirror
 * @property {() => void} fill
 * @property {() => void} help
 */

/** @type {Record<string, (acts: Acts) => boolean | void>} */
const KEYS = {
  "+": ({ zoom }) => zoom(STEP),
  // The same key without shift.
  "=": ({ zoom }) => zoom(STEP),
  "-": ({ zoom }) => zoom(1 / STEP),
  0: ({ reset }) => reset(),
  ArrowLeft: ({ pan }) => pan(PAN, 0),
  ArrowRight: ({ pan }) => pan(-PAN, 0),
  ArrowUp: ({ pan }) => pan(0, PAN),
  ArrowDown: ({ pan }) => pan(0, -PAN),
  "[": ({ previous }) => previous(),
  "]": ({ next }) => next(),
  f: ({ fullScreen }) => fullScreen(),
  p: ({ float }) => float(),
  s: ({ snapshot }) => snapshot(),
  r: ({ turn }) => turn(),
  m: ({ mirror }) => mirror(),
  c: ({ fill }) => fill(),
  "?": ({ help }) => help(),
};

/** @param {Acts} acts */
export function listenToKeys(acts) {
  document.addEventListener("keydown", (event) => {
    if (isTaken(event)) return;
    const act = KEYS[event.key];
    if (act && act(acts) !== false) event.preventDefault();
  });
}

/** @param {KeyboardEvent} event that somebody else answers: a field, a dialog, the browser */
function isTaken({ target, defaultPrevented, ctrlKey, altKey, metaKey }) {
  if (defaultPrevented || ctrlKey || altKey || metaKey) return true;
  return target instanceof Element && target.closest("input, select, textarea, dialog") !== null;
}
