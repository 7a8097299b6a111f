/**
 * The messages of docs/protocol.md.
 *
 * Generated: change streaming/protocol/ and run `python3 dev.py protocol`.
 */

/** The peer is ready. In a resumed session the sequence continues. */
export interface Answer {
  type: "answer";
  sdp: string;
  /** its number */
  session: number;
  /** token */
  resume: string;
  /** whether the session is the earlier one */
  resumed: boolean;
}

/** The viewer's decoder lost the chain and needs a key frame. */
export interface AskKeyFrame {
  type: "key_frame";
  /** as in `subscribe` */
  camera: string;
}

/** Asks for the stages of the latency, at most once a second, while somebody looks at the details. */
export interface AskStages {
  type: "stages";
  /** as in `subscribe` */
  camera: string;
}

/** This socket now speaks for a running peer whose own socket broke. */
export interface Attach {
  type: "attach";
  /** token of the session */
  resume: string;
}

/** Answer to `attach`. */
export interface Attached {
  type: "attached";
  /** its number */
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
  /** never changes */
  id: string;
  /** its part of addresses, which may change */
  slug: string;
  /** as people call it */
  name: string;
  /** of its pictures, pixels */
  width: number;
  /** of its pictures, pixels */
  height: number;
  /** most frames a second */
  frame_rate: number;
  /** from 0 to 1 */
  quality: number;
  /** what becomes of frames that are lost (section 3) */
  delivery: Delivery;
  /** what it is set to send ("What is wanted") */
  codec: "auto" | "jpeg" | "h264" | "vp8";
}

/** Every 500 ms, and at once when `paused` changes: a beat and a clock sample in one. `paused` says that no frames come, and why. */
export interface CameraPing {
  type: "ping";
  /** ms on the camera's own clock */
  time: number;
  /** why (table below) */
  paused?: "hidden" | "interrupted" | "unplugged" | "denied" | "no_picture" | "other" | null;
}

/** The camera's own counts, once a second. */
export interface CameraReport {
  type: "report";
  /** total */
  captured?: number;
  /** total */
  sent?: number;
  /** total */
  skipped?: number;
  /** mean of a frame */
  encode_ms?: number | null;
  /** by how many steps the camera has lowered its quality */
  level?: number | null;
}

/** After `subscribe`, and whenever it changes. */
export interface CameraState {
  type: "state";
  /** as in `subscribe` */
  camera: string;
  /** see the table below */
  state: State;
  /** its number */
  session: number | null;
  /** why it is off, paused or lost */
  reason: string | null;
  /** when the state began: server time, ms */
  since: number | null;
  /** who publishes, or did last; null for visitors and links, who aren't told */
  publisher: string | null;
  /** how many watch */
  watching: number;
  /** the version of the protocol */
  protocol: number;
}

/** After `follow`, and within a second whenever it changes: every camera that the viewer may watch, or those of the group, by name. None of a group that isn't there, or not for them. */
export interface Cameras {
  type: "cameras";
  cameras: ListedCamera[];
  /** what the group is called */
  group?: string;
}

/** Of both sockets. */
export type CloseCode =
  /** over, as `ended` or `superseded` said */
  | 1000
  /** the server stops */
  | 1001
  /** too many frames a second: over 1,000, or over 20 pings and pongs; or too many messages */
  | 1008
  /** a message larger than 256 KiB (daphne ends the connection without a code), or in more than 256 fragments */
  | 1009
  /** the server restarts */
  | 1012
  /** the server, or your share of it, is full, or its database is away; the reason is `retry_after=` and seconds */
  | 1013
  /** bad message */
  | 4400
  /** not allowed */
  | 4403
  /** too slow to authenticate, or a publish socket that then asks for nothing for 60 s; or a watch socket without a camera and a message for 5 minutes */
  | 4408;

export type ControlFromCamera = CameraPing | Encoders | CameraReport;

export type ControlToCamera = Pong | Wanted | KeyFrame | Watching | Renamed | Received | Refused;

/** What becomes of frames that are lost between a camera and the server. */
export type Delivery = "realtime" | "resilient";

/** Why somebody may no longer publish or watch. */
export type Denial =
  /** signed out, here or on another page, or the password was changed */
  | "signed_out"
  /** the sign-in or token ran out */
  | "expired"
  /** the account was deactivated or deleted */
  | "deactivated"
  /** the key or token was revoked */
  | "revoked"
  /** the camera was deleted */
  | "deleted"
  /** the camera is disabled; it may be enabled again */
  | "disabled"
  /** the right to publish to the camera was withdrawn */
  | "withdrawn"
  /** the share link expired or was revoked, or its maker may not share */
  | "link_ended";

/** When the link opens, after `attached`, and whenever the list changes. Until it is sent, no video is wanted. */
export interface Encoders {
  type: "encoders";
  /** which of `h264` and `vp8` the camera can encode at its size, best first */
  codecs: ("h264" | "vp8")[];
}

