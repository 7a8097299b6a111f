/** Where pictures come from: the watch socket, single pictures, or whichever of them works. */

import type { Frame } from "../../protocol/wire.js";
import type * as messages from "../../protocol/messages.js";
import type { RenditionChoice } from "../../protocol/parts.js";
import type { ServerStages } from "../stages.js";

export type Connection = "connecting" | "open" | "over";

/** What the server last said about a camera. */
export type CameraState = Omit<messages.CameraState, "type" | "camera" | "protocol">;

/** `not_found`: no such camera, or no right to watch it. `crowded`: too many at once.
 * `unavailable`: not now; it is asked for again. */
export type Refusal = "not_found" | "crowded" | "unavailable";

/** `offline`: the device has no network. `server`: it doesn't answer, or can't be reached. `slow`:
 * what it sends takes long. */
export type Trouble = "offline" | "server" | "slow";

/** What a viewer wants of one camera. */
export interface Wants {
  /** The codecs of video that can be shown, the best first. */
  video: string[];
  rendition: RenditionChoice;
}

/** What one camera's player is told. */
export interface Listener {
  onFrame(frame: Frame): void;
  /** Ends a refusal too. */
  onState(state: CameraState): void;
  onRefused(why: Refusal): void;
  onStages(stages: ServerStages): void;
  /** `connection` has changed. */
  onConnection(): void;
}

/** Why a connection is over, where the server said so. */
export type End = messages.Denial | "bad_message";

/** Hears of all cameras that may be watched, by name. */
/** Hears what may be watched, and what the group is called, if it is one and somebody said so. */
export type OnCameras = (cameras: messages.ListedCamera[], group?: string) => void;

export interface Source {
  readonly connection: Connection;
  /** Null while it is not over, or where nobody knows. */
  readonly end: End | null;
  /** Whether the server is full, and said when to come back. */
  readonly isToldToWait: boolean;
  /** What is wrong between here and the server. */
  readonly trouble: Trouble | null;
  /** What is full: the server, or the share link that was opened. */
  readonly waitReason: "full" | "link_full";
  /** In ms; null until the server has sent it once, and again since the page stood still. */
  readonly serverTime: number | null;
  /** Local time in ms: what arrived before is of before the page stood still. */
  readonly awakeSince: number;
  /** In ms; null until it was measured once. */
  readonly roundTrip: number | null;
  /** How long this source may leave an available picture unfetched, in ms. */
  readonly interval: number;
  /** By the camera's id, which stays when its slug changes. */
  subscribe(id: string, listener: Listener, wants: Wants): void;
  /** Tells which cameras may be watched, of a group or of all: now, and whenever that changes. */
  follow(onCameras: OnCameras, group?: string | null): void;
  /** Changes what a subscribed camera sends. */
  want(id: string, wants: Wants): void;
  unsubscribe(id: string): void;
  /** A frame was drawn, `latency` ms after its capture. */
  drawn(id: string, sequence: number, latency: number): void;
  /** Video goes on only with a key frame. */
  askKeyFrame(id: string): void;
  /** The answer comes to `onStages`. */
  askStages(id: string): void;
}
