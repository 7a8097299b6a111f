/** The page of an IP camera: whether the server reaches it, and "Try it" before it is saved. */

import { find, setText } from "../../lib/dom.js";
import { gettext } from "../../lib/i18n.js";
import { answer, postJson } from "../../lib/post.js";
import { VisibleInterval } from "../../lib/visible-interval.js";
import { sentenceOf, showProblem } from "../shared/problem.js";
import { written } from "./written.js";

const STATE_EVERY_MS = 3000;

const form = find(document, "[data-source]", HTMLFormElement);
const button = find(form, "[data-action=try]", HTMLButtonElement);
const state = find(form, "[data-part=state]", HTMLElement);
const still = find(form, "[data-part=still]", HTMLElement);

async function tryIt() {
  button.disabled = true;
  still.hidden = true;
  showProblem(form, "");
  setText(button, gettext("Trying…"));
  try {
    const found = await postJson(form.dataset.try ?? "", written(new FormData(form)));
    if (found.works) show(found);
    else showProblem(form, found.text);
  } catch (error) {
    showProblem(form, sentenceOf(error));
  } finally {
    button.disabled = false;
    setText(button, gettext("Try it"));
  }
}

/** @param {{ text: string, still: string | null }} found */
function show({ text, still: data }) {
  const image = find(still, "img", HTMLImageElement);
  image.hidden = data === null;
  if (data !== null) image.src = `data:image/jpeg;base64,${data}`;
  setText(find(still, "figcaption", HTMLElement), text);
  still.hidden = false;
}

async function showState() {
  try {
    const source = await answer(await fetch(form.dataset.source ?? ""));
    setText(state, source.text);
  } catch (error) {
    setText(state, sentenceOf(error));
  }
}

button.addEventListener("click", () => void tryIt());
if (!state.hidden) new VisibleInterval(() => void showState(), STATE_EVERY_MS);
