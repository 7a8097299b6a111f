/** What a frame is, for people. */

import { gettext } from "../lib/i18n.js";
import { jpeg, videoCodecNumbered } from "../protocol/codecs/index.js";
import { Rendition } from "../protocol/wire.js";

/** @param {import("../protocol/wire.js").Header} header */
export function kindOf({ codec, rendition }) {
  if (rendition === Rendition.VIDEO) return videoCodecNumbered(codec).label;
  return rendition === Rendition.STILL ? gettext("Stills") : jpeg.label;
}
