// Breakouts: where I am and how long, a call for help, the way back; for who runs the room: groups, moves, a word to all, the
// time, everybody back. Sound and picture follow the entry breakouts.moved { room } of one's own.
//
// From the server: snapshot.breakouts = { round, here, mine, people }, round null while none are held (for hosts: prepared);
// entries breakouts.prepared (hosts), .opened, .changed, .closed, .people (hosts), .moved (me), .help, .word.
import { useEffect, useState } from "preact/hooks";
import { act } from "../acts.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { TimeLeft } from "./hands.jsx";

const WAYS = ["random", "hand", "language", "country"];
const WARNS = 60000; // ms before the end

export const breakouts = {
  name: "breakouts",
  begin: { round: null, here: null, mine: null, people: [] },
  icon: "breakouts",
  label: (words) => words.breakouts.title,
  has: (state) => Boolean(state.me?.hosts || state.breakouts.round),
  take: (given) => ({ ...breakouts.begin, ...given }),
  reduce,
  tells,
  count: (own, state) => (state.me?.hosts ? (own.round?.rooms || []).filter((one) => one.called).length : 0),
  start,
  Head: Here,
  Panel,
};

function reduce(own, { kind, body }, state) {
  if (kind === "breakouts.prepared") return { ...own, round: body.round, stale: true };
  if (kind === "breakouts.opened" || kind === "breakouts.changed") return { ...own, round: body, stale: Boolean(state.me?.hosts) };
  if (kind === "breakouts.closed") return { ...breakouts.begin };
  if (kind === "breakouts.moved") return { ...own, here: body.room, mine: body.room || own.mine };
  if (kind === "breakouts.people") return { ...own, people: moved(own.people, body) };
  if (kind === "breakouts.word" && own.round) return { ...own, round: { ...own.round, ...body } };
  if (kind === "breakouts.help" && own.round) return { ...own, round: { ...own.round, rooms: own.round.rooms.map((one) => (one.id === body.id ? { ...one, called: body.called } : one)) } };
  return own;
}

function moved(people, { here = [], belongs = [] }) {
  const known = new Map(people.map((one) => [one[0], one]));
  for (const [id, room] of belongs) known.set(id, [id, room, known.get(id)?.[2] ?? null]);
  for (const [id, room] of here) known.set(id, [id, known.get(id)?.[1] ?? null, room]);
  return [...known.values()];
}

function tells({ kind, body }, state, words) {
  const said = words.breakouts;
  if (kind === "breakouts.moved") return body.room ? { urgent: fill(said.moved, { name: nameOf(state.breakouts, body.room) }), kind: "done" } : state.breakouts.round ? { urgent: said.back } : "";
  if (kind === "breakouts.closed") return { urgent: said.closed, kind: "done" };
  if (kind === "breakouts.word") return { urgent: fill(said.word, { text: body.word }), kind: "attention" };
  if (kind === "breakouts.help" && body.called && state.me?.hosts) return { urgent: fill(said.help_wanted, { name: body.name }), kind: "attention" };
  return "";
}

const nameOf = (own, id) => own.round?.rooms.find((one) => one.id === id)?.name ?? "";

/** Hosts read who is where when groups are made; everybody is told a minute before the end. */
function start(room) {
  let timer = null;
  let until = null;
  room.store.watch(() => {
    const own = room.store.state.breakouts;
    if (own.stale) renew(room);
    if (own.round?.until === until) return;
    until = own.round?.until ?? null;
    clearTimeout(timer);
    const left = until ? Date.parse(until) - Date.now() - (room.store.state.room?.skew || 0) - WARNS : 0;
    if (left > 0) timer = setTimeout(() => room.say.polite(room.words.breakouts.ending), left);
  });
}

async function renew(room) {
  room.store.put("breakouts", { ...room.store.state.breakouts, stale: false });
  const answer = await room.api.get("breakouts").catch(() => ({ ok: false }));
  if (answer.ok) room.store.put("breakouts", { ...breakouts.begin, ...answer.body });
}

