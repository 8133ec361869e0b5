// A topic of a room: how far one has read, the post one writes, who writes beside. Without it everything works by forms.
import { compose } from "./behaviours/compose.js";
import { inOrder } from "./behaviours/in-order.js";
import { reading } from "./behaviours/reading.js";
import { typing } from "./behaviours/typing.js";

for (const start of [compose, inOrder, reading, typing]) start(document);
