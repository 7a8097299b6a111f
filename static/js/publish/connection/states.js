/**
 * The states of a camera's connection to the server, and what leads from one to another. Only data
 * and decisions: connection.js acts on them.
 */

import { ConnectionEvent } from "./events.js";

/** As people see it. */
export const Phase = /** @type {const} */ ({
  OFF: "off",
  CONNECTING: "connecting",
  LIVE: "live",
  RECONNECTING: "reconnecting",
  BUSY: "busy",
  /** The server has asked to wait. */
  WAITING: "waiting",
  ENDED: "ended",
});

export const ConnectionState = /** @type {const} */ ({
  OFF: "off",
  /** The socket opens; the server's welcome is awaited. */
  OPENING: "opening",
  /** An offer is made and sent, or streaming over the socket is asked for. */
  ASKING: "asking",
  /** As asking; a person wants to take over, but the request may have left without saying so. */
  TAKING_OVER: "taking_over",
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
/** @typedef {typeof ConnectionState[keyof typeof ConnectionState]} StateName */
/** @typedef {import("./events.js").EventName} EventName */

/**
 * @typedef {"open_socket" | "close_socket" | "authenticate" | "send_bye" | "store_welcome"
 *   | "make_request" | "send_request" | "attach" | "claim" | "start_session" | "accept" | "stream"
 *   | "announce_live" | "fall_back" | "drop_link" | "accept_upgrade" | "refuse_upgrade"
 *   | "switch_link" | "clear_resume_token" | "store_publisher" | "store_trouble"
 *   | "store_end"} Action
 */

/**
 * `phase` is what people see from then on; without it, that stays as it was.
 *
 * @typedef {import("../../lib/state-machine.js").Transition<StateName, Action>
 *   & { phase?: PhaseName }} Transition
 */

/** The server, too, gives up a negotiation that takes longer. */
const NEGOTIATION_TIMEOUT_MS = 15_000;
/** From the answer to open channels. On a network that lets WebRTC through it takes 0.1 s. */
export const CONNECT_TIMEOUT_MS = 5000;
const REASON_TIMEOUT_MS = 500;
const ASK_AGAIN_MS = 3000;

/** As long as the backoff says. */
export const BACKOFF = "backoff";

/**
 * How long each state's timer runs. The others have none.
 *
 * @type {Readonly<Partial<Record<StateName, number | typeof BACKOFF>>>}
 */
export const TIMERS = {
  [ConnectionState.OPENING]: NEGOTIATION_TIMEOUT_MS,
  [ConnectionState.ASKING]: NEGOTIATION_TIMEOUT_MS,
  [ConnectionState.TAKING_OVER]: NEGOTIATION_TIMEOUT_MS,
  [ConnectionState.CONNECTING]: CONNECT_TIMEOUT_MS,
  [ConnectionState.DETACHED]: BACKOFF,
  [ConnectionState.REOPENING]: NEGOTIATION_TIMEOUT_MS,
  [ConnectionState.ATTACHING]: NEGOTIATION_TIMEOUT_MS,
  [ConnectionState.AWAITING_REASON]: REASON_TIMEOUT_MS,
  [ConnectionState.BUSY]: ASK_AGAIN_MS,
  [ConnectionState.BACKING_OFF]: BACKOFF,
};

/** @type {Transition} */
const START = {
  to: ConnectionState.OPENING,
  phase: Phase.CONNECTING,
  do: ["claim", "open_socket"],
};
/** @type {Transition} */
const STOP = {
  to: ConnectionState.OFF,
  phase: Phase.OFF,
  do: ["send_bye", "close_socket", "drop_link", "clear_resume_token"],
};
/** @type {Transition} */
const END = {
  to: ConnectionState.ENDED,
  phase: Phase.ENDED,
  do: ["store_end", "close_socket", "drop_link", "clear_resume_token"],
};
/**
 * Gives up what there is and starts over, with the same session if the server agrees.
 *
 * @type {Transition}
 */
const START_OVER = {
  to: ConnectionState.BACKING_OFF,
  phase: Phase.RECONNECTING,
  do: ["drop_link", "close_socket"],
};
/** @type {Transition} */
const WAIT = {
  to: ConnectionState.BACKING_OFF,
  phase: Phase.WAITING,
  do: ["store_end", "drop_link", "close_socket"],
};
/** @type {Transition} */
const AWAIT_REASON = {
  to: ConnectionState.AWAITING_REASON,
  phase: Phase.RECONNECTING,
  do: ["drop_link"],
};
/**
 * WebRTC does not get through: the same session goes over a socket, at once.
 *
 * @type {Transition}
 */
const FALL_BACK = {
  to: ConnectionState.OPENING,
  do: ["drop_link", "fall_back", "close_socket", "open_socket"],
};
/** @type {Transition} */
const REOPEN = { to: ConnectionState.REOPENING, do: ["open_socket"] };
/** @type {Transition} */
const DETACH = { to: ConnectionState.DETACHED };
/** @type {Transition} */
const DETACH_AND_WAIT = { to: ConnectionState.DETACHED, do: ["close_socket"] };

/** @type {Readonly<Partial<Record<EventName, Transition>>>} */
const WITH_SOCKET = {
  [ConnectionEvent.STOP]: STOP,
  [ConnectionEvent.SOCKET_CLOSED]: START_OVER,
  [ConnectionEvent.SOCKET_REFUSED]: WAIT,
  [ConnectionEvent.SOCKET_CLOSED_FOR_GOOD]: END,
  [ConnectionEvent.ENDED]: END,
  [ConnectionEvent.ENDED_BY_ACCIDENT]: START_OVER,
  [ConnectionEvent.REFUSED]: END,
  [ConnectionEvent.OFFER_REFUSED]: END,
  [ConnectionEvent.UNAVAILABLE]: {
    to: ConnectionState.BACKING_OFF,
    phase: Phase.RECONNECTING,
    do: ["drop_link", "close_socket", "store_trouble"],
  },
  [ConnectionEvent.TOLD_TO_WAIT]: WAIT,
  [ConnectionEvent.DISABLED]: WAIT,
};

/** @type {Readonly<Partial<Record<EventName, Transition>>>} */
const WITH_TIMER = { ...WITH_SOCKET, [ConnectionEvent.TIMEOUT]: START_OVER };

/** @type {Readonly<Partial<Record<EventName, Transition>>>} */
const WITH_REQUEST = {
  ...WITH_TIMER,
  [ConnectionEvent.ANSWER]: { to: ConnectionState.CONNECTING, do: ["start_session", "accept"] },
  [ConnectionEvent.STREAMING]: {
    to: ConnectionState.STREAMING,
    phase: Phase.LIVE,
    do: ["start_session", "stream", "announce_live"],
  },
  [ConnectionEvent.GONE]: {
    to: ConnectionState.ASKING,
    phase: Phase.RECONNECTING,
    do: ["clear_resume_token", "make_request"],
  },
  [ConnectionEvent.LINK_FAILED]: AWAIT_REASON,
};

/** @type {import("../../lib/state-machine.js").Table<StateName, EventName, Transition>} */
export const TABLE = {
  [ConnectionState.OFF]: { [ConnectionEvent.START]: START },
  [ConnectionState.OPENING]: {
    ...WITH_TIMER,
    [ConnectionEvent.TAKE_OVER]: { phase: Phase.CONNECTING, do: ["claim"] },
    [ConnectionEvent.SOCKET_OPEN]: { do: ["authenticate"] },
    [ConnectionEvent.WELCOME]: {
      to: ConnectionState.ASKING,
      do: ["store_welcome", "make_request"],
    },
  },
  [ConnectionState.ASKING]: {
    ...WITH_REQUEST,
    // The server takes one request at a time.
    [ConnectionEvent.TAKE_OVER]: {
      to: ConnectionState.TAKING_OVER,
      phase: Phase.CONNECTING,
      do: ["claim"],
    },
    [ConnectionEvent.CAMERA_BUSY]: {
      to: ConnectionState.BUSY,
      phase: Phase.BUSY,
      do: ["store_publisher"],
    },
  },
  [ConnectionState.TAKING_OVER]: {
    ...WITH_REQUEST,
    [ConnectionEvent.CAMERA_BUSY]: { to: ConnectionState.ASKING, do: ["send_request"] },
  },
  [ConnectionState.CONNECTING]: {
    ...WITH_SOCKET,
    [ConnectionEvent.LINK_OPEN]: {
      to: ConnectionState.LIVE,
      phase: Phase.LIVE,
      do: ["announce_live"],
    },
    [ConnectionEvent.LINK_FAILED]: FALL_BACK,
    [ConnectionEvent.TIMEOUT]: FALL_BACK,
  },
  [ConnectionState.LIVE]: {
    ...WITH_SOCKET,
    [ConnectionEvent.SOCKET_CLOSED]: DETACH,
    [ConnectionEvent.SOCKET_REFUSED]: DETACH,
    [ConnectionEvent.LINK_FAILED]: AWAIT_REASON,
    [ConnectionEvent.LINK_SILENT]: START_OVER,
  },
  [ConnectionState.STREAMING]: {
    ...WITH_SOCKET,
    [ConnectionEvent.LINK_SILENT]: START_OVER,
    // Answers to an offer are about the upgrade: frames go on.
    [ConnectionEvent.ANSWER]: { do: ["accept_upgrade"] },
    [ConnectionEvent.OFFER_REFUSED]: { do: ["refuse_upgrade"] },
    [ConnectionEvent.CAMERA_BUSY]: { do: ["refuse_upgrade"] },
    [ConnectionEvent.GONE]: { do: ["refuse_upgrade"] },
    [ConnectionEvent.UNAVAILABLE]: { do: ["refuse_upgrade"] },
    [ConnectionEvent.UPGRADED]: { to: ConnectionState.LIVE, do: ["switch_link", "announce_live"] },
  },
  [ConnectionState.DETACHED]: {
    [ConnectionEvent.STOP]: STOP,
    [ConnectionEvent.NETWORK_CHANGED]: REOPEN,
    [ConnectionEvent.TIMEOUT]: REOPEN,
    [ConnectionEvent.LINK_FAILED]: START_OVER,
    [ConnectionEvent.LINK_SILENT]: START_OVER,
  },
  [ConnectionState.REOPENING]: {
    ...WITH_TIMER,
    [ConnectionEvent.SOCKET_OPEN]: { do: ["authenticate"] },
    // Frames go on meanwhile.
    [ConnectionEvent.SOCKET_CLOSED]: DETACH,
    [ConnectionEvent.SOCKET_REFUSED]: DETACH,
    [ConnectionEvent.TOLD_TO_WAIT]: DETACH_AND_WAIT,
    [ConnectionEvent.WELCOME]: { to: ConnectionState.ATTACHING, do: ["store_welcome", "attach"] },
    // The socket that opens will ask for the session without its peer.
    [ConnectionEvent.LINK_FAILED]: {
      to: ConnectionState.OPENING,
      phase: Phase.RECONNECTING,
      do: ["drop_link"],
    },
    [ConnectionEvent.LINK_SILENT]: START_OVER,
  },
  [ConnectionState.ATTACHING]: {
    ...WITH_TIMER,
    [ConnectionEvent.SOCKET_CLOSED]: DETACH,
    [ConnectionEvent.SOCKET_REFUSED]: DETACH,
    [ConnectionEvent.TOLD_TO_WAIT]: DETACH_AND_WAIT,
    [ConnectionEvent.ATTACHED]: { to: ConnectionState.LIVE, do: ["announce_live"] },
    [ConnectionEvent.GONE]: {
      to: ConnectionState.ASKING,
      phase: Phase.RECONNECTING,
      do: ["make_request"],
    },
    [ConnectionEvent.LINK_FAILED]: AWAIT_REASON,
    [ConnectionEvent.LINK_SILENT]: START_OVER,
  },
  [ConnectionState.AWAITING_REASON]: WITH_TIMER,
  [ConnectionState.BUSY]: {
    ...WITH_SOCKET,
    [ConnectionEvent.TAKE_OVER]: {
      to: ConnectionState.ASKING,
      phase: Phase.CONNECTING,
      do: ["claim", "send_request"],
    },
    [ConnectionEvent.TIMEOUT]: { to: ConnectionState.ASKING, do: ["send_request"] },
    // People still see that it is in use, until the server says otherwise.
    [ConnectionEvent.SOCKET_CLOSED]: { to: ConnectionState.BACKING_OFF, do: ["drop_link"] },
    [ConnectionEvent.SOCKET_REFUSED]: { to: ConnectionState.BACKING_OFF, do: ["drop_link"] },
    [ConnectionEvent.LINK_FAILED]: AWAIT_REASON,
  },
  [ConnectionState.BACKING_OFF]: {
    [ConnectionEvent.STOP]: STOP,
    [ConnectionEvent.TAKE_OVER]: START,
    [ConnectionEvent.NETWORK_CHANGED]: { to: ConnectionState.OPENING, do: ["open_socket"] },
    [ConnectionEvent.RETRY_NOW]: {
      to: ConnectionState.OPENING,
      phase: Phase.CONNECTING,
      do: ["open_socket"],
    },
    [ConnectionEvent.TIMEOUT]: { to: ConnectionState.OPENING, do: ["open_socket"] },
  },
  [ConnectionState.ENDED]: { [ConnectionEvent.START]: START, [ConnectionEvent.STOP]: STOP },
};
