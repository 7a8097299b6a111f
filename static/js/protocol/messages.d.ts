/**
 * The messages of docs/protocol.md.
 *
 * Generated: change streaming/protocol/ and run `python3 dev.py protocol`.
 */

/** The peer is ready; `resumed` says the session is the earlier one, whose sequence continues. */
export interface Answer {
  type: "answer";
  sdp: string;
  /** its number */
  session: number;
  /** token */
  resume: string;
  resumed: boolean;
}

/** The viewer's decoder has lost the chain: it goes on at a key frame. */
export interface AskKeyFrame {
  type: "key_frame";
  /** slug */
  camera: string;
}

/** Asked for at most once a second, while somebody looks at the details. */
export interface AskStages {
  type: "stages";
  /** slug */
  camera: string;
}

/** This socket now speaks for a running peer whose own socket broke. */
export interface Attach {
  type: "attach";
  /** token */
  resume: string;
}

/** Answer to `attach`. */
export interface Attached {
  type: "attached";
  session: number;
}

/** Must come first, within 10 s. Without a key the signed-in user of the page is meant. A key never stands in a URL. */
export interface Authenticate {
  type: "authenticate";
  /** publish key */
  key?: string | null;
}

/** The camera stops: the session ends at once. */
export interface Bye {
  type: "bye";
}

/** A camera's settings. */
export interface CameraFacts {
  slug: string;
  name: string;
  width: number;
  height: number;
  frame_rate: number;
  /** From 0 to 1. */
  quality: number;
  delivery: Delivery;
  /** What it is set to send. */
  codec: "auto" | "jpeg" | "h264" | "vp8";
}

/** Every 500 ms, and at once when `paused` changes: a beat and a clock sample in one. `paused` says that no frames come, and why: `hidden` (the page is), `interrupted` (the system took the camera away for a while), `unplugged`, `denied` (permission withdrawn) or `other`. */
export interface CameraPing {
  type: "ping";
  /** ms on the camera's own clock */
  time: number;
  /** why */
  paused?: "hidden" | "interrupted" | "unplugged" | "denied" | "other" | null;
}

/** Once a second. */
export interface CameraReport {
  type: "report";
  /** total */
  captured?: number;
  /** total */
  sent?: number;
  /** total */
  skipped?: number;
  /** mean */
  encode_ms?: number | null;
  /** by how many steps the camera has lowered its quality */
  level?: number | null;
}

/** After `subscribe`, and whenever it changes. */
export interface CameraState {
  type: "state";
  /** slug */
  camera: string;
  state: State;
  /** number */
  session: number | null;
  /** why it is off or paused */
  reason: string | null;
  /** count */
  watching: number;
  /** the version of the protocol */
  protocol: number;
}

/** Of both sockets. */
export type CloseCode =
  /** over, as told before */
  | 1000
  /** the server stops */
  | 1001
  /** a message larger than 256 KiB; daphne ends the connection without a code */
  | 1009
  /** the server restarts */
  | 1012
  /** bad message */
  | 4400
  /** not allowed */
  | 4403
  /** too slow to authenticate */
  | 4408;

export type ControlFromCamera = CameraPing | Encoders | CameraReport;

export type ControlToCamera = Pong | Wanted | KeyFrame | Watching | Received | Refused;

/** What becomes of frames that are lost between a camera and the server. */
export type Delivery = "realtime" | "resilient";

/** As the way opens, after `attached`, and whenever the list changes; without it no video is wanted. */
export interface Encoders {
  type: "encoders";
  /** of `h264`, `vp8` those that the camera can encode at its size, the best first */
  codecs: ("h264" | "vp8")[];
}

/** Why a session is over. */
export type EndReason =
  /** the camera said `bye` */
  | "stopped"
  /** another page or device publishes to this camera now */
  | "taken_over"
  /** camera disabled, key revoked, right withdrawn, or signed out */
  | "not_allowed"
  /** an operator pressed "disconnect" */
  | "disconnected"
  /** no byte for 30 s */
  | "lost"
  /** no publish socket for 10 s; or for 2 s neither socket nor beat, as when a browser was closed */
  | "signaling_lost"
  /** the WebRTC connection failed or was closed */
  | "peer_failed"
  /** the ingest process ended; reconnect */
  | "server_stopped";

/** The session is over; the socket closes with 1000. */
export interface Ended {
  type: "ended";
  reason: EndReason;
  /** a sentence for people */
  message: string;
  /** who took over */
  by?: string;
}

export type FromViewer =
  | Subscribe
  | Unsubscribe
  | ViewerReport
  | AskKeyFrame
  | AskStages
  | ViewerPing;

/** A STUN or TURN server, as for `RTCPeerConnection`. */
export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
}

/** The next frame of video must be a key frame; at most once a second. */
export interface KeyFrame {
  type: "key_frame";
}

/** One complete SDP offer (no trickled candidates) with both data channels; `resume` continues an earlier session. */
export interface Offer {
  type: "offer";
  sdp: string;
  /** token of the session to resume */
  resume?: string | null;
  /** true to replace whoever publishes */
  take_over?: boolean | null;
}

/** At once. */
export interface Pong {
  type: "pong";
  /** as sent */
  time: number;
  /** ms */
  server_time: number;
}

