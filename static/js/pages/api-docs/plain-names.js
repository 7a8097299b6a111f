/**
 * A plugin of Swagger UI: the name of an operation is text. As a link it would stand within the
 * button that opens the operation, and neither keys nor screen readers can tell them apart.
 *
 * @param {{ React: { createElement: (...parts: any[]) => any } }} system
 */
export function plainNames({ React }) {
  /** @param {{ text: string }} props */
  const DeepLink = ({ text }) => React.createElement("span", null, text);
  return { components: { DeepLink } };
}
