/** Parts of messages.d.ts that the scripts have names for. */

import type {
  CameraPing,
  ControlToCamera,
  Pong,
  PublishToCamera,
  Subscribe,
  Taken,
} from "./messages.js";

/** Why a camera that is there sends no frames. `other` is for what pages never meet. */
export type Pause = Exclude<NonNullable<CameraPing["paused"]>, "other">;

/** What a viewer wants to see of a camera. */
export type RenditionChoice = NonNullable<Subscribe["rendition"]>;

/** What is about the session, and comes over the publish socket wherever frames go. */
export type SignalingMessage = Exclude<PublishToCamera, Taken | ControlToCamera>;

/** What the page has to know; pongs are the link's own business. */
export type CameraMessage = Exclude<ControlToCamera, Pong>;
