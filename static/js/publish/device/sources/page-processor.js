/** Chromium: the page splits a track into frames, a stream that the worker reads. */

/** @type {import("../features.js").Source} */
export const pageProcessor = {
  worksHidden: true,
  start({ track, post }) {
    /** @type {import("../../worker-messages.js").TrackProcessor} */
    const Processor = /** @type {any} */ (globalThis).MediaStreamTrackProcessor;
    const { readable } = new Processor({ track });
    post({ type: "source", readable }, [readable]);
    return () => {};
  },
};
