/** A short tone for a lost camera. */

/** Hz: two notes downwards, which nobody takes for a message. */
const NOTES = [784, 523];
const NOTE_S = 0.18;
const VOLUME = 0.2;

export class Chime {
  /** @type {AudioContext | null} */
  #context = null;
  #isWished;
  #onChange;

  /**
   * @param {() => boolean} isWished
   * @param {() => void} onChange the browser allows sound, or does not any more
   */
  constructor(isWished, onChange) {
    this.#isWished = isWished;
    this.#onChange = onChange;
    // Browsers allow no sound before somebody did something on the page.
    for (const type of ["click", "keydown"]) document.addEventListener(type, () => this.#wake());
  }

  /** Whether it would be heard. */
  get isAllowed() {
    return this.#context?.state === "running";
  }

  ring() {
    const context = this.#context;
    if (!context || !this.isAllowed) return;
    for (const [number, hertz] of NOTES.entries()) {
      playNote(context, hertz, context.currentTime + number * NOTE_S);
    }
  }

  #wake() {
    if (!this.#isWished()) return;
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#context.addEventListener("statechange", this.#onChange);
    }
    // Refused where the browser does not take it for something that somebody did.
    if (!this.isAllowed) this.#context.resume().catch(() => {});
  }
}

/**
 * @param {AudioContext} context
 * @param {number} hertz
 * @param {number} at s, by the context's clock
 */
function playNote(context, hertz, at) {
  const tone = new OscillatorNode(context, { frequency: hertz });
  const volume = new GainNode(context, { gain: 0 });
  // Neither begins nor ends with a click.
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(VOLUME, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_S);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S);
}
