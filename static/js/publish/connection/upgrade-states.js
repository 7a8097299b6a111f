/** The states of a camera's way from the socket to WebRTC, while frames go over the socket. */

export const State = /** @type {const} */ ({
  /** There is nothing to upgrade. */
  IDLE: "idle",
  WAITING: "waiting",
  /** A peer is made and offered; its channels open. */
  TRYING: "trying",
});

export const Event = /** @type {const} */ ({
  STARTED: "started",
  NETWORK_CHANGED: "network_changed",
  ANSWERED: "answered",
  OPENED: "opened",
  FAILED: "failed",
  STOPPED: "stopped",
  TIMEOUT: "timeout",
});

/** @typedef {typeof State[keyof typeof State]} StateName */
/** @typedef {typeof Event[keyof typeof Event]} EventName */
/** @typedef {"offer" | "accept" | "hand_over" | "close" | "wait_longer" | "wait_anew"} Action */
/** @typedef {import("../../lib/state-machine.js").Transition<StateName, Action>} Transition */

/** @type {Transition} */
const TRY = { to: State.TRYING, do: ["offer"] };
/** @type {Transition} */
const POSTPONE = { to: State.WAITING, do: ["close", "wait_longer"] };

/** @type {import("../../lib/state-machine.js").Table<StateName, EventName, Transition>} */
export const TABLE = {
  [State.IDLE]: {
    [Event.STARTED]: { to: State.WAITING },
    [Event.NETWORK_CHANGED]: { do: ["wait_anew"] },
  },
  [State.WAITING]: {
    [Event.TIMEOUT]: TRY,
    [Event.NETWORK_CHANGED]: { to: State.TRYING, do: ["wait_anew", "offer"] },
    [Event.STOPPED]: { to: State.IDLE },
  },
  [State.TRYING]: {
    [Event.NETWORK_CHANGED]: { do: ["wait_anew"] },
    [Event.ANSWERED]: { do: ["accept"] },
    [Event.OPENED]: { to: State.IDLE, do: ["wait_anew", "hand_over"] },
    [Event.FAILED]: POSTPONE,
    [Event.TIMEOUT]: POSTPONE,
    [Event.STOPPED]: { to: State.IDLE, do: ["close"] },
  },
};
