/** Choosing the cameras of a group: a search among many, and how many are chosen. */

import { Picks } from "./picks.js";

const list = document.querySelector("[data-picks]");
if (list instanceof HTMLElement && list.querySelector(".picks")) new Picks(list);
