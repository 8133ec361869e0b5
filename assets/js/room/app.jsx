// The live room: reads what the page knows, asks for the room as it is now, draws it and keeps it true.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Api } from "./api.js";
import { Beats } from "./beats.js";
import { fill, RoomContext, useRoom, wordsOf } from "./context.js";
import { listen } from "./keys.js";
import { Ladder } from "./ladder.js";
import { Line, LOST, STARTING } from "./line.js";
import { Media } from "./media.js";
import { parts } from "./parts.js";
import { Say } from "./say.js";
import { Store, useStore } from "./store.js";
import { Bar, HostBar } from "./ui/bar.jsx";
import { Banner, Head } from "./ui/head.jsx";
import { later } from "./ui/later.jsx";
import { Spoken, Told, Undo } from "./ui/told.jsx";
import { SidePanel } from "./ui/panel.jsx";
import { Surface } from "./ui/surface.jsx";

const Lobby = later(() => import("./ui/lobby.jsx"), "Lobby");
const Shortcuts = later(() => import("./ui/shortcuts.jsx"), "Shortcuts");
const PANEL_KEPT = "ctlp-room-panel";
const LAST_LOOK = 1500; // ms in which one reads why the room closes
const WIDE = "(min-width: 60rem)";

/** Make a room of what the page carries; `config` and `words` are its JSON. */
export function makeRoom(config, words) {
  const room = { config, words: wordsOf(words), parts, over: "" };
  room.store = new Store(parts);
  room.say = new Say();
  room.undo = new Undo();
  room.media = new Media();
  room.ladder = new Ladder(config.id, config.media?.steps);
  room.api = new Api(config.base, config.csrf, {
    waiting: (list) => room.store.put("waiting", list),
    signedOut: () => leave(room, "signed_out"),
    gone: () => look(room),
    number: (n) => room.line.expect(n),
  });
  room.beats = new Beats(() => room.ladder.step, { lost: () => room.ladder.cut() });
  room.line = new Line({
    topic: config.topic,
    api: room.api,
    store: room.store,
    beats: room.beats,
    on: {
      state: (state) => room.store.put("line", state),
      measured: (found) => room.ladder.measured(found),
      cut: () => look(room),
      ended: () => leave(room, "signed_out"),
      renew: (far) => catchUp(room, far),
    },
  });
  room.me = () => room.store.state.me || {};
  room.hosts = () => Boolean(room.me().hosts);
  room.panel = () => room.store.state.panel || "";
  room.open = (name, opener = document.activeElement) => {
    room.opener = opener;
    room.store.put("panel", name);
    keep(config.id, name);
  };
  room.close = () => {
    room.store.put("panel", "");
    keep(config.id, "");
    if (room.opener?.isConnected) room.opener.focus();
    else document.getElementById("stage")?.focus({ preventScroll: true });
  };
  room.toggle = (name, opener) => (room.panel() === name ? room.close() : room.open(name, opener));
  room.tell = (text, kind) => room.undo.tell(text, kind);
  return room;
}

/** Begin in `root`, with what the page carries. */
export async function begin(root) {
  const room = makeRoom(json("room-config"), json("room-words"));
  window.addEventListener("pagehide", () => room.line.socket?.disconnect());
  if (!(await renew(room))) return;
  const kept = kept_panel(room.config.id);
  if (matchMedia(WIDE).matches) room.store.put("panel", kept ?? first(room));
  follow(room);
  root.replaceChildren();
  render(
    <RoomContext.Provider value={room}>
      <Place />
    </RoomContext.Provider>,
    root,
  );
  document.documentElement.classList.add("room-there");
  room.line.start(room.ladder.step === "text");
  come(room);
  meetOthers(room);
}

/** Another tab of the same browser may have this room open, too: both work, and both say so, once. */
function meetOthers(room) {
  if (!window.BroadcastChannel) return;
  const channel = new BroadcastChannel(`ctlp-room-${room.config.id}`);
  channel.onmessage = ({ data }) => {
    if (data === "come") channel.postMessage("here");
    if (!room.met) room.tell(room.words.shell.second_tab);
    room.met = true;
  };
  channel.postMessage("come");
}

/** Inside, the parts begin; from the lobby that is when the door opens. */
function come(room) {
  const go = () => {
    if (room.inside || room.me().waiting) return;
    room.inside = true;
    listen(room, [...own(room), ...parts.flatMap((part) => part.keys || [])]);
    for (const part of parts) part.start?.(room);
  };
  go();
  room.store.watch(go);
}

/** Ask for the room as it is now; false when there is none for this person any more. Tries until it knows. */
async function renew(room) {
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await room.api.get("state");
      if (answer.ok) {
        take(room, answer.body);
        return true;
      }
      if (answer.status < 500 && answer.status !== 429) {
        location.reload(); // the page says why
        return false;
      }
    } catch {
      // the line is lost: the page stays as it is
    }
    if (!document.documentElement.classList.contains("room-there")) slow();
    await new Promise((go) => setTimeout(go, Math.min(10000, 1000 * 2 ** tries) * (0.5 + Math.random() / 2)));
  }
}

/** A snapshot, with the server's clock for what counts down. */
function take(room, snapshot) {
  const away = snapshot.people ? { host_away: snapshot.people.host_away } : {};
  room.store.take({ ...snapshot, room: { ...snapshot.room, ...away, now: snapshot.now } });
}