/** At the head of the room: where I am, at all times. */
function Here() {
  const room = useRoom();
  const words = room.words.breakouts;
  const own = useStore((state) => state.breakouts);
  if (!own.round?.open) return null;
  const called = own.round.rooms.find((one) => one.id === own.here)?.called;
  const help = (wanted) => act(room, ["breakouts/help", { wanted }]);
  return (
    <div class="breakout-here" data-breakout={own.here || ""}>
      <p><b>{own.here ? fill(words.here, { name: nameOf(own, own.here) }) : words.nowhere}</b></p>
      {own.round.until ? <p><TimeLeft until={own.round.until} /></p> : null}
      {own.here && !room.hosts() ? (called ? <Button kind="quiet" onClick={() => help(false)}>{words.unhelp}</Button> : <Button data-call-help onClick={() => help(true)}>{words.help}</Button>) : null}
      {!own.here && own.mine ? <Button onClick={() => act(room, [`breakouts/${own.mine}/visit`])}>{words.go}</Button> : null}
      {own.here ? <Button kind="quiet" data-leave-breakout onClick={() => act(room, ["breakouts/return"])}>{words.leave}</Button> : null}
    </div>
  );
}

function Panel() {
  const room = useRoom();
  const words = room.words.breakouts;
  const own = useStore((state) => state.breakouts);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const [again, remake] = useState(false);
  if (!hosts) return <div class="talk"><Word own={own} /><p>{own.here ? fill(words.here, { name: nameOf(own, own.here) }) : words.nowhere}</p></div>;
  return (
    <div class="talk">
      {own.round && !again ? <Round own={own} onAgain={() => remake(true)} /> : <Making own={own} onDone={() => remake(false)} />}
    </div>
  );
}

function Word({ own }) {
  const { words } = useRoom();
  return own.round?.word ? <p class="card-answer" dir="auto">{fill(words.breakouts.word, { text: own.round.word })}</p> : null;
}

function Making({ own, onDone }) {
  const room = useRoom();
  const words = room.words.breakouts;
  const [way, choose] = useState("random");
  const [count, set] = useState("4");
  const [names, name] = useState("");
  const named = way === "random" || way === "hand";
  const make = async () => {
    const answer = await act(room, ["breakouts", { grouping: way, count: Number(count) || 0, names: named ? names.split("\n").filter((one) => one.trim()) : [] }]);
    if (answer.ok) onDone();
  };
  return (
    <div class="talk-form" data-making-breakouts>
      <label for="breakouts-way">{words.grouping}</label>
      <select id="breakouts-way" class="input" value={way} onChange={(event) => choose(event.currentTarget.value)}>{WAYS.map((one) => <option key={one} value={one}>{words[`grouping_${one}`]}</option>)}</select>
      {named ? (
        <>
          <label for="breakouts-count">{words.count}</label>
          <input id="breakouts-count" class="input" type="number" min="1" max="40" inputmode="numeric" value={count} onInput={(event) => set(event.currentTarget.value)} />
          <label for="breakouts-names">{words.names}</label>
          <textarea id="breakouts-names" class="input" rows="3" dir="auto" aria-describedby="breakouts-names-hint" value={names} onInput={(event) => name(event.currentTarget.value)} />
          <p id="breakouts-names-hint" class="hint">{words.names_hint}</p>
        </>
      ) : null}
      <div class="talk-acts">
        <Button kind="main" data-make-breakouts onClick={make}>{words.make}</Button>
        {own.round ? <Button kind="quiet" onClick={onDone}>{words.cancel}</Button> : null}
      </div>
    </div>
  );
}

