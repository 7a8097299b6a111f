/** A line through values, as the path of an SVG. */

/**
 * One unit to the right for each value, gaps where there is none, and a dot for one that stands
 * alone.
 *
 * @param {readonly (number | null)[]} values
 * @param {{ left: number, height: number, margin: number, most: number }} box `left` is where the
 *   first value stands; `margin` keeps the line's own width inside; `most` is the value at the top
 */
export function line(values, { left, height, margin, most }) {
  return values
    .map((value, index) => {
      if (value === null) return "";
      const begins = (values[index - 1] ?? null) === null;
      const isAlone = begins && (values[index + 1] ?? null) === null;
      const y = height - margin - (value / most) * (height - 2 * margin);
      return `${begins ? "M" : "L"}${left + index} ${y.toFixed(1)}${isAlone ? "h0" : ""}`;
    })
    .join("");
}

/**
 * A round number that none of the values exceeds, for the top of a chart.
 *
 * @param {readonly (number | null)[]} values
 * @param {number} least
 */
export function roundMost(values, least) {
  const most = values.reduce(
    (/** @type {number} */ top, value) => Math.max(top, value ?? 0),
    least,
  );
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((each) => each * power >= most * 0.9999) ?? 10;
  return step * power;
}
