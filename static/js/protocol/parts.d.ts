/** Parts of messages.d.ts that the scripts have names for. */

import type {
  CameraPing,
  ControlToCamera,
  Pong,
  PublishToCamera,
  Subscribe,
  Taken,
} from "./messages.js";

/** Why a connected camera sends no frames. `other` never happens in pages. */
export type Pause = Exclude<NonNullable<CameraPing["paused"]>, "other">;

/** What a viewer wants to see of a camera. */
export type RenditionChoice = NonNullable<Subscribe["rendition"]>;

/** Messages about the session: they come over the publish socket, whatever carries the frames. */
export type SignalingMessage = Exclude<PublishToCamera, Taken | ControlToCamera>;

/** What the page has to know; the link handles pongs itself. */
export type CameraMessage = Exclude<ControlToCamera, Pong>;
