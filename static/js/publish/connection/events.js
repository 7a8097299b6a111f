/** What may happen to a camera's connection, and which event a message of the server is. */

export const ConnectionEvent = /** @type {const} */ ({
  // Of the page
  START: "start",
  TAKE_OVER: "take_over",
  STOP: "stop",
  NETWORK_CHANGED: "network_changed",
  /** A person does not want to wait any longer. */
  RETRY_NOW: "retry_now",
  // Of the socket
  SOCKET_OPEN: "socket_open",
  SOCKET_CLOSED: "socket_closed",
  /** As closed; the server, or one's share of it, is full, and it said when to come back. */
  SOCKET_REFUSED: "socket_refused",
  /** With a code after which another attempt would end the same way. */
  SOCKET_CLOSED_FOR_GOOD: "socket_closed_for_good",
  // Of the server
  WELCOME: "welcome",
  ANSWER: "answer",
  STREAMING: "streaming",
  ATTACHED: "attached",
  ENDED: "ended",
  ENDED_BY_ACCIDENT: "ended_by_accident",
  /** Another attempt would end the same way. */
  REFUSED: "refused",
  OFFER_REFUSED: "offer_refused",
  CAMERA_BUSY: "camera_busy",
  GONE: "gone",
  UNAVAILABLE: "unavailable",
  /** Another attempt may do better, but not now. */
  TOLD_TO_WAIT: "told_to_wait",
  /** It may be enabled again. */
  DISABLED: "disabled",
  // Of the link
  LINK_OPEN: "link_open",
  LINK_FAILED: "link_failed",
  LINK_SILENT: "link_silent",
  /** A peer took over from the socket. */
  UPGRADED: "upgraded",
  // Of the state's own timer
  TIMEOUT: "timeout",
});

/** @typedef {typeof ConnectionEvent[keyof typeof ConnectionEvent]} EventName */

/**
 * Ends of a session that nobody intended.
 *
 * @type {readonly import("../../protocol/messages.js").EndReason[]}
 */
const ACCIDENTS = ["lost", "signaling_lost", "peer_failed", "server_stopped"];

/** @type {Readonly<Partial<Record<import("../../protocol/messages.js").PublishErrorCode, EventName>>>} */
const ERRORS = {
  bad_message: ConnectionEvent.REFUSED,
  not_allowed: ConnectionEvent.REFUSED,
  bad_offer: ConnectionEvent.OFFER_REFUSED,
  camera_busy: ConnectionEvent.CAMERA_BUSY,
  gone: ConnectionEvent.GONE,
  busy: ConnectionEvent.TOLD_TO_WAIT,
  superseded: ConnectionEvent.REFUSED,
};

/** @typedef {import("../../protocol/messages.js").PublishToCamera} PublishToCamera */
/** @typedef {import("../../protocol/parts.js").SignalingMessage} SignalingMessage */

/** @satisfies {Record<SignalingMessage["type"], true>} */
const SIGNALING = {
  welcome: true,
  answer: true,
  streaming: true,
  attached: true,
  ended: true,
  error: true,
};

/**
 * @param {PublishToCamera} message
 * @returns {message is SignalingMessage}
 */
export function isSignaling(message) {
  return Object.hasOwn(SIGNALING, message.type);
}

/**
 * @param {SignalingMessage} message
 * @returns {EventName}
 */
export function eventOf(message) {
  switch (message.type) {
    case "ended":
      if (message.why === "disabled") return ConnectionEvent.DISABLED;
      if (message.retry_after_s) return ConnectionEvent.TOLD_TO_WAIT;
      return ACCIDENTS.includes(message.reason)
        ? ConnectionEvent.ENDED_BY_ACCIDENT
        : ConnectionEvent.ENDED;
    case "error":
      if (message.why === "disabled") return ConnectionEvent.DISABLED;
      return ERRORS[message.code] ?? ConnectionEvent.UNAVAILABLE;
    default:
      return message.type;
  }
}
