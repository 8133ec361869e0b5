// For pages that are kept fresh: parts with data-live follow by themselves; scripts of a page's own import follow().
import { followAll } from "./behaviours/follow.js";

export { follow } from "./behaviours/line.js";

followAll(document);
