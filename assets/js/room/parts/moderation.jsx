// Keeping order: acts on one person from the list of people (two presses each), acts on all in a panel, and the log of what
// was done, each with the way back.
//
// POST moderation/<act> { id } for mute, unmute, hard_mute, silence, speak_again, remove, ban, let_back, report; moderation/role
// { id, role }; moderation/pass_host { id }; moderation/mute_all {}; moderation/admit { id } or { all: true }; room/settings
// { locked, lobby, lobby_words, chat, chat_held, questions_held, handouts, microphones }; room/begin {}; room/close {}.
import { useEffect, useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Question } from "../ui/dialog.jsx";

export const moderation = {
  name: "moderation",
  begin: { log: [] },
};