/** Why a session is over. */
export type EndReason =
  /** the camera said `bye` */
  | "stopped"
  /** another page or device publishes to this camera now */
  | "taken_over"
  /** the right to publish ended: `why` says how */
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
  | "server_stopped"
  /** more frames or bytes than the camera may send, for 10 s without a pause; reconnect after `retry_after_s` seconds */
  | "too_much";

/** The session is over; the socket closes with 1000. */
export interface Ended {
  type: "ended";
  reason: EndReason;
  /** a sentence for people */
  message: string;
  /** who took over */
  by?: string;
  /** when to try again, after `too_much` */
  retry_after_s?: number;
  /** with `not_allowed`, where it may be told: why */
  why?: Denial;
}

/** Asks for `cameras`: now, and whenever it changes. Sent again, it changes what is followed. */
export interface Follow {
  type: "follow";
  /** slug of a group of cameras, whose cameras alone are told */
  group?: string | null;
}

export type FromViewer =
  | ViewerAuthenticate
  | Subscribe
  | Unsubscribe
  | Follow
  | ViewerReport
  | AskKeyFrame
  | AskStages
  | ViewerPing;

/** A STUN or TURN server, as for `RTCPeerConnection`. */
export interface IceServer {
  urls: string | string[];
  username?: string;
  credential?: string;
  credentialType?: string;
}

/** The next frame of video must be a key frame; at most once a second. */
export interface KeyFrame {
  type: "key_frame";
}

/** What a list of cameras says of each. */
export interface ListedCamera {
  /** never changes */
  id: string;
  /** its part of addresses, which may change */
  slug: string;
  /** as people call it */
  name: string;
  /** of its pictures, as set, pixels */
  width: number;
  /** of its pictures, as set, pixels */
  height: number;
  /** most frames a second */
  frame_rate: number;
  /** whether the viewer may publish to it */
  publishable: boolean;
  /** whether the viewer may change it and add phones */
  manageable: boolean;
}

/** One complete SDP offer (no trickled candidates) with both data channels; `resume` continues an earlier session. */
export interface Offer {
  type: "offer";
  /** see "The offer" */
  sdp: string;
  /** token of the session to resume */
  resume?: string | null;
  /** true to replace whoever publishes */
  take_over?: boolean | null;
}

/** The answer to `ping`, at once. */
export interface Pong {
  type: "pong";
  /** as sent */
  time: number;
  /** ms */
  server_time: number;
  /** the version of the protocol */
  protocol: number;
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
  /** with `not_allowed`, where it may be told: why */
  why?: Denial;
  /** the version of the protocol */
  protocol: number;
}

/** Why the publish socket refused something. */
export type PublishErrorCode =
  /** not JSON, too deep, too long, a wrong type, or not expected now */
  | "bad_message"
  /** no such camera, or no right to publish to it: the two are not told apart */
  | "not_allowed"
  /** no authentication within 10 s, or then nothing for 60 s */
  | "timeout"
  /** the SDP is not an offer of two data channels, or breaks a bound */
  | "bad_offer"
  /** somebody else publishes (`publisher` says who); send the offer again with `take_over` */
  | "camera_busy"
  /** no ingest process answered within 15 s; Redis is unreachable, loading or full; or every UDP port is taken. Try again after `retry_after_s` seconds */
  | "unavailable"
  /** the database is unreachable, locked or full. Try again after `retry_after_s` seconds */
  | "database_unavailable"
  /** the peer or session to attach to, or to upgrade, is over; send an offer */
  | "gone"
  /** this camera has asked too often, or the server negotiates with as many as it can. Try again after `retry_after_s` seconds. To an upgrade the answer is `unavailable` */
  | "busy"
  /** another socket has attached to the session and speaks for it from now on */
  | "superseded";

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
  | Renamed
  | Received
  | Refused;

/** What the server has taken of this session, once a second; every 250 ms in the first 2 s in which more is wanted. */
export interface Received {
  type: "received";
  /** total */
  frames: number;
  /** total */
  bytes: number;
  /** total */
  dropped: number;
  /** dropped frames that never arrived */
  lost: number;
  /** how long frames waited on their way */
  delay_ms: number;
  /** from capture to here, in the mean since the one before */
  uplink_ms: number;
  /** of the last seconds */
  fps: number;
}

/** Frames refused since the last such message, at most once a second. */
export interface Refused {
  type: "refused";
  /** one of section 1 */
  reason: string;
  /** of the frames */
  count: number;
}

/** People call the camera something else than `welcome` said. */
export interface Renamed {
  type: "renamed";
  /** as they call it now */
  name: string;
}

/** Answer to `stages`: means of the last seconds. */
export interface Stages {
  type: "stages";
  /** as in `subscribe` */
  camera: string;
  /** from capture to encoded */
  camera_ms: number;
  /** from there to the server */
  uplink_ms: number;
  /** from there to written to this socket */
  server_ms: number;
}

