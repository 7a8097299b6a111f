/** Browsers that cannot split tracks: each new picture of the preview of a visible page. */

/** @typedef {import("../features.js").Source} Source */
/** @typedef {VideoFrame | ImageBitmap} Picture */

/** Without a copy: the frame is only passed on. */
export const previewFrames = fromPreview((preview) => new VideoFrame(preview));

export const previewBitmaps = fromPreview((preview) => createImageBitmap(preview));

/**
 * @param {(preview: HTMLVideoElement) => Picture | Promise<Picture>} grab
 * @returns {Source}
 */
function fromPreview(grab) {
  return {
    worksHidden: false,
    start({ preview, post }) {
      let isOver = false;
      const take = async () => {
        if (isOver) return;
        whenNew(preview, take);
        const picture = await grab(preview);
        if (isOver) picture.close();
        else post({ type: "picture", picture }, [picture]);
      };
      whenNew(preview, take);
      return () => {
        isOver = true;
      };
    },
  };
}

/**
 * @param {HTMLVideoElement} preview
 * @param {() => void} take
 */
function whenNew(preview, take) {
  if ("requestVideoFrameCallback" in preview) preview.requestVideoFrameCallback(take);
  else requestAnimationFrame(() => (hasPicture(preview) ? take() : whenNew(preview, take)));
}

/** @param {HTMLVideoElement} preview */
function hasPicture(preview) {
  return preview.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
}
