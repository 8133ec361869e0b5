// Before the room: the look at sound, microphone and line. The page works without it.
import { h, render } from "preact";
import { Preflight } from "./room/ui/preflight.jsx";

const place = document.getElementById("preflight");
const words = JSON.parse(document.getElementById("preflight-words").textContent);
render(h(Preflight, { words, probe: place.dataset.probe, sound: place.dataset.sound === "true" }), place);