/** A camera's state. */
export type State =
  /** is not publishing (`reason`: why the last session ended, or `never` was one) */
  | "off"
  /** is connected, no frame yet */
  | "connecting"
  /** sends frames */
  | "live"
  /** says that it sends none (`reason`: why, as in its `ping`) */
  | "paused"
  /** has been silent for 2 s (`reason`: `process` where the server's own ingest process is) */
  | "lost"
  /** cannot be asked about, because Redis does not answer (`reason`: `redis`) */
  | "unknown";

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
  /** its number */
  session: number;
  /** token */
  resume: string;
  /** whether the session is the earlier one */
  resumed: boolean;
}

/** Adds these cameras: their states and at most `fps` frames a second of each. Below 30 there is no video, because no frame of a chain can be left out. Sent again for a camera, it changes `fps`, `video` and `rendition`. */
export interface Subscribe {
  type: "subscribe";
  /** up to 64 ids or slugs */
  cameras: string[];
  /** every frame by default */
  fps?: number | null;
  /** the codecs that the viewer decodes, best first */
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

export type ToViewer = ViewerWelcome | CameraState | Cameras | Stages | Pong | WatchError;

/** Removes these cameras. */
export interface Unsubscribe {
  type: "unsubscribe";
  /** up to 64 ids or slugs */
  cameras: string[];
}

/** For programs: watches as the person whose token it is. Comes first, if at all; without it the user is meant who has signed in on the page. Answered by `welcome`. */
export interface ViewerAuthenticate {
  type: "authenticate";
  /** API token */
  token: string;
}

/** Clock sample: three at once after connecting, then every second up to 8 samples, then every 10 s; every 2 s while no frames come, or come late; at once when the device has slept. */
export interface ViewerPing {
  type: "ping";
  /** ms on the viewer's clock */
  time: number;
}

/** After the first frame of each camera and then after each 64 kB, until 512 kB have come; every 5 s; at once, but at most twice a second, when latency passes 250 ms. */
export interface ViewerReport {
  type: "report";
  /** as in `subscribe` */
  camera: string;
  /** of its frames, received on this socket in all */
  bytes: number;
  /** capture to drawn */
  latency_ms?: number | null;
  /** newest drawn */
  sequence?: number;
}

/** The token is valid. */
export interface ViewerWelcome {
  type: "welcome";
  /** of the person whose token it is */
  name: string;
  /** the version of the protocol */
  protocol: number;
}

/** What somebody wants beside stills: after the camera's first message, and whenever it changes. Before it only stills are sent. */
export interface Wanted {
  type: "wanted";
  /** whether JPEGs are wanted */
  jpeg: boolean;
  /** in which codec, if at all */
  video: "h264" | "vp8" | null;
  /** the version of the protocol */
  protocol: number;
}

/** Something was refused: a code, and a sentence that says what to do. */
export interface WatchError {
  type: "error";
  code: WatchErrorCode;
  /** a sentence for people */
  message: string;
  /** as in `subscribe` */
  camera?: string;
  /** when to try again */
  retry_after_s?: number;
  /** with `not_allowed`: why */
  why?: Denial;
  /** the version of the protocol */
  protocol: number;
}

/** Why the watch socket refused something. */
export type WatchErrorCode =
  /** no such camera or no right to watch it, also when a right ends while watching; the subscription stays, and a `state` follows once the camera may be watched (again) */
  | "not_found"
  /** this socket shows the camera already, by another of its addresses, as the sentence says; that subscription stays as it was, and this one is none */
  | "duplicate"
  /** over 64 cameras, in one message or together; none of the message is subscribed */
  | "too_many"
  /** this camera cannot be shown now: it has too many viewers, or the database does not answer. Subscribe again after `retry_after_s` seconds */
  | "unavailable"
  /** as many people watch by this share link as it allows */
  | "link_full"
  /** too many viewers, too many sockets of the person whose token it is, or a token that cannot be checked now: connect again after `retry_after_s` seconds */
  | "full"
  /** over 20 messages a second for long, and as many more for each 8 cameras watched */
  | "too_often"
  /** as on the publish socket */
  | "bad_message"
  /** signed out; or the token is unknown, was revoked or has expired */
  | "not_allowed";

/** Who watches, when it changes. A camera with a publish key hears no names: whoever has found its key learns of nobody. */
export interface Watching {
  type: "watching";
  /** of all viewers */
  count: number;
  /** of the viewers who have a name */
  names: string[];
}

/** Authentication succeeded. `codec` is for display only; `wanted` says what to send. */
export interface Welcome {
  type: "welcome";
  camera: CameraFacts;
  /** as for `RTCPeerConnection` */
  ice_servers: IceServer[];
  /** the version of the protocol */
  protocol: number;
}
