// For the page of a recording: the player with chapters, transcript, keys, and the place where one was.
import { player } from "./behaviours/player.js";

player(document);
