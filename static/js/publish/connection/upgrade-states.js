/** The states of a camera's way from the socket to WebRTC, while frames go over the socket. */

export const UpgradeState = /** @type {const} */ ({
  /** There is nothing to upgrade. */
  IDLE: "idle",
  WAITING: "waiting",
  /** A peer is made and offered; its channels open. */
  TRYING: "trying",
});

export const UpgradeEvent = /** @type {const} */ ({
  STARTED: "started",
  NETWORK_CHANGED: "network_changed",
  ANSWERED: "answered",
  OPENED: "opened",
  FAILED: "failed",
  STOPPED: "stopped",
  TIMEOUT: "timeout",
});

/** @typedef {typeof UpgradeState[keyof typeof UpgradeState]} StateName */
/** @typedef {typeof UpgradeEvent[keyof typeof UpgradeEvent]} EventName */
/** @typedef {"offer" | "accept" | "hand_over" | "close" | "wait_longer" | "wait_anew"} Action */
/** @typedef {import("../../lib/state-machine.js").Transition<StateName, Action>} Transition */

/** @type {Transition} */
const TRY = { to: UpgradeState.TRYING, do: ["offer"] };
/** @type {Transition} */
const POSTPONE = { to: UpgradeState.WAITING, do: ["close", "wait_longer"] };

/** @type {import("../../lib/state-machine.js").Table<StateName, EventName, Transition>} */
export const TABLE = {
  [UpgradeState.IDLE]: {
    [UpgradeEvent.STARTED]: { to: UpgradeState.WAITING },
    [UpgradeEvent.NETWORK_CHANGED]: { do: ["wait_anew"] },
  },
  [UpgradeState.WAITING]: {
    [UpgradeEvent.TIMEOUT]: TRY,
    [UpgradeEvent.NETWORK_CHANGED]: { to: UpgradeState.TRYING, do: ["wait_anew", "offer"] },
    [UpgradeEvent.STOPPED]: { to: UpgradeState.IDLE },
  },
  [UpgradeState.TRYING]: {
    [UpgradeEvent.NETWORK_CHANGED]: { do: ["wait_anew"] },
    [UpgradeEvent.ANSWERED]: { do: ["accept"] },
    [UpgradeEvent.OPENED]: { to: UpgradeState.IDLE, do: ["wait_anew", "hand_over"] },
    [UpgradeEvent.FAILED]: POSTPONE,
    [UpgradeEvent.TIMEOUT]: POSTPONE,
    [UpgradeEvent.STOPPED]: { to: UpgradeState.IDLE, do: ["close"] },
  },
};
