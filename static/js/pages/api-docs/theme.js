/**
 * Swagger UI has a class for dark: it follows the switch in our bar, and the device where that says
 * so.
 *
 * @param {HTMLElement} root
 * @param {MediaQueryList} device whether it asks for dark
 */
export function followTheme(root, device) {
  const update = () => {
    const { theme } = root.dataset;
    root.classList.toggle("dark-mode", theme === "dark" || (theme !== "light" && device.matches));
  };
  device.addEventListener("change", update);
  new MutationObserver(update).observe(root, { attributeFilter: ["data-theme"] });
  update();
}
