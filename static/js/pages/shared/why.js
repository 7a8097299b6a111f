import { exactTime } from "../../lib/format.js";
import { cameraState } from "../../watch/state.js";
import { stateSentence } from "./words.js";

/** States that explain themselves. */
const PLAIN = ["live", "connecting"];

/**
 * Since when a camera sends nothing, and why; the exact time is for a title.
 *
 * @param {Pick<import("./stats.js").CameraStats, "state" | "reason" | "since" | "publisher">} camera
 * @returns {{ sentence: string, title: string }} empty where there is nothing to say
 */
export function whyNot({ state, reason, since, publisher }) {
  if (PLAIN.includes(state)) return { sentence: "", title: "" };
  const at = since === null ? null : Date.parse(since);
  const sentence = stateSentence(cameraState(state, reason), reason, at, publisher);
  return { sentence, title: at === null ? "" : exactTime(at) };
}
