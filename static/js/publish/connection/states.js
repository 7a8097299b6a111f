/**
 * The states of a camera's connection to the server, and what leads from one to the other. Only data
 * and decisions: connection.js does what stands here.
 */

import { Event } from "./events.js";

/** As people see it. */
export const Phase = /** @type {const} */ ({
  OFF: "off",
  CONNECTING: "connecting",
  LIVE: "live",
  RECONNECTING: "reconnecting",
  BUSY: "busy",
  ENDED: "ended",
});

export const State = /** @type {const} */ ({
  OFF: "off",
  /** The socket opens; the server's welcome is awaited. */
  OPENING: "opening",
  /** An offer is made and sent, or frames over the socket are asked for. */
  ASKING: "asking",
  /** The server has answered the offer; the channels open. */
  CONNECTING: "connecting",
  /** Frames go over WebRTC. */
  LIVE: "live",
  /** Frames go over the socket. */
  STREAMING: "streaming",
  /** Frames go over WebRTC; the socket broke. */
  DETACHED: "detached",
  /** As detached; another socket opens. */
  REOPENING: "reopening",
  /** As detached; the new socket asks to speak for the peer. */
  ATTACHING: "attaching",
  /** The peer failed. The server closes it and says why on the socket; either may be here first. */
  AWAITING_REASON: "awaiting_reason",
  /** Somebody else publishes to the camera. It is asked for again, in case it has become free. */
  BUSY: "busy",
  /** Nothing is left; another attempt comes. */
  BACKING_OFF: "backing_off",
  ENDED: "ended",
});

/** @typedef {typeof Phase[keyof typeof Phase]} PhaseName */
/** @typedef {typeof State[keyof typeof State]} StateName */
/** @typedef {import("./events.js").EventName} EventName */

/**
 * @typedef {"open_socket" | "close_socket" | "authenticate" | "say_goodbye" | "note_welcome"
 *   | "request" | "ask_again" | "attach" | "claim" | "start_session" | "accept" | "stream" | "settle"
 *   | "fall_back" | "drop_link" | "accept_upgrade" | "refuse_upgrade" | "switch_link"
 *   | "forget_session" | "note_publisher" | "note_end"} Action
 */

/**
 * `phase` is what people see from then on; without it they see what they saw before.
 *
 * @typedef {import("../../lib/state-machine.js").Transition<StateName, Action>
 *   & { phase?: PhaseName }} Transition
 */

/** A negotiation that takes longer is given up by the server, too. */
const NEGOTIATION_TIMEOUT_MS = 15_000;
/** From the answer to open channels. On a network that lets WebRTC through it takes 0.1 s. */
export const CONNECT_TIMEOUT_MS = 5000;
const REASON_TIMEOUT_MS = 500;
const ASK_AGAIN_MS = 3000;

/** As long as the backoff says. */
export const BACKOFF = "backoff";

/**
 * After what time a state's timer goes off. The others have none.
 *
 * @type {Readonly<Partial<Record<StateName, number | typeof BACKOFF>>>}
 */
export const TIMERS = {
  [State.OPENING]: NEGOTIATION_TIMEOUT_MS,
  [State.ASKING]: NEGOTIATION_TIMEOUT_MS,
  [State.CONNECTING]: CONNECT_TIMEOUT_MS,
  [State.DETACHED]: BACKOFF,
  [State.REOPENING]: NEGOTIATION_TIMEOUT_MS,
  [State.ATTACHING]: NEGOTIATION_TIMEOUT_MS,
  [State.AWAITING_REASON]: REASON_TIMEOUT_MS,
  [State.BUSY]: ASK_AGAIN_MS,
  [State.BACKING_OFF]: BACKOFF,
};

/** @type {Transition} */
const START = { to: State.OPENING, phase: Phase.CONNECTING, do: ["claim", "open_socket"] };
/** @type {Transition} */
const STOP = {
  to: State.OFF,
  phase: Phase.OFF,
  do: ["say_goodbye", "close_socket", "drop_link", "forget_session"],
};
/** @type {Transition} */
const END = {
  to: State.ENDED,
  phase: Phase.ENDED,
  do: ["note_end", "close_socket", "drop_link", "forget_session"],
};
/** Gives up what there is and starts over, with the same session if the server agrees. */
/** @type {Transition} */
const START_OVER = {
  to: State.BACKING_OFF,
  phase: Phase.RECONNECTING,
  do: ["drop_link", "close_socket"],
};
/** @type {Transition} */
const AWAIT_REASON = {
  to: State.AWAITING_REASON,
  phase: Phase.RECONNECTING,
  do: ["drop_link"],
};
/** WebRTC does not get through: the same session goes over a socket, at once. */
/** @type {Transition} */
const FALL_BACK = {
  to: State.OPENING,
  do: ["drop_link", "fall_back", "close_socket", "open_socket"],
};
/** @type {Transition} */
const REOPEN = { to: State.REOPENING, do: ["open_socket"] };
/** @type {Transition} */
const DETACH = { to: State.DETACHED };

/** @type {Readonly<Partial<Record<EventName, Transition>>>} */
const WITH_SOCKET = {
  [Event.STOP]: STOP,
  [Event.SOCKET_CLOSED]: START_OVER,
  [Event.SOCKET_CLOSED_FOR_GOOD]: END,
  [Event.ENDED]: END,
  [Event.ENDED_BY_ACCIDENT]: START_OVER,
  [Event.REFUSED]: END,
  [Event.OFFER_REFUSED]: END,
  [Event.UNAVAILABLE]: START_OVER,
};

