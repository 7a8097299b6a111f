/** Safari: only workers can split tracks, so the worker gets a copy of the one in the preview. */

/** @type {import("../features.js").Source} */
export const workerProcessor = {
  worksHidden: true,
  start({ track, post }) {
    const copy = track.clone();
    post({ type: "track", track: copy }, [/** @type {any} */ (copy)]);
    return () => {};
  },
};