/** Something was refused: a code, and a sentence that says what to do. */
export interface PublishError {
  type: "error";
  code: PublishErrorCode;
  /** a sentence for people */
  message: string;
  /** who publishes */
  publisher?: string;
  /** when to try again */
  retry_after_s?: number;
}

/** Why the publish socket refused something. */
export type PublishErrorCode =
  /** not JSON, too deep, too long, a wrong type, or not expected now */
  | "bad_message"
  /** no such camera, or no right to publish to it: the two are not told apart */
  | "not_allowed"
  /** no authentication within 10 s */
  | "timeout"
  /** the SDP is not an offer of two data channels, or breaks a bound */
  | "bad_offer"
  /** somebody else publishes (`publisher` says who); send the offer again with `take_over` */
  | "camera_busy"
  /** no ingest process answered within 15 s, Redis is away, or every UDP port is taken; try again after `retry_after_s` */
  | "unavailable"
  /** the peer or session to attach to, or to upgrade, is over; send an offer */
  | "gone";

export type PublishFromCamera =
  | Authenticate
  | Offer
  | Stream
  | Attach
  | Bye
  | CameraPing
  | Encoders
  | CameraReport;

export type PublishToCamera =
  | Welcome
  | Answer
  | Streaming
  | Attached
  | Taken
  | Ended
  | PublishError
  | Pong
  | Wanted
  | KeyFrame
  | Watching
  | Received
  | Refused;

/** Once a second. */
export interface Received {
  type: "received";
  /** total */
  frames: number;
  /** total */
  bytes: number;
  /** total */
  dropped: number;
  /** of the dropped those that never came */
  lost: number;
  delay_ms: number;
  fps: number;
}

/** Frames refused since the last such message, at most once a second. */
export interface Refused {
  type: "refused";
  /** of section 1 */
  reason: string;
  count: number;
}

/** Answer to `stages`, means of the last seconds: from capture to encoded, from there to the server, and from there to written to this socket. */
export interface Stages {
  type: "stages";
  /** slug */
  camera: string;
  camera_ms: number;
  uplink_ms: number;
  server_ms: number;
}

/** A camera's state as docs/protocol.md names it. */
export type State = "connecting" | "live" | "lost" | "off" | "paused" | "unknown";

/** Frames come over this socket (see "Without WebRTC"). */
export interface Stream {
  type: "stream";
  /** token of the session to resume */
  resume?: string | null;
  /** true to replace whoever publishes */
  take_over?: boolean | null;
}

/** Answer to `stream`: frames may come. */
export interface Streaming {
  type: "streaming";
  session: number;
  /** token */
  resume: string;
  resumed: boolean;
}

/** Frames and states of these, added to what is subscribed; no more than so many frames of each per second. With `fps` below 30 there is no video, whatever `video` says: of its chain no frame can be left out. Said again of a camera it changes `fps`, `video` and `rendition`. */
export interface Subscribe {
  type: "subscribe";
  /** up to 64 slugs */
  cameras: string[];
  /** 0.1 to 30 */
  fps?: number | null;
  /** the codecs that the viewer decodes, the best first */
  video?: string[];
  /** `still`, `jpeg`, `video`, or `auto`, the default */
  rendition?: "auto" | "jpeg" | "still" | "video" | null;
}

/** After each frame on this socket (see "Without WebRTC"). */
export interface Taken {
  type: "taken";
  /** how many the server has taken from this socket */
  frames: number;
}

export type ToViewer = CameraState | Stages | Pong | WatchError;

/** No more of these. */
export interface Unsubscribe {
  type: "unsubscribe";
  /** up to 64 slugs */
  cameras: string[];
}

/** Clock sample: three at once after connecting, then every second up to 8 samples, then every 10 s; every 2 s while no frames come; at once when the device has slept. */
export interface ViewerPing {
  type: "ping";
  /** ms on the viewer's clock */
  time: number;
}

/** Every 5 s for each camera; at once, but at most twice a second, when latency passes 250 ms. */
export interface ViewerReport {
  type: "report";
  /** slug */
  camera: string;
  /** of its frames, received on this socket in all */
  bytes: number;
  /** capture to drawn */
  latency_ms?: number | null;
  /** newest drawn */
  sequence?: number;
}

/** What somebody wants beside stills: after the camera's first message, and whenever it changes. Before it only stills are sent. */
export interface Wanted {
  type: "wanted";
  jpeg: boolean;
  /** `h264`, `vp8` */
  video: "h264" | "vp8" | null;
  /** the version of the protocol */
  protocol: number;
}

/** Something was refused. */
export interface WatchError {
  type: "error";
  code: WatchErrorCode;
  /** a sentence for people */
  message: string;
  /** slug */
  camera?: string;
}

/** Why the watch socket refused something. */
export type WatchErrorCode =
  /** no such camera or no right to watch it, also when a right ends while watching */
  | "not_found"
  /** over 64 cameras, in one message or together; none of the message is subscribed */
  | "too_many"
  /** as on the publish socket */
  | "bad_message"
  /** signed out */
  | "not_allowed";

/** Who watches, when it changes. */
export interface Watching {
  type: "watching";
  count: number;
  /** of those who have one */
  names: string[];
}

/** Authentication succeeded. `codec` is for display: what to send, `wanted` says. */
export interface Welcome {
  type: "welcome";
  camera: CameraFacts;
  /** as for `RTCPeerConnection` */
  ice_servers: IceServer[];
  /** the version of the protocol */
  protocol: number;
}
