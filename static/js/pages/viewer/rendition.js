/** The person's choice of rendition, kept in the page's address. */

import { gettext } from "../../lib/i18n.js";

const PARAMETER = "rendition";

/** @typedef {import("../../protocol/parts.js").RenditionChoice} Rendition */

/**
 * @param {HTMLSelectElement} select
 * @param {import("../../watch/player.js").Player} player
 * @param {string[]} codecs of video that can be shown
 */
export function offerRenditions(select, player, codecs) {
  const options = [...select.options];
  const video = options.find(({ value }) => value === "video");
  if (video && !codecs.length) withhold(video);
  const asked = new URLSearchParams(location.search).get(PARAMETER);
  const known = options.find(({ value, disabled }) => value === asked && !disabled);
  select.value = known?.value ?? "auto";
  const choose = () => player.choose(/** @type {Rendition} */ (select.value));
  choose();
  select.addEventListener("change", () => {
    choose();
    remember(select.value);
  });
}

/** @param {HTMLOptionElement} video */
function withhold(video) {
  video.disabled = true;
  // Browsers have decoders in secure pages only.
  video.text = isSecureContext
    ? gettext("Video (not supported here)")
    : gettext("Video (needs https)");
}

/** @param {string} rendition */
function remember(rendition) {
  const url = new URL(location.href);
  if (rendition === "auto") url.searchParams.delete(PARAMETER);
  else url.searchParams.set(PARAMETER, rendition);
  history.replaceState(null, "", url);
}
