/** Single pictures, each complete in itself. */

export const jpeg = {
  number: 1,
  name: /** @type {const} */ ("jpeg"),
  label: "JPEG",
  mediaType: "image/jpeg",
};