/** @type {Readonly<Partial<Record<EventName, Transition>>>} */
const WITH_TIMER = { ...WITH_SOCKET, [Event.TIMEOUT]: START_OVER };

/** @type {import("../../lib/state-machine.js").Table<StateName, EventName, Transition>} */
export const TABLE = {
  [State.OFF]: { [Event.START]: START },
  [State.OPENING]: {
    ...WITH_TIMER,
    [Event.TAKE_OVER]: { phase: Phase.CONNECTING, do: ["claim"] },
    [Event.SOCKET_OPEN]: { do: ["authenticate"] },
    [Event.WELCOME]: { to: State.ASKING, do: ["note_welcome", "request"] },
  },
  [State.ASKING]: {
    ...WITH_TIMER,
    // The server takes one offer at a time: the next one claims the camera.
    [Event.TAKE_OVER]: { phase: Phase.CONNECTING, do: ["claim"] },
    [Event.ANSWER]: { to: State.CONNECTING, do: ["start_session", "accept"] },
    [Event.STREAMING]: {
      to: State.STREAMING,
      phase: Phase.LIVE,
      do: ["start_session", "stream", "settle"],
    },
    [Event.CAMERA_BUSY]: { to: State.BUSY, phase: Phase.BUSY, do: ["note_publisher"] },
    [Event.GONE]: {
      to: State.ASKING,
      phase: Phase.RECONNECTING,
      do: ["forget_session", "request"],
    },
    [Event.LINK_FAILED]: AWAIT_REASON,
  },
  [State.CONNECTING]: {
    ...WITH_SOCKET,
    [Event.LINK_OPEN]: { to: State.LIVE, phase: Phase.LIVE, do: ["settle"] },
    [Event.LINK_FAILED]: FALL_BACK,
    [Event.TIMEOUT]: FALL_BACK,
  },
  [State.LIVE]: {
    ...WITH_SOCKET,
    [Event.SOCKET_CLOSED]: DETACH,
    [Event.LINK_FAILED]: AWAIT_REASON,
    [Event.LINK_SILENT]: START_OVER,
  },
  [State.STREAMING]: {
    ...WITH_SOCKET,
    [Event.LINK_SILENT]: START_OVER,
    // What is said of an offer is said of the upgrade: frames go on.
    [Event.ANSWER]: { do: ["accept_upgrade"] },
    [Event.OFFER_REFUSED]: { do: ["refuse_upgrade"] },
    [Event.CAMERA_BUSY]: { do: ["refuse_upgrade"] },
    [Event.GONE]: { do: ["refuse_upgrade"] },
    [Event.UNAVAILABLE]: { do: ["refuse_upgrade"] },
    [Event.UPGRADED]: { to: State.LIVE, do: ["switch_link", "settle"] },
  },
  [State.DETACHED]: {
    [Event.STOP]: STOP,
    [Event.NETWORK_CHANGED]: REOPEN,
    [Event.TIMEOUT]: REOPEN,
    [Event.LINK_FAILED]: START_OVER,
    [Event.LINK_SILENT]: START_OVER,
  },
  [State.REOPENING]: {
    ...WITH_TIMER,
    [Event.SOCKET_OPEN]: { do: ["authenticate"] },
    [Event.SOCKET_CLOSED]: DETACH,
    [Event.WELCOME]: { to: State.ATTACHING, do: ["note_welcome", "attach"] },
    // The socket that opens will ask for the session without its peer.
    [Event.LINK_FAILED]: { to: State.OPENING, phase: Phase.RECONNECTING, do: ["drop_link"] },
    [Event.LINK_SILENT]: START_OVER,
  },
  [State.ATTACHING]: {
    ...WITH_TIMER,
    [Event.SOCKET_CLOSED]: DETACH,
    [Event.ATTACHED]: { to: State.LIVE, do: ["settle"] },
    [Event.GONE]: { to: State.ASKING, phase: Phase.RECONNECTING, do: ["request"] },
    [Event.LINK_FAILED]: AWAIT_REASON,
    [Event.LINK_SILENT]: START_OVER,
  },
  [State.AWAITING_REASON]: WITH_TIMER,
  [State.BUSY]: {
    ...WITH_SOCKET,
    [Event.TAKE_OVER]: {
      to: State.ASKING,
      phase: Phase.CONNECTING,
      do: ["claim", "ask_again"],
    },
    [Event.TIMEOUT]: { to: State.ASKING, do: ["ask_again"] },
    // People go on seeing that it is in use, until somebody says otherwise.
    [Event.SOCKET_CLOSED]: { to: State.BACKING_OFF, do: ["drop_link"] },
    [Event.LINK_FAILED]: AWAIT_REASON,
  },
  [State.BACKING_OFF]: {
    [Event.STOP]: STOP,
    [Event.TAKE_OVER]: START,
    [Event.NETWORK_CHANGED]: { to: State.OPENING, do: ["open_socket"] },
    [Event.TIMEOUT]: { to: State.OPENING, do: ["open_socket"] },
  },
  [State.ENDED]: { [Event.START]: START, [Event.STOP]: STOP },
};
