/** The states of the page's watch socket, and what leads from one to another. */

export const WatchState = /** @type {const} */ ({
  /** A socket opens. */
  CONNECTING: "connecting",
  /** It is open, but nothing has come yet: some proxies let only the connection through. */
  PROVING: "proving",
  OPEN: "open",
  /** There is none; another attempt comes. */
  BACKING_OFF: "backing_off",
  OVER: "over",
});

export const WatchEvent = /** @type {const} */ ({
  OPENED: "opened",
  RECEIVED: "received",
  CLOSED: "closed",
  /** With a code after which another attempt would end the same way. */
  CLOSED_FOR_GOOD: "closed_for_good",
  /** No sign of life for too long. */
  SILENT: "silent",
  /** The network or the person is back: no need to wait any longer. */
  RETRY_NOW: "retry_now",
  TIMEOUT: "timeout",
});

/** @typedef {typeof WatchState[keyof typeof WatchState]} StateName */
/** @typedef {typeof WatchEvent[keyof typeof WatchEvent]} EventName */

/**
 * @typedef {"connect" | "abandon" | "initialize" | "forget_failures" | "count_failure" | "back_off"
 *   | "stop_ticker"} Action
 */

/** @typedef {import("../../lib/state-machine.js").Transition<StateName, Action>} Transition */

/** @type {Transition} */
const START_OVER = { to: WatchState.BACKING_OFF, do: ["count_failure", "back_off"] };
/** @type {Transition} */
const REPLACE = { to: WatchState.BACKING_OFF, do: ["abandon", "count_failure", "back_off"] };
/** @type {Transition} */
const END = { to: WatchState.OVER, do: ["count_failure", "stop_ticker"] };
/** @type {Transition} */
const CONNECT = { to: WatchState.CONNECTING, do: ["connect"] };

/** @type {Readonly<Partial<Record<EventName, Transition>>>} */
const WITH_SOCKET = {
  [WatchEvent.CLOSED]: START_OVER,
  [WatchEvent.CLOSED_FOR_GOOD]: END,
  [WatchEvent.SILENT]: REPLACE,
};

/** @type {import("../../lib/state-machine.js").Table<StateName, EventName, Transition>} */
export const TABLE = {
  [WatchState.CONNECTING]: {
    ...WITH_SOCKET,
    [WatchEvent.OPENED]: { to: WatchState.PROVING, do: ["initialize"] },
  },
  [WatchState.PROVING]: {
    ...WITH_SOCKET,
    [WatchEvent.RECEIVED]: { to: WatchState.OPEN, do: ["forget_failures"] },
  },
  [WatchState.OPEN]: WITH_SOCKET,
  [WatchState.BACKING_OFF]: { [WatchEvent.RETRY_NOW]: CONNECT, [WatchEvent.TIMEOUT]: CONNECT },
  [WatchState.OVER]: {},
};

/**
 * The state as pages need it.
 *
 * @param {StateName} state
 * @returns {import("./source.js").Connection}
 */
export function connectionOf(state) {
  return state === WatchState.OPEN || state === WatchState.OVER ? state : "connecting";
}
