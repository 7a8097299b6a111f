import { find, socketUrl } from "../../lib/dom.js";
import { keep } from "../../lib/storage.js";
import { Feed } from "../../watch/connection/feed.js";
import { Polling } from "../../watch/connection/polling.js";
import { WatchSocket } from "../../watch/connection/socket.js";
import { decodableCodecs } from "../../watch/decoding/decoders.js";
import { Screens } from "../../watch/render/screens.js";

/** @typedef {{ socket: string, api: string }} Paths */

/**
 * The page's one feed, and what draws it. A note on the page
 * (templates/streaming/_single_pictures.html) says when there are only single pictures.
 *
 * @param {Paths} paths
 * @returns {Promise<import("../../watch/player.js").Watching>}
 */
export async function openWatching(paths) {
  const note = find(document, "[data-part=single-pictures]", HTMLElement);
  const source = openFeed(paths, (isPolling) => {
    note.hidden = !isPolling;
  });
  const screens = new Screens();
  // The socket opens while the browser finds out what it decodes.
  const codecs = await decodableCodecs();
  // For the head start of the next page.
  keep("codecs", codecs);
  return { source, screens, codecs };
}

/**
 * @param {Paths} paths
 * @param {(isPolling: boolean) => void} [onSinglePictures]
 */
export function openFeed({ socket, api }, onSinglePictures = () => {}) {
  return new Feed(new WatchSocket(socketUrl(socket)), new Polling(api), onSinglePictures);
}
