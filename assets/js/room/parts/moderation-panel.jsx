// The panel of moderation: the room's doors, everybody at once, and the log of what was done, each with the way back.
import { useEffect, useId, useState } from "preact/hooks";
import { act, acts, actWithWayBack } from "../acts.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Question } from "../ui/dialog.jsx";
import { Icon } from "../ui/icons.jsx";
import "../kit.js";

export function Panel() {
  const { words } = useRoom();
  return (
    <>
      <Doors />
      <section>
        <h3>{words.moderation.everybody}</h3>
        <Everybody />
      </section>
      <Log />
    </>
  );
}

function Switch({ label, hint, on, onChange, ...more }) {
  const id = useId();
  const [busy, setBusy] = useState(false);
  const press = async (event) => {
    event.preventDefault(); // it shows what the server says
    if (busy) return;
    setBusy(true);
    await onChange(!on);
    setBusy(false);
  };
  return (
    <div class="choice">
      <input type="checkbox" id={id} checked={on} aria-busy={busy ? "true" : undefined} onClick={press} {...more} />
      <label for={id}>
        {label}
        {hint ? <span class="choice-hint">{hint}</span> : null}
      </label>
    </div>
  );
}

function Doors() {
  const room = useRoom();
  const words = room.words.moderation;
  const { locked, lobby, lobby_words: said } = useStore((state) => state.room);
  const waits = useStore((state) => state.people.waiting || 0);
  return (
    <section>
      <h3>{words.doors}</h3>
      <div class="switches">
        <Switch label={words.lock} hint={words.lock_hint} on={Boolean(locked)} data-lock onChange={(on) => act(room, acts.lock(on))} />
        <Switch label={words.lobby} hint={words.lobby_hint} on={Boolean(lobby)} data-lobby onChange={(on) => act(room, acts.lobby(on))} />
      </div>
      <LobbyWords said={said || ""} />
      {waits ? <Button icon="check" data-admit-all onClick={() => act(room, acts.admitAll())}>{fill(words.admit_all, { number: waits })}</Button> : null}
    </section>
  );
}

function LobbyWords({ said }) {
  const room = useRoom();
  const words = room.words.moderation;
  const [typed, setTyped] = useState(said);
  useEffect(() => setTyped(said), [said]);
  const send = (event) => {
    event.preventDefault();
    act(room, acts.lobbyWords(typed));
  };
  return (
    <form class="lobby-say" onSubmit={send}>
      <label class="panel-field">
        {words.lobby_words}
        <textarea class="input" dir="auto" rows="2" maxlength="500" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      {typed !== said ? <button class="button button--secondary" type="submit">{words.lobby_words_send}</button> : null}
    </form>
  );
}

function Everybody() {
  const room = useRoom();
  const words = room.words.moderation;
  const hard = useStore((state) => Boolean(state.room.hard_muted));
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Switch label={words.hard_mute_all} hint={words.hard_mute_all_hint} on={hard} data-hard-mute onChange={(on) => act(room, acts.hardMuteAll(on))} />
      <div class="actions">
        <Button icon="microphone-off" data-mute-all onClick={() => actWithWayBack(room, acts.muteAll(true), words.mute_all_done, acts.muteAll(false))}>{words.mute_all}</Button>
        <Button icon="hand" onClick={() => act(room, acts.lowerAll())}>{words.lower_all}</Button>
        <Button kind="danger" icon="leave" data-end onClick={() => setAsks(true)}>{words.end}</Button>
      </div>
      {asks ? (
        <Question title={words.end_title} text={words.end_text} yes={words.end} danger onNo={() => setAsks(false)} onYes={() => act(room, acts.end()).then(() => setAsks(false))} />
      ) : null}
    </>
  );
}

/** Under which word a line of the log stands: an act on the room has one of its own where people have the same. */
function keyOf({ verb, detail }) {
  const [subject, done] = verb.split(".");
  const room = subject === "webinar_room" && done.endsWith("muted") ? "room_" : "";
  return `${room}${done}${detail.on === false ? "_off" : ""}`;
}

/** What was done, latest first, read when the panel opens and after every act. */
function Log() {
  const room = useRoom();
  const words = room.words.moderation;
  const number = useStore((state) => state.number);
  const [lines, setLines] = useState(null);
  useEffect(() => {
    let gone = false;
    const timer = setTimeout(() => room.api.get("moderation/log").then((answer) => !gone && answer.ok && setLines(answer.body.log), () => undefined), lines ? 1000 : 0);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [number]);
  if (!lines) return null;
  const says = (line) => fill(words[`log_${keyOf(line)}`], { name: line.about?.label ?? "", role: room.words.roles[line.detail.to] ?? "" });
  const clock = new Intl.DateTimeFormat(room.config.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: room.config.zone });
  return (
    <section>
      <h3>{words.log}</h3>
      {lines.length ? (
        <ol class="log">
          {lines.map((line) => (
            <li key={line.id}>
              <time dateTime={line.at}>{clock.format(new Date(line.at))}</time>
              <span class="log-text">{says(line)}{line.by ? <span class="meta"> <bdi>{line.by.label}</bdi></span> : null}</span>
              {line.undone ? <span class="meta">{words.undone}</span> : null}
              {line.can_undo ? <Button kind="quiet" onClick={() => act(room, acts.undo(line.id))}><Icon name="back" />{room.words.shell.undo}</Button> : null}
            </li>
          ))}
        </ol>
      ) : <p class="panel-note">{words.log_empty}</p>}
    </section>
  );
}