/** After a time away: read what was said, then see how everything stands that is only touched. */
async function catchUp(room, far) {
  if (!far) await room.line.reread();
  if (room.over || !(await renew(room))) return;
  room.line.reread();
}

function slow() {
  for (const one of document.querySelectorAll("[data-room-slow]")) one.hidden = false;
}

/** Something was refused as if the room were not there: ask, and leave when it is so. */
async function look(room) {
  if (room.looking || room.over) return;
  room.looking = true;
  try {
    const answer = await room.api.get("state");
    if (answer.ok) take(room, answer.body);
    else if (answer.status < 500 && answer.status !== 429) leave(room, "out");
    if (answer.ok && room.line.state !== STARTING && !room.line.socket?.connected) room.line.nudge();
  } catch {
    // the line is lost, and the room is told so by it
  } finally {
    room.looking = false;
  }
}

/** It is over for this person: the page that comes says what happened. */
export function leave(room, why) {
  if (room.over) return;
  room.over = why;
  room.line.end();
  room.media.end();
  room.store.put("over", why);
  setTimeout(() => location.assign(room.config.base), LAST_LOOK);
}

/** What follows from news by itself: what is said, what the ladder does to the line. */
function follow(room) {
  const { store, say, words, ladder, line } = room;
  store.listen((entry, state, before) => {
    for (const part of parts) {
      if (entry.kind.split(".")[0] !== part.name && !part.hears?.includes(entry.kind.split(".")[0])) continue;
      const told = part.tells?.(entry, state, words, before);
      if (told?.urgent) {
        say.urgent(told.urgent);
        if (told.shown !== false) room.tell(told.urgent, told.kind || "note");
      } else if (told) say.polite(told);
    }
    const [was, is] = [before.me || {}, state.me || {}];
    if (was.id && (was.role !== is.role || was.waiting !== is.waiting)) renew(room); // who is something else sees another room
    if (entry.kind === "room.ended") leave(room, "ended");
  });
  ladder.watch((step, before, why) => {
    store.put("step", `${step} ${ladder.bars} ${ladder.mayRise}`);
    if (step === before) return;
    line.usePolls(step === "text");
    if (step !== "text") room.beats.now();
    say.polite(fill(why === "line" ? words.ladder.stepped_down : words.ladder.now_on, { step: words.ladder[step] }));
  });
  let was = line.state;
  line.watch((state) => {
    if (state === LOST && was !== STARTING) say.polite(words.line.lost);
    else if (was === LOST) {
      say.polite(words.line.back);
      ladder.cut();
    }
    was = state;
  });
}

function own(room) {
  const letters = { chat: "c", questions: "q", people: "p", polls: "l", notes: "n", breakouts: "b" };
  const panels = parts
    .filter((part) => part.Panel && letters[part.name])
    .map((part) => ({ key: letters[part.name], says: part.name, label: part.label, act: () => room.toggle(part.name) }));
  return [...panels, { key: "k", says: "keys", act: () => room.store.put("shortcuts", !room.store.state.shortcuts) }];
}

/** Before the door or behind it. */
function Place() {
  const waits = useStore((state) => Boolean(state.me?.waiting));
  return waits ? <Lobby /> : <Room />;
}

function Room() {
  const room = useRoom();
  const { config, words } = room;
  const panel = useStore((state) => state.panel || "");
  const line = useStore((state) => state.line || STARTING);
  const over = useStore((state) => state.over || "");
  const shortcuts = useStore((state) => state.shortcuts || false);
  const step = useStore((state) => (state.step ? state.step.split(" ")[0] : room.ladder.step));
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const part = parts.find((one) => one.name === panel && one.Panel);
  useEffect(() => {
    if (panel && !part) room.store.put("panel", "");
  }, [panel]);
  return (
    <div class={`room${part ? " room--panel" : ""}`} data-step={step} data-line={line} data-hosts={String(hosts)}>
      <Head />
      <Banner />
      <Surface />
      {part ? (
        <SidePanel key={part.name} part={part.name} label={part.label(words)}>
          <part.Panel />
        </SidePanel>
      ) : null}
      <footer class="room-foot">
        {hosts ? <HostBar /> : null}
        <Bar />
      </footer>
      {parts.filter((one) => one.Over).map((one) => <one.Over key={one.name} />)}
      {shortcuts ? <Shortcuts keys={[...own(room), ...parts.flatMap((one) => one.keys || [])]} onClose={() => room.store.put("shortcuts", false)} /> : null}
      <Told />
      <Spoken />
      {over ? <Over why={over} title={config.title} /> : null}
    </div>
  );
}

/** The last thing that is seen before the page changes. */
function Over({ why }) {
  const { words } = useRoom();
  const [here, setHere] = useState(null);
  useEffect(() => here?.focus(), [here]);
  return (
    <div class="room-over" role="alertdialog" aria-modal="true" aria-labelledby="room-over" tabindex="-1" ref={setHere}>
      <p id="room-over">{words.shell[why]}</p>
    </div>
  );
}

function first(room) {
  return parts.find((part) => part.Panel && part.name === "chat" && (part.has?.(room.store.state, room) ?? true))?.name || "people";
}

function json(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

function kept_panel(id) {
  try {
    return sessionStorage.getItem(`${PANEL_KEPT}-${id}`);
  } catch {
    return null;
  }
}

function keep(id, name) {
  try {
    sessionStorage.setItem(`${PANEL_KEPT}-${id}`, name);
  } catch {
    // a browser that keeps nothing
  }
}
