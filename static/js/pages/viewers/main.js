/** Who watches a camera, by name: for those who manage it, while they look at the list. */

import { find, setText } from "../../lib/dom.js";
import { exactTime } from "../../lib/format.js";
import { gettext } from "../../lib/i18n.js";
import { personHeaders } from "../../lib/person.js";
import { Refusal, answer } from "../../lib/post.js";
import { VisibleInterval } from "../../lib/visible-interval.js";
import { saySignedOut } from "../shared/signed-out.js";
import { andMore, sinceWhen } from "./words.js";

const ASK_EVERY_MS = 5000;

/** By status, what is left to say once asking again would change nothing. */
const OVER = new Map([
  [401, gettext("You are signed out.")],
  [403, gettext("You no longer manage this camera.")],
  [404, gettext("You no longer manage this camera.")],
]);

const details = find(document, "[data-viewers]", HTMLDetailsElement);
const list = find(details, "ul", HTMLUListElement);
const note = find(details, "[data-part=viewers-note]", HTMLElement);

let isOver = false;

details.addEventListener("toggle", () => void ask());
new VisibleInterval(() => void ask(), ASK_EVERY_MS);

async function ask() {
  if (!details.open || isOver) return;
  try {
    show(await answer(await fetch(details.dataset.viewers ?? "", { headers: personHeaders() })));
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 0;
    isOver = OVER.has(status);
    if (isOver) list.replaceChildren();
    if (status === 401) saySignedOut();
    setText(note, OVER.get(status) ?? gettext("The list is unavailable. Retrying."));
  }
}

/** @param {{ viewers: import("./words.js").WatchingNow[], more: number }} answer */
function show({ viewers, more }) {
  const now = Date.now();
  list.replaceChildren(...viewers.map((viewer) => row(viewer, now)));
  if (viewers.length === 0) setText(note, gettext("No viewers."));
  else setText(note, more > 0 ? andMore(more) : "");
}

/**
 * @param {import("./words.js").WatchingNow} viewer
 * @param {number} now ms since the epoch
 */
function row(viewer, now) {
  const item = document.createElement("li");
  const name = document.createElement("b");
  name.textContent = viewer.name;
  if (viewer.kind !== "visitor") name.title = viewer.address;
  const since = document.createElement("time");
  since.dateTime = viewer.since;
  since.title = exactTime(Date.parse(viewer.since));
  since.textContent = sinceWhen(viewer, now);
  item.append(name, " ", since);
  return item;
}
