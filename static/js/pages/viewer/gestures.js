/** Wheel, fingers and the dragging pointer zoom a picture and move it. */

import { CENTRE, WHOLE, isWhole, panned, pinched, transformOf, zoomed } from "./zoom.js";

/** A notch of most wheels is 100 px: a quarter larger. */
const FACTOR_PER_PX = 1.25 ** (1 / 100);
/** Touchpads say pinches as wheels with the control key, in few px. */
const PINCH_FACTOR_PER_PX = 1.01;
const LINE_PX = 33;

/** @typedef {import("./zoom.js").Point} Point */

export class Gestures {
  #frame;
  #map;
  #picture;
  /** @type {Map<number, Point>} of each finger or button that is down, in px of the window */
  #pointers = new Map();
  #view = WHOLE;

  /**
   * @param {HTMLElement} frame that stays, and takes the gestures
   * @param {HTMLElement} picture inside, as large, that is moved
   * @param {HTMLElement} map a button that shows where one is, and leads back
   */
  constructor(frame, picture, map) {
    this.#frame = frame;
    this.#picture = picture;
    this.#map = map;
    frame.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    frame.addEventListener("pointerdown", (event) => this.#down(event));
    frame.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of /** @type {const} */ (["pointerup", "pointercancel"])) {
      frame.addEventListener(end, ({ pointerId }) => this.#pointers.delete(pointerId));
    }
    map.addEventListener("click", () => this.reset());
    this.reset();
  }

  reset() {
    this.#show(WHOLE);
  }

  /** @param {number} factor */
  zoom(factor) {
    this.#show(zoomed(this.#view, factor, CENTRE));
  }

  /**
   * @param {number} x share of the frame
   * @param {number} y
   */
  pan(x, y) {
    this.#show(panned(this.#view, { x, y }));
  }

  get isZoomed() {
    return !isWhole(this.#view);
  }

  /** @param {import("./zoom.js").View} view */
  #show(view) {
    this.#view = view;
    this.#picture.style.transform = isWhole(view) ? "" : transformOf(view);
    this.#frame.toggleAttribute("data-zoomed", this.isZoomed);
    this.#map.hidden = !this.isZoomed;
    const { style } = this.#map;
    style.setProperty("--left", String(view.left));
    style.setProperty("--top", String(view.top));
    style.setProperty("--size", String(1 / view.scale));
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const factor = factorOf(event);
    // The page scrolls on where there is nothing left to zoom.
    if (factor < 1 && !this.isZoomed) return;
    event.preventDefault();
    this.#show(zoomed(this.#view, factor, this.#shareOf(positionOf(event))));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const isControl = event.target instanceof Element && event.target.closest("a, button, .menu");
    if (isControl || event.button !== 0) return;
    this.#pointers.set(event.pointerId, positionOf(event));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const fingers = [...this.#pointers.values()];
    this.#pointers.set(event.pointerId, positionOf(event));
    const [from, to] = [middle(fingers), middle([...this.#pointers.values()])];
    if (!from || !to) return;
    if (this.isZoomed) this.#frame.setPointerCapture(event.pointerId);
    const growth = spread([...this.#pointers.values()]) / spread(fingers);
    this.#show(pinched(this.#view, growth, this.#shareOf(from), this.#shareOf(to)));
  }

  /** @param {Point} position */
  #shareOf({ x, y }) {
    const { left, top, width, height } = this.#frame.getBoundingClientRect();
    return { x: (x - left) / width, y: (y - top) / height };
  }
}

/** @param {MouseEvent} event */
function positionOf({ clientX, clientY }) {
  return { x: clientX, y: clientY };
}

/** @param {WheelEvent} event */
function factorOf({ ctrlKey, deltaMode, deltaY }) {
  const px = deltaMode === WheelEvent.DOM_DELTA_LINE ? deltaY * LINE_PX : deltaY;
  return (ctrlKey ? PINCH_FACTOR_PER_PX : FACTOR_PER_PX) ** -px;
}

/** @param {Point[]} fingers one or two @returns {Point | null} */
function middle(fingers) {
  if (!fingers.length || fingers.length > 2) return null;
  const sum = (/** @type {"x" | "y"} */ axis) => fingers.reduce((all, each) => all + each[axis], 0);
  return { x: sum("x") / fingers.length, y: sum("y") / fingers.length };
}

/** @param {Point[]} fingers @returns {number} their distance; 1 for one */
function spread([one, other]) {
  return other ? Math.max(1, Math.hypot(other.x - one.x, other.y - one.y)) : 1;
}
