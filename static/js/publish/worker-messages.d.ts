/** What the capture page and its encoder host send each other. */

import type { Size, VideoCodecName } from "../protocol/codecs/index.js";
import type * as messages from "../protocol/messages.js";

export type { Size, VideoCodecName };

/** What the server wants besides the stills. */
export type Wanted = Pick<messages.Wanted, "jpeg" | "video">;

export interface Settings extends Size {
  frameRate: number;
  /** From 0 to 1. */
  quality: number;
  /** By which pictures are turned clockwise, in quarters of a circle: 0, 90, 180 or 270 degrees. */
  rotation?: number;
}

export interface Report {
  /** That came from the camera since the report before, wanted or not. */
  pictures: number;
  /** Totals since the worker began. */
  captured: number;
  sent: number;
  skipped: number;
  /** Means of the last second or so. */
  framesPerSecond: number;
  bitsPerSecond: number;
  encodeMs: number;
  /** Of the newest frame. */
  width: number;
  height: number;
  /** What is sent besides the stills. */
  video: VideoCodecName | null;
  jpeg: boolean;
  /** On the ladder: 0 is as asked. */
  level: number;
  /** Why pictures are not as good as asked, if so. */
  limit: import("./encoding/adaptation.js").Limit | "canvas" | null;
}

/** What the server has received in this session: totals, except for the times. */
export interface Received {
  frames: number;
  bytes: number;
  lost: number;
  /** By which frames came later than the fastest ones. */
  delayMs: number;
  /** From capture to the server, in the mean of the last second. */
  uplinkMs: number;
}

/** The part of an RTCDataChannel that frames need. */
export interface FrameChannel {
  readonly readyState: RTCDataChannelState;
  readonly bufferedAmount: number;
  send(message: Uint8Array<ArrayBuffer>): void;
}

/** A channel that the page holds for the worker. */
export interface PageHeldChannel extends FrameChannel {
  onchange: () => void;
}

export type Picture = VideoFrame | ImageBitmap;

/** The part of a MediaStreamTrack that the worker needs. */
export interface Track {
  stop(): void;
}

/** MediaStreamTrackProcessor, which some browsers have in the page and others in workers. */
export type TrackProcessor = new (init: {
  track: Track;
}) => {
  readable: ReadableStream<VideoFrame>;
};

export type ToWorker =
  | { type: "settings"; settings: Settings }
  | { type: "source"; readable: ReadableStream<VideoFrame> }
  /** Where only workers can split tracks. */
  | { type: "track"; track: Track }
  | { type: "picture"; picture: Picture }
  | { type: "no_source" }
  | { type: "channel"; channel: RTCDataChannel }
  /** The state of a channel that stays with the page, because it cannot be transferred. */
  | { type: "page_channel"; id: number; readyState: RTCDataChannelState; bufferedAmount: number }
  | { type: "session"; session: number }
  | { type: "offset"; offset: number | null }
  | { type: "wanted"; wanted: Wanted }
  | { type: "key_frame" }
  | { type: "received"; received: Received };

export type FromWorker =
  /** The first message. */
  | { type: "open"; hasProcessor: boolean; isBlind: boolean }
  | { type: "tick" }
  | { type: "report"; report: Report }
  /** The codecs of video that can be wanted, best first. */
  | { type: "encoders"; codecs: VideoCodecName[] }
  /** For the page to send on its channel of this id. */
  | { type: "frame"; id: number; message: Uint8Array<ArrayBuffer> };
