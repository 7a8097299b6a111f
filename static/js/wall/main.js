/** The wall: every camera that one may watch, at once. */

import { find, pageData, socketUrl } from "../dom.js";
import { WatchSocket } from "../watch/socket.js";
import { Tile } from "../watch/tile.js";

/** @type {{ socket: string, cameras: import("../watch/player.js").Camera[] }} */
const { socket: path, cameras } = pageData("wall-data");

if (cameras.length) {
  const socket = new WatchSocket(socketUrl(path));
  /** @type {Map<Element, import("../watch/player.js").Player>} */
  const players = new Map();
  const inSight = new IntersectionObserver(watchWhatIsSeen, { rootMargin: "25%" });
  for (const camera of cameras) {
    const element = find(document, `[data-camera="${camera.slug}"]`, HTMLElement);
    players.set(element, new Tile(element, camera, socket).player);
    inSight.observe(element);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  function watchWhatIsSeen(entries) {
    for (const { target, isIntersecting } of entries) {
      const player = players.get(target);
      if (isIntersecting) player?.start();
      else player?.stop();
    }
  }
}
