// The live room of a session: the one real application among the pages, loaded by its page only.
import { begin } from "./room/app.jsx";

begin(document.getElementById("live-room"));