function Round({ own, onAgain }) {
  const room = useRoom();
  const words = room.words.breakouts;
  const { round } = own;
  const [minutes, set] = useState("");
  const [text, type] = useState("");
  const time = () => ({ minutes: Number(minutes) || null });
  const say = async () => {
    const answer = await act(room, ["breakouts/word", { text }]);
    if (answer.ok) type("");
  };
  return (
    <>
      <label class="panel-field">{words.minutes}
        <input class="input" type="number" min="1" max="240" inputmode="numeric" value={minutes} onInput={(event) => set(event.currentTarget.value)} />
        <span class="hint">{words.minutes_hint}</span>
      </label>
      <div class="talk-acts">
        {round.open ? (
          <>
            <Button kind="main" data-close-breakouts onClick={() => act(room, ["breakouts/closing"])}>{words.close}</Button>
            <Button onClick={() => act(room, ["breakouts/time", time()])}>{words.time}</Button>
            {round.until ? <TimeLeft until={round.until} /> : null}
          </>
        ) : (
          <>
            <Button kind="main" data-open-breakouts onClick={() => act(room, ["breakouts/opening", time()])}>{words.open}</Button>
            <Button onClick={onAgain}>{words.again}</Button>
            <Button kind="quiet" onClick={() => act(room, ["breakouts/removal"])}>{words.drop}</Button>
          </>
        )}
      </div>
      {round.open ? (
        <div class="talk-form">
          <label for="breakouts-word">{words.say}</label>
          <textarea id="breakouts-word" class="input" rows="2" dir="auto" maxlength="500" value={text} onInput={(event) => type(event.currentTarget.value)} />
          <div class="talk-acts"><Button disabled={!text.trim()} onClick={say}>{words.send}</Button></div>
        </div>
      ) : null}
      <Rooms own={own} />
    </>
  );
}

/** Who belongs where (before) or is where (while they are held), with a way to move each. */
function Rooms({ own }) {
  const room = useRoom();
  const words = room.words.breakouts;
  const list = useNames(room);
  const place = own.round.open ? 2 : 1;
  const at = new Map(own.people.map((one) => [one[0], one[place]]));
  const inRoom = (id) => list.filter((one) => (at.get(one.id) ?? null) === id && !one.waiting && !one.removed);
  const groups = [...own.round.rooms, { id: null, name: words.unplaced }];
  return (
    <ol class="cards" role="list">
      {groups.map((one) => (
        <li key={one.id ?? "none"} data-breakout-room={one.name}>
          <p class="card-notes"><b class="card-text" dir="auto">{one.name}</b><span>{fill(words.people, { count: inRoom(one.id).length })}</span>
            {one.called ? <span class="badge badge--attention">{words.called}</span> : null}
            {own.round.open && one.id && own.here !== one.id ? <Button data-visit onClick={() => act(room, [`breakouts/${one.id}/visit`])}>{words.visit}</Button> : null}
          </p>
          <ul class="breakout-people" role="list">
            {inRoom(one.id).map((person) => (
              <li key={person.id}>
                <label><bdi>{person.label}</bdi>{" "}
                  <select class="input" aria-label={fill(words.move, { name: person.label })} value={one.id ?? ""} onChange={(event) => act(room, ["breakouts/moves", { person: person.id, room: event.currentTarget.value || null }])}>
                    {groups.map((to) => <option key={to.id ?? "none"} value={to.id ?? ""}>{to.name}</option>)}
                  </select>
                </label>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

/** The people of the room by name, page by page, while the panel is open. */
function useNames(room) {
  const count = useStore((state) => state.people.count);
  const [list, set] = useState([]);
  useEffect(() => {
    let gone = false;
    const read = async () => {
      const all = [];
      for (let more = true; more && !gone; ) {
        const answer = await room.api.get(`people?${new URLSearchParams({ q: "", after: String(all.length) })}`).catch(() => ({ ok: false }));
        if (!answer.ok || !answer.body.people.length) break;
        all.push(...answer.body.people);
        more = answer.body.more;
      }
      if (!gone && all.length) set(all);
    };
    const timer = setTimeout(read, 300);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [count]);
  return list;
}
