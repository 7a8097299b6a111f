/** What a camera sends to the server, for people. */

import { gettext, interpolate, ngettext } from "../../lib/i18n.js";
import { jpeg, videoCodecNamed } from "../../protocol/codecs/index.js";

/**
 * @typedef {object} Flow
 * @property {import("../../protocol/codecs/index.js").VideoCodecName | null} video that is wanted
 * @property {boolean} jpeg whether pictures are wanted one by one, and not only stills
 * @property {number} level by how many steps the camera has lowered its quality
 */

/**
 * What is sent besides the stills, and by how many steps its quality is lowered. In standby nobody watches.
 *
 * @param {Flow} flow
 */
export function flowWords({ video, jpeg: isJpeg, level }) {
  const kinds = [video && videoCodecNamed(video).label, isJpeg && jpeg.label].filter(Boolean);
  const kind = kinds.join(" + ") || gettext("Standby");
  if (!level) return kind;
  const text = ngettext("%(kind)s, %(level)s step down", "%(kind)s, %(level)s steps down", level);
  return interpolate(text, { kind, level });
}
