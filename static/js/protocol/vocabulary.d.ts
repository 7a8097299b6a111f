/** Words of docs/protocol.md that several messages use. */

export type CameraState = "off" | "connecting" | "live" | "paused" | "lost" | "unknown";

/** Why a camera that is there sends no frames. */
export type Pause = "hidden" | "interrupted" | "unplugged" | "denied";

/** How a lost frame is dealt with. */
export type Delivery = "resilient" | "realtime";

/** What a viewer wants to see of a camera. */
export type RenditionChoice = "auto" | "video" | "jpeg" | "still";

export type EndReason =
  | "stopped"
  | "taken_over"
  | "not_allowed"
  | "disconnected"
  | "lost"
  | "signaling_lost"
  | "peer_failed"
  | "server_stopped";

/** On the publish socket. */
export type PublishErrorCode =
  | "bad_message"
  | "not_allowed"
  | "timeout"
  | "bad_offer"
  | "camera_busy"
  | "unavailable"
  | "gone";

/** On the watch socket. */
export type WatchErrorCode = "not_found" | "not_allowed" | "bad_message" | "too_many";
