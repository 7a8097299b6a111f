/** An OffscreenCanvas made of the page's own, for browsers whose workers cannot draw. */
export function pageCanvas() {
  const canvas = document.createElement("canvas");
  /** @param {{ type: string, quality: number }} options */
  const convertToBlob = ({ type, quality }) =>
    new Promise((resolve, reject) => {
      const resolveBlob = (/** @type {Blob | null} */ blob) =>
        blob ? resolve(blob) : reject(noBlob());
      canvas.toBlob(resolveBlob, type, quality);
    });
  return /** @type {OffscreenCanvas} */ (
    /** @type {unknown} */ (Object.assign(canvas, { convertToBlob }))
  );
}

function noBlob() {
  return new DOMException("The canvas gave nothing.", "EncodingError");
}
