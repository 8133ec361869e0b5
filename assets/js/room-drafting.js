// Pages of a draft: comment on a marked passage, and let the others know who edits a section.
import { hold } from "./behaviours/draft-hold.js";
import { passages } from "./behaviours/draft-passages.js";

passages(document);
hold(document);
