/** The wall: every camera that the visitor may watch, at once. */

import { find, pageData } from "../../lib/dom.js";
import { Tile } from "../shared/tile.js";
import { openWatching } from "../shared/watching.js";
import { Kiosk } from "./kiosk.js";

/** @type {{ socket: string, api: string, cameras: import("../../protocol/messages.js").CameraFacts[] }} */
const { cameras, ...paths } = pageData("wall-data");

if (cameras.length) {
  new Kiosk(find(document, "[data-action=kiosk]", HTMLAnchorElement));
  const watching = await openWatching(paths);
  /** @type {Map<Element, Tile>} */
  const tiles = new Map();
  const inSight = new IntersectionObserver(watchWhatIsSeen, { rootMargin: "25%" });
  for (const camera of cameras) {
    const element = find(document, `[data-camera="${camera.slug}"]`, HTMLElement);
    tiles.set(element, new Tile(element, camera, watching));
    inSight.observe(element);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  function watchWhatIsSeen(entries) {
    // Cameras out of sight go first: a connection carries a limited number.
    for (const entry of entries) if (!entry.isIntersecting) tiles.get(entry.target)?.stop();
    for (const entry of entries) if (entry.isIntersecting) tiles.get(entry.target)?.start();
  }
}
