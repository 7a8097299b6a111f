/** What of a camera flows to the server, for people. */

import { gettext, interpolate, ngettext } from "../../lib/i18n.js";

/** The same in every language. */
export const CODEC_NAMES = { h264: "H.264", vp8: "VP8" };

/** @typedef {{ video: keyof typeof CODEC_NAMES | null, jpeg: boolean, level: number }} Flow */

/**
 * What is wanted beside the stills, and by how many steps its quality is lowered.
 *
 * @param {Flow} flow
 */
export function flowWords({ video, jpeg, level }) {
  const kinds = [video && CODEC_NAMES[video], jpeg && "JPEG"].filter(Boolean);
  const kind = kinds.join(" + ") || gettext("Stills only");
  if (!level) return kind;
  const text = ngettext("%(kind)s, %(level)s step down", "%(kind)s, %(level)s steps down", level);
  return interpolate(text, { kind, level });
}
