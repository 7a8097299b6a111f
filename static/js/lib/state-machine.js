/** State machines as tables: what follows is looked up, and the caller acts on it. */

/**
 * What an event leads to. Without `to` the state and its timer stay as they are.
 *
 * @template {string} StateName
 * @template {string} Action
 * @typedef {{ to?: StateName, do?: readonly Action[] }} Transition
 */

/**
 * An event that is not in the table changes nothing.
 *
 * @template {string} StateName
 * @template {string} EventName
 * @template {Transition<StateName, string>} T
 * @typedef {Readonly<Record<StateName, Readonly<Partial<Record<EventName, T>>>>>} Table
 */

/**
 * @template {string} StateName
 * @template {string} EventName
 * @template {Transition<StateName, string>} T
 * @param {Table<StateName, EventName, T>} table
 * @param {StateName} state
 * @param {EventName} event
 * @returns {T | null} null where the event changes nothing
 */
export function transition(table, state, event) {
  return table[state][event] ?? null;
}
