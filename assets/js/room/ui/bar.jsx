// The one bar: my microphone, camera, screen, hand, a reaction, the way out; then the panels. What a switch shows is what the
// server says of me, not what was pressed. Above it, for who runs the room, the trainer's bar.
import { useEffect, useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { BarButton } from "./buttons.jsx";
import { Question } from "./dialog.jsx";

const KINDS = [
  ["microphone", "microphone", "microphone-off"],
  ["camera", "camera", "camera-off"],
  ["screen", "screen", "screen"],
];

export function Bar() {
  const { words, parts } = useRoom();
  return (
    <div class="bar" role="group" aria-label={words.shell.bar}>
      <div class="bar-group bar-group--mine" role="group" aria-label={words.shell.mine}>
        {KINDS.map(([kind, on, off]) => <MediaButton key={kind} kind={kind} on={on} off={off} />)}
        {parts.filter((part) => part.Bar).map((part) => <part.Bar key={part.name} />)}
        <LeaveButton />
      </div>
      <div class="bar-group bar-group--panels" role="group" aria-label={words.shell.panels}>
        {parts.filter((part) => part.Panel && part.icon).map((part) => <PanelButton key={part.name} part={part} />)}
      </div>
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
  const press = async () => {
    const answer = await media.turn(kind, !is);
    if (!answer.ok && answer.problem) room.tell(answer.problem, "attention");
  };
  const held = kind === "microphone" && me.muted;
  return (
    <BarButton
      icon={is ? on : off}
      label={held ? words.shell.muted_by_host : words.shell[kind]}
      on={is}
      busy={media.busy(kind)}
      data-media={kind}
      aria-disabled={held ? "true" : undefined}
      onClick={held ? () => room.tell(words.shell.muted_why, "note") : press}
    />
  );
}

function PanelButton({ part }) {
  const room = useRoom();
  const { words } = room;
  const open = useStore((state) => state.panel === part.name);
  const there = useStore((state) => (part.has ? Boolean(part.has(state, room)) : true));
  const count = useStore((state) => (part.count ? part.count(state[part.name], state) : 0));
  if (!there) return null;
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
