// The panel of breakouts: preparing and opening them, moving people, helping, calling everyone back.
import { useEffect, useState } from "preact/hooks";
import { act } from "../acts.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { nameOf } from "./breakouts.jsx";
import { TimeLeft } from "./hands.jsx";
import "../kit.js";

const WAYS = ["random", "hand", "language", "country"];

export function Panel() {
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
          <p class="card-notes"><b class="card-text" dir="auto">{one.name}</b>{one.id || list.length ? <span>{fill(words.people, { count: one.id ? [...at.values()].filter((id) => id === one.id).length : inRoom(null).length })}</span> : null}
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
