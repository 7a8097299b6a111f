/** Where pictures come from: the watch socket, single pictures, or whichever of them works. */

import type { Frame } from "../wire.js";

export type Connection = "connecting" | "open" | "over";

export interface CameraState {
  state: "off" | "connecting" | "live" | "paused" | "lost" | "unknown";
  session: number | null;
  reason: string | null;
  watching: number;
}

/** `not_found`: no such camera, or no right to watch it (any more). `crowded`: too many at once. */
export type Refusal = "not_found" | "crowded";

/** What one camera's player wants to hear. */
export interface Listener {
  onFrame(frame: Frame): void;
  /** Ends a refusal too. */
  onState(state: CameraState): void;
  onRefused(why: Refusal): void;
  /** `connection` has changed. */
  onConnection(): void;
}

export interface Source {
  readonly connection: Connection;
  /** In ms; null until the server has said it once. */
  readonly serverTime: number | null;
  /** In ms; null until it was measured once. */
  readonly roundTrip: number | null;
  /** How long this source lets a camera wait for its next picture, in ms, though there is one. */
  readonly interval: number;
  subscribe(slug: string, listener: Listener): void;
  unsubscribe(slug: string): void;
  /** A frame has been drawn, so many ms after its capture. */
  drawn(slug: string, sequence: number, latency: number): void;
}
