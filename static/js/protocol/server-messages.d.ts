/** What the server says, by socket and channel: unions told apart by `type`. */

import type { VideoCodecName } from "./codecs/index.js";
import type {
  CameraState,
  Delivery,
  EndReason,
  PublishErrorCode,
  WatchErrorCode,
} from "./vocabulary.js";

export interface Pong {
  type: "pong";
  time: number;
  server_time: number;
}

// The publish socket

export interface Welcome {
  type: "welcome";
  camera: {
    slug: string;
    name: string;
    width: number;
    height: number;
    frame_rate: number;
    quality: number;
    delivery: Delivery;
  };
  /** As for RTCPeerConnection, which workers do not know. */
  ice_servers: { urls: string | string[]; username?: string; credential?: string }[];
}

export interface Answer {
  type: "answer";
  sdp: string;
  session: number;
  resume: string;
  resumed: boolean;
}

export interface Streaming {
  type: "streaming";
  session: number;
  resume: string;
  resumed: boolean;
}

export interface Attached {
  type: "attached";
  session: number;
}

export interface Ended {
  type: "ended";
  reason: EndReason;
  message: string;
  by?: string;
}

export interface PublishError {
  type: "error";
  code: PublishErrorCode;
  message: string;
  publisher?: string;
  retry_after_s?: number;
}

/** How many frames the server has taken from this socket. */
export interface Taken {
  type: "taken";
  frames: number;
}

export type SignalingMessage = Welcome | Answer | Streaming | Attached | Ended | PublishError;

/** Where frames go over the publish socket, what the control channel says goes there too. */
export type PublishMessage = SignalingMessage | Taken | ControlMessage;

// The control channel

export interface Wanted {
  type: "wanted";
  jpeg: boolean;
  video: VideoCodecName | null;
}

export interface KeyFrame {
  type: "key_frame";
}

export interface Watching {
  type: "watching";
  count: number;
  names: string[];
}

export interface Received {
  type: "received";
  frames: number;
  bytes: number;
  dropped: number;
  lost: number;
  delay_ms: number;
  fps: number;
}

export interface Refused {
  type: "refused";
  reason: string;
  count: number;
}

/** What is not only the connection's own business. */
export type CameraMessage = Wanted | KeyFrame | Watching | Received | Refused;

export type ControlMessage = Pong | CameraMessage;

// The watch socket

export interface State {
  type: "state";
  camera: string;
  state: CameraState;
  session: number | null;
  reason: string | null;
  watching: number;
}

export interface Stages {
  type: "stages";
  camera: string;
  camera_ms: number;
  uplink_ms: number;
  server_ms: number;
}

export interface WatchError {
  type: "error";
  code: WatchErrorCode;
  message: string;
  camera?: string;
}

export type WatchMessage = State | Stages | Pong | WatchError;
