// The parts of the room, in the order in which their panels stand. A new part is a file in parts/ and a line here.
//
// A part is an object; all but `name` may be left out:
//
//   name      its key in the store, the first word of its entries' kinds and of its addresses, its words (words.<name>.…)
//   begin     its state until the snapshot has come
//   take(given, own)           its state from a snapshot's part (else `given` as it is)
//   reduce(own, news, state)   its state after news: an entry { n, kind, body, at } whose kind begins with "<name>.", or a
//             touch { touch: true, what, body } of its name. Pure; returns `own` itself when nothing changed
//   hears     ["people", …]: parts whose news it is told as well
//   tells(entry, state, words, before)  what the polite live region says of a new entry ("" or nothing: silence); `before` is
//             the state before it. { urgent: "…" } interrupts: for what happens to oneself
//   start(room)                once, when the room is there; may return what to do at the end
//   keys      [{ key: "c", says: "chat", act(room) }]: Alt + Shift + the letter; words.keys.<says> says what it does
//
// A panel is fetched when it is shown: Panel: later(() => import("./<name>-panel.jsx"), "Panel") of ui/later.jsx; the file
// imports "../kit.js" (see there), and what of its part it shares with others stands in kit.js, too.
//
// What it shows. Every component gets nothing but the room, by useRoom(); it draws from useStore((state) => …):
//
//   Panel     its side panel (one at a time), opened by a button in the bar; with
//   label     (words) => its name, icon: a name of ui/icons.jsx, has(state, room) => whether the panel is there now (always),
//   count(own, state) => the number at its button: what is new or waits (0: none); opened panels are for you to mark as read
//   Stage     what fills the room; with stage(own, state, room) => how much it matters now (0: not at all; slides 50, a screen
//             that is shared 60, people on the stage 20). The weightiest fills, the second stands beside it if there is room
//   Text      what stands for Stage on the text step (small pictures and words), with stage() the same
//   Beside    something below the stage at all times (captions)
//   Bar       further buttons of everybody's bar; HostBar: of the trainer's bar (shown to who runs the room)
//   Head      something in the slim head (a recording runs, my time to speak)
//   Over      something that may lie over the room (a poll that opens, a consent)
//   Person    what stands beside a name in the list of people and in tiles: <Person person={…} />
//   Tile      what fills somebody's tile on the stage: <Tile person={…} /> (the media part: the picture)
//   menu(person, room) => [{ says: text, act() , danger, undo }]: further acts on a person, for who runs the room
//
// The room is { config, words, store, api, line, ladder, beats, media, say, me(), hosts(), open(panel), close(), panel() }:
//
//   config    what the page knows: { id, topic, base, language, direction, zone, media: { kind, … }, … }
//   words     words.<part>.<key>, from the server; fill(text, { name }) of context.js puts values in
//   api       api.post("chat/messages", { … }) → { ok, status, body, problem }; api.get(path). See api.js
//   store     store.state, store.listen((entry, state, before) => …)
//   ladder    ladder.step is "full", "low", "sound" or "text"; ladder.watch((step, before, why) => …);
//             ladder.report({ loss, frozen, rtt }) of what media measure
//   line      line.state; line.watch(…)
//   media     the media part gives itself with room.media.offer({ kinds: ["microphone", "camera", "screen"], turn(kind, on) →
//             { ok, problem }, Settings }); the bar's buttons call turn, and show what the server says of me
//   say       say.polite(text), say.urgent(text)
//   me()      state.me: { id, role, hosts, muted, silenced, microphone, camera, screen, stage, hand_at, floor_until, … }
//
// Styles: a file assets/css/live-room-<part>.css and its @import line in live-room.css.
import { attendance } from "./parts/attendance.jsx";
import { breakouts } from "./parts/breakouts.jsx";
import { captions } from "./parts/captions.jsx";
import { chat, reactions } from "./parts/chat.jsx";
import { hands } from "./parts/hands.jsx";
import { line } from "./parts/line.jsx";
import { lobby } from "./parts/lobby.js";
import { media } from "./parts/media.jsx";
import { moderation } from "./parts/moderation.jsx";
import { notes } from "./parts/notes.jsx";
import { people } from "./parts/people.jsx";
import { polls } from "./parts/polls.jsx";
import { questions } from "./parts/questions.jsx";
import { recording } from "./parts/recording.jsx";
import { me, room } from "./parts/room.jsx";
import { slides } from "./parts/slides.jsx";
import { stage } from "./parts/stage.jsx";

/** The state that others draw from comes first. */
export const parts = [room, me, lobby, people, hands, stage, media, slides, captions, chat, questions, polls, breakouts, reactions, notes, moderation, recording, attendance, line];
