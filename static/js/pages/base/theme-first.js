// A classic script, so that the chosen theme is there before the first paint.
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "auto";
} catch {
  // Storage is switched off: the device's own theme applies.
}
