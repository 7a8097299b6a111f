/** The page of a camera that is disabled: waits until it may be watched. */

import { pageData } from "../../lib/dom.js";
import { openFeed } from "../shared/watching.js";

/** @type {{ socket: string, api: string, camera: { id: string } }} */
const { camera, ...paths } = pageData("viewer-data");
openFeed(paths).follow((cameras) => {
  if (cameras.some(({ id }) => id === camera.id)) location.reload();
});
