/** When a screen is dimmed, by its own clock. */

/**
 * @param {[from: string, until: string] | null} dims times of day, such as 22:00 and 06:30; null
 *   for never
 * @param {Date} now
 */
export function isNight(dims, now) {
  if (!dims) return false;
  const [from, until] = dims.map(minutesOf);
  const minutes = now.getHours() * 60 + now.getMinutes();
  // Over midnight the night has two parts.
  if (from > until) return minutes >= from || minutes < until;
  return minutes >= from && minutes < until;
}

/** @param {string} time */
function minutesOf(time) {
  const [hours, minutes] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
