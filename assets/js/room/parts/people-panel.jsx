// The panel of people: the list as each may see it, by role, with a search; asked for page by page while it is open.
import { useEffect, useRef, useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Icon } from "../ui/icons.jsx";
import { Menu } from "../ui/menu.jsx";
import "../kit.js";

const ROLES = ["host", "cohost", "speaker", "notetaker", "participant"];
const FRESH = 1500; // ms: a list is not asked for more often

/** Ask for the first pages of the list that I may see; `words` are looked for by the server. */
async function ask(room, words, after = 0) {
  const query = new URLSearchParams({ q: words, after: String(after) });
  const answer = await room.api.get(`people?${query}`);
  return answer.ok ? answer.body : null;
}

/** The list while the panel is open, asked for again when people come and go. */
function useList(room, wanted) {
  const signature = useStore((state) => `${state.people.count} ${state.people.waiting} ${JSON.stringify(state.people.steps)}`);
  const [found, setFound] = useState({ people: [], total: 0, more: false, there: false });
  const at = useRef(0);
  const read = async () => {
    try {
      const page = await ask(room, wanted);
      if (page) {
        setFound({ ...page, there: true });
        room.store.put("people", { ...room.store.state.people, list: page.people });
      }
    } catch {
      // the line is lost: the list stays as it was
    }
  };
  useEffect(() => {
    const timer = setTimeout(() => {
      at.current = performance.now();
      read();
    }, at.current ? Math.max(300, FRESH - (performance.now() - at.current)) : 0);
    return () => clearTimeout(timer);
  }, [signature, wanted]);
  const more = async () => {
    const list = room.store.state.people.list || [];
    const page = await ask(room, wanted, list.length);
    if (page) {
      setFound({ ...page, there: true });
      room.store.put("people", { ...room.store.state.people, list: [...list, ...page.people] });
    }
  };
  return { ...found, more: found.more && more };
}

export function Panel() {
  const room = useRoom();
  const { words, config } = room;
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const [wanted, look] = useState("");
  const { total, more, there } = useList(room, wanted);
  const { list = [], count, steps } = useStore((state) => state.people);
  const here = list.filter((one) => one.here !== false && !one.removed);
  const groups = [
    [words.people.in_lobby, here.filter((one) => one.waiting)],
    ...ROLES.map((role) => [words.roles[`${role}_many`], here.filter((one) => one.role === role && !one.waiting)]),
    [words.people.out, list.filter((one) => one.removed || one.banned)],
  ].filter(([, some]) => some.length);
  return (
    <>
      {hosts && steps ? <Steps steps={steps} /> : null}
      {config.webinar?.roster !== "all" && !hosts ? <p class="panel-note">{fill(words.people[`hidden_${config.webinar?.roster}`], { number: count })}</p> : null}
      {total > 8 || wanted ? (
        <label class="panel-search">
          <span class="visually-hidden">{words.people.search}</span>
          <Icon name="search" />
          <input class="input" type="search" dir="auto" placeholder={words.people.search} value={wanted} onInput={(event) => look(event.currentTarget.value)} />
        </label>
      ) : null}
      {groups.map(([title, some]) => <Group key={title} title={title} some={some} />)}
      {wanted && there && !groups.length ? <p class="panel-note" role="status">{words.people.none_found}</p> : null}
      {more ? <Button onClick={more}>{words.people.more}</Button> : null}
    </>
  );
}

function Group({ title, some }) {
  return (
    <section class="people-group">
      <h3>{title} <span class="people-number">{some.length}</span></h3>
      <ul class="people" role="list">
        {some.map((person) => <PersonRow key={person.id} person={person} />)}
      </ul>
    </section>
  );
}

function PersonRow({ person }) {
  const room = useRoom();
  const { words, parts } = room;
  const mine = useStore((state) => state.me?.id === person.id);
  const queue = useStore((state) => state.hands?.queue);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const acts = hosts ? parts.flatMap((part) => part.menu?.(person, room) ?? []) : [];
  const hand = queue?.some((one) => one.id === person.id);
  return (
    <li class="person" data-person={person.id}>
      <span class="person-name"><bdi>{person.label}</bdi>{mine ? <span class="person-me"> ({words.people.me})</span> : null}</span>
      <span class="person-signs">
        {hand ? <Icon name="hand" label={words.people.hand} /> : null}
        {person.floor_until ? <Icon name="floor" label={words.people.has_floor} /> : null}
        {person.microphone ? <Icon name="microphone" label={words.people.speaks} /> : null}
        {person.muted ? <Icon name="microphone-off" label={words.people.muted} /> : null}
        {person.silenced ? <Icon name="ban" label={words.people.silenced} /> : null}
        {hosts && person.step && person.step !== "full" ? <span class="person-step">{words.ladder[person.step]}</span> : null}
        {parts.filter((part) => part.Person).map((part) => <part.Person key={part.name} person={person} />)}
      </span>
      <Menu label={fill(words.people.acts_on, { name: person.label })} acts={acts} />
    </li>
  );
}

/** How many are on each step of the ladder. */
function Steps({ steps }) {
  const { words } = useRoom();
  return (
    <dl class="steps-count" aria-label={words.ladder.everybody}>
      {["full", "low", "sound", "text"].map((step) => (
        <div key={step} data-on-step={step}><dt>{words.ladder[step]}</dt><dd>{steps[step] ?? 0}</dd></div>
      ))}
    </dl>
  );
}
