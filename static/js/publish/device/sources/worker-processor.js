/** Safari: only the worker takes tracks apart, so it gets a copy of the one that the preview shows. */

/** @type {import("../features.js").Source} */
export const workerProcessor = {
  worksHidden: true,
  start({ track, post }) {
    const copy = track.clone();
    post({ type: "track", track: copy }, [/** @type {any} */ (copy)]);
    return () => {};
  },
};
