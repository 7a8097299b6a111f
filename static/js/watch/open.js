import { find, socketUrl } from "../dom.js";
import { Feed } from "./feed.js";
import { Polling } from "./polling.js";
import { WatchSocket } from "./socket.js";

/**
 * The page's one feed. Its note (templates/streaming/_single_pictures.html) says when there are only
 * single pictures.
 *
 * @param {{ socket: string, api: string }} paths
 */
export function openFeed({ socket, api }) {
  const note = find(document, "[data-part=single-pictures]", HTMLElement);
  return new Feed(new WatchSocket(socketUrl(socket)), new Polling(api), (are) => {
    note.hidden = !are;
  });
}
