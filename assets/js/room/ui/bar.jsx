// The one bar: my microphone, camera, screen, hand, a reaction, the way out; then the panels. What a switch shows is what the
// server says of me, not what was pressed. Above it, for who runs the room, the trainer's bar.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { switchOver } from "../parts/stage.jsx";
import { useStore } from "../store.js";
import { BarButton } from "./buttons.jsx";
import { Question } from "./dialog.jsx";
import { Icon } from "./icons.jsx";

const KINDS = [
  ["microphone", "microphone", "microphone-off"],
  ["camera", "camera", "camera-off"],
  ["screen", "screen", "screen"],
];

const WANTED = ["chat", "questions", "people", "polls", "hands", "slides", "notes", "breakouts", "moderation", "recording", "captions"];
const UPRIGHT = "(max-width: 40rem) and (min-height: 30.01rem)";
const NARROW = 66; // pixels of a button on a phone
const USUAL = 78;
const LEAST_PANELS = 3;
const FEW = 2; // of my buttons, that leave a row to the panels' too

export function Bar() {
  const { words, parts } = useRoom();
  const bar = useRef(null);
  const { places, rows } = usePlaces(bar);
  return (
    <div class={`bar${rows > 1 ? " bar--rows" : ""}`} role="group" aria-label={words.shell.bar} ref={bar}>
      <div class="bar-group bar-group--mine" role="group" aria-label={words.shell.mine}>
        {KINDS.map(([kind, on, off]) => <MediaButton key={kind} kind={kind} on={on} off={off} />)}
        {parts.filter((part) => part.Bar).map((part) => <part.Bar key={part.name} />)}
        <LeaveButton />
      </div>
      <Panels places={places} />
    </div>
  );
}

/** How many buttons of panels there is room for: on a phone held upright in a row of their own, unless mine are few; else
 * what mine leave. */
function usePlaces(bar) {
  const [found, setFound] = useState({ places: LEAST_PANELS + 1, rows: 1 });
  useLayoutEffect(() => {
    const measure = () => {
      const width = bar.current.clientWidth;
      const mine = bar.current.querySelector(".bar-group--mine").childElementCount;
      const upright = matchMedia(UPRIGHT).matches;
      const rows = upright && mine > FEW ? 2 : 1;
      const places = Math.floor(width / (upright ? NARROW : USUAL)) - (rows > 1 ? 0 : mine);
      setFound((before) => (before.places === places && before.rows === rows ? before : { places: Math.max(LEAST_PANELS, places), rows }));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(bar.current);
    watch.observe(bar.current.querySelector(".bar-group--mine"));
    return () => watch.disconnect();
  }, []);
  return found;
}

/** The panels' buttons, the most wanted first; those that find no place are behind the last one. */
function Panels({ places }) {
  const room = useRoom();
  const { words, parts } = room;
  const there = useStore((state) => parts.filter((part) => part.Panel && part.icon && (part.has?.(state, room) ?? true)).map((part) => part.name).join(" "));
  const all = there.split(" ").filter(Boolean).map((name) => parts.find((part) => part.name === name)).sort(byWanted);
  const shown = all.length > places ? all.slice(0, places - 1) : all;
  const others = all.slice(shown.length);
  return (
    <div class="bar-group bar-group--panels" role="group" aria-label={words.shell.panels}>
      {shown.map((part) => <PanelButton key={part.name} part={part} />)}
      {others.length ? <MorePanels parts={others} /> : null}
    </div>
  );
}

const byWanted = (one, other) => rank(one) - rank(other);
const rank = (part) => (WANTED.includes(part.name) ? WANTED.indexOf(part.name) : WANTED.length);

function MorePanels({ parts }) {
  const room = useRoom();
  const { words } = room;
  const [open, setOpen] = useState(false);
  const place = useRef(null);
  const panel = useStore((state) => state.panel || "");
  const counts = useStore((state) => parts.map((part) => (part.name === panel ? 0 : part.count?.(state[part.name], state) || 0)).join(" "));
  const numbers = counts.split(" ").map(Number);
  const sum = numbers.reduce((one, other) => one + other, 0);
  const opener = () => place.current.querySelector("[data-more-panels]");
  useEffect(() => {
    if (!open) return undefined;
    place.current.querySelector(".bar-more button").focus();
    const away = (event) => place.current.contains(event.target) || setOpen(false);
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);
  const keys = (event) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    setOpen(false);
    opener().focus();
  };
  return (
    <div class="bar-more-place" ref={place} onKeyDown={keys}>
      <BarButton
        icon="more"
        label={words.shell.more}
        on={open || parts.some((part) => part.name === panel)}
        count={open ? 0 : sum}
        counts={fill(words.shell.new, { number: sum })}
        aria-expanded={String(open)}
        data-more-panels
        onClick={() => setOpen(!open)}
      />
      {open ? (
        <ul class="acts bar-more">
          {parts.map((part, at) => (
            <li key={part.name}>
              <button
                type="button"
                class="act"
                data-panel-button={part.name}
                aria-expanded={String(part.name === panel)}
                onClick={() => {
                  setOpen(false);
                  room.toggle(part.name, opener());
                }}
              >
                <Icon name={part.icon} />
                {part.label(words)}
                {numbers[at] ? <span class="act-count">{numbers[at]}</span> : null}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

function MediaButton({ kind, on, off }) {
  const room = useRoom();
  const { media, words } = room;
  const me = useStore((state) => state.me);
  const [, draw] = useState(0);
  useEffect(() => media.watch(() => draw((n) => n + 1)), []);
  const step = useStore((state) => (state.step || room.ladder.step).split(" ")[0]);
  if (!media.has(kind) || !me?.may_speak || step === "text" || (kind !== "microphone" && step === "sound")) return null;
  const is = Boolean(me[kind]);
  const held = kind === "microphone" && me.muted && !is;
  return (
    <BarButton
      icon={is ? on : off}
      label={held ? words.shell.muted_by_host : words.shell[kind]}
      on={is}
      busy={media.busy(kind)}
      data-media={kind}
      aria-disabled={held ? "true" : undefined}
      onClick={() => switchOver(room, kind)}
    />
  );
}

function PanelButton({ part }) {
  const room = useRoom();
  const { words } = room;
  const open = useStore((state) => state.panel === part.name);
  const count = useStore((state) => (part.count ? part.count(state[part.name], state) : 0));
  return (
    <BarButton
      icon={part.icon}
      label={part.label(words)}
      on={open}
      count={open ? 0 : count}
      counts={fill(words.shell.new, { number: count })}
      aria-expanded={String(open)}
      aria-controls={open ? "panel" : undefined}
      data-panel-button={part.name}
      onClick={(event) => room.toggle(part.name, event.currentTarget)}
    />
  );
}

function LeaveButton() {
  const room = useRoom();
  const { words, config } = room;
  const [asks, setAsks] = useState(false);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const go = () => {
    room.line.end();
    room.media.end();
    return room.api.post("leave", {}, { patient: false }).then(() => location.assign(config.after || config.base));
  };
  return (
    <>
      <BarButton icon="leave" label={words.shell.leave} danger data-leave onClick={() => (hosts ? setAsks(true) : go())} />
      {asks ? <Question title={words.shell.leave_title} text={words.shell.leave_host} yes={words.shell.leave} danger onYes={go} onNo={() => setAsks(false)} /> : null}
    </>
  );
}

export function HostBar() {
  const { words, parts } = useRoom();
  return (
    <div class="hostbar" role="group" aria-label={words.shell.hostbar}>
      {parts.filter((part) => part.HostBar).map((part) => <part.HostBar key={part.name} />)}
    </div>
  );
}
