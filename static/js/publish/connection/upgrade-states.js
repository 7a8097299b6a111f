/** The states of a camera's way from the socket to WebRTC, while frames go over the socket. */

export const UpgradeState = /** @type {const} */ ({
  /** There is nothing to upgrade. */
  IDLE: "idle",
  WAITING: "waiting",
  /** A peer was offered. Until the server answers it takes no other offer. */
  OFFERED: "offered",
  /** As offered, but on a network that is no longer used: another offer follows the answer. */
  OUTDATED: "outdated",
  /** The server has answered; the channels open. */
  CONNECTING: "connecting",
});

export const UpgradeEvent = /** @type {const} */ ({
  STARTED: "started",
  NETWORK_CHANGED: "network_changed",
  /** The server has answered the offer. */
  ANSWERED: "answered",
  /** The server has refused the offer, or given it up. */
  REFUSED: "refused",
  /** The peer's channels are open. */
  OPENED: "opened",
  /** The peer has failed. */
  FAILED: "failed",
  STOPPED: "stopped",
  TIMEOUT: "timeout",
});

/** @typedef {typeof UpgradeState[keyof typeof UpgradeState]} StateName */
/** @typedef {typeof UpgradeEvent[keyof typeof UpgradeEvent]} EventName */
/** @typedef {"offer" | "accept" | "hand_over" | "close" | "double_wait" | "reset_wait"} Action */
/** @typedef {import("../../lib/state-machine.js").Transition<StateName, Action>} Transition */

/** @type {Transition} */
const OFFER = { to: UpgradeState.OFFERED, do: ["offer"] };
/** @type {Transition} */
const OFFER_AGAIN = { to: UpgradeState.OFFERED, do: ["close", "offer"] };
/** @type {Transition} */
const POSTPONE = { to: UpgradeState.WAITING, do: ["close", "double_wait"] };
/** @type {Transition} */
const STOP = { to: UpgradeState.IDLE, do: ["close"] };

/** @type {import("../../lib/state-machine.js").Table<StateName, EventName, Transition>} */
export const TABLE = {
  [UpgradeState.IDLE]: {
    [UpgradeEvent.STARTED]: { to: UpgradeState.WAITING },
    [UpgradeEvent.NETWORK_CHANGED]: { do: ["reset_wait"] },
  },
  [UpgradeState.WAITING]: {
    [UpgradeEvent.TIMEOUT]: OFFER,
    [UpgradeEvent.NETWORK_CHANGED]: { to: UpgradeState.OFFERED, do: ["reset_wait", "offer"] },
    [UpgradeEvent.STOPPED]: { to: UpgradeState.IDLE },
  },
  // A failed peer is no reason to leave: the server's answer would still come.
  [UpgradeState.OFFERED]: {
    [UpgradeEvent.NETWORK_CHANGED]: { to: UpgradeState.OUTDATED, do: ["reset_wait"] },
    [UpgradeEvent.ANSWERED]: { to: UpgradeState.CONNECTING, do: ["accept"] },
    [UpgradeEvent.REFUSED]: POSTPONE,
    [UpgradeEvent.TIMEOUT]: POSTPONE,
    [UpgradeEvent.STOPPED]: STOP,
  },
  [UpgradeState.OUTDATED]: {
    [UpgradeEvent.ANSWERED]: OFFER_AGAIN,
    [UpgradeEvent.REFUSED]: OFFER_AGAIN,
    [UpgradeEvent.TIMEOUT]: OFFER_AGAIN,
    [UpgradeEvent.STOPPED]: STOP,
  },
  [UpgradeState.CONNECTING]: {
    [UpgradeEvent.NETWORK_CHANGED]: { do: ["reset_wait"] },
    [UpgradeEvent.OPENED]: { to: UpgradeState.IDLE, do: ["reset_wait", "hand_over"] },
    [UpgradeEvent.FAILED]: POSTPONE,
    [UpgradeEvent.TIMEOUT]: POSTPONE,
    [UpgradeEvent.STOPPED]: STOP,
  },
};
