/** A key or token that is shown once, to be copied. */

import { offerCopying } from "../../lib/copy.js";

offerCopying(document);
