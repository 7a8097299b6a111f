/** The capture page of who has signed in. */

import { find, pageData } from "../dom.js";
import { CapturePage } from "./main.js";

const root = find(document, ".capture", HTMLElement);
void new CapturePage(root, pageData("capture-data")).open();
