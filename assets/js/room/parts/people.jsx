// Who is there: by role, to be looked for, under the names that the server gives out. What a session hides never comes here.
//
// From the server: snapshot.people = { count, hidden, list: [person, …], steps: { full, low, sound, text } }; person = { id,
// label, number, role, hand_at, floor_until, muted, silenced, microphone, camera, screen, stage, step, here }. Where the
// roster is hidden the list holds who has a part and oneself. Entries "people.…": body { id, …fields } adds or changes a
// person; "people.left" { id } takes one away. Touch "people": { count, steps } (steps for who runs the room).
import { useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Icon } from "../ui/icons.jsx";
import { Menu } from "../ui/menu.jsx";

export const RUNS = new Set(["host", "cohost"]);
const ROLES = ["host", "cohost", "speaker", "notetaker", "participant"];
const MOST_SHOWN = 200;

export const people = {
  name: "people",
  begin: { count: 0, list: [], hidden: false, steps: null },
  hears: ["hands", "stage", "moderation"],
  icon: "people",
  label: (words) => words.people.title,
  take: (given) => ({ ...people.begin, ...given }),
  reduce(own, news) {
    if (news.touch) return { ...own, ...news.body };
    const { kind, body } = news;
    if (kind === "people.left" || kind === "moderation.removed") return { ...own, list: own.list.filter((one) => one.id !== body.id) };
    if (!body?.id) return own;
    const known = own.list.some((one) => one.id === body.id);
    if (known) return { ...own, list: own.list.map((one) => (one.id === body.id ? { ...one, ...body } : one)) };
    return kind === "people.entered" || body.role ? { ...own, list: [...own.list, body] } : own;
  },
  tells(entry, state, words, before) {
    const { kind, body } = entry;
    if (body?.id && body.id !== state.me?.id && kind === "people.role") {
      return fill(words.people.is_now, { name: body.label ?? "", role: words.roles[body.role] });
    }
    if (kind === "people.waits" && state.me?.hosts) return words.people.somebody_waits;
    return "";
  },
  count: (own, state) => (state.me?.hosts ? own.list.filter((one) => one.waits).length : 0),
  Panel,
};

function Panel() {
  const { words } = useRoom();
  const { list, count, hidden, steps } = useStore((state) => state.people);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const [wanted, look] = useState("");
  const here = list.filter((one) => one.here !== false);
  const found = here.filter((one) => folded(one.label).includes(folded(wanted)));
  const waiting = found.filter((one) => one.waits);
  const groups = ROLES.map((role) => [role, found.filter((one) => one.role === role && !one.waits)]).filter(([, some]) => some.length);
  return (
    <>
      {hosts && steps ? <Steps steps={steps} /> : null}
      {hidden ? <p class="panel-note">{fill(words.people.hidden, { number: count })}</p> : null}
      {here.length > 8 ? (
        <label class="panel-search">
          <span class="visually-hidden">{words.people.search}</span>
          <Icon name="search" />
          <input class="input" type="search" dir="auto" placeholder={words.people.search} value={wanted} onInput={(event) => look(event.currentTarget.value)} />
        </label>
      ) : null}
      {waiting.length ? <Group title={words.people.in_lobby} some={waiting} /> : null}
      {groups.map(([role, some]) => <Group key={role} title={words.roles[`${role}_many`]} some={some} />)}
      {wanted && !found.length ? <p class="panel-note">{words.people.none_found}</p> : null}
    </>
  );
}

function Group({ title, some }) {
  const { words } = useRoom();
  const shown = [...some].sort(byName).slice(0, MOST_SHOWN);
  return (
    <section class="people-group">
      <h3>{title} <span class="people-number">{some.length}</span></h3>
      <ul class="people" role="list">
        {shown.map((person) => <PersonRow key={person.id} person={person} />)}
      </ul>
      {some.length > shown.length ? <p class="panel-note">{fill(words.people.more, { number: some.length - shown.length })}</p> : null}
    </section>
  );
}

function PersonRow({ person }) {
  const room = useRoom();
  const { words, parts } = room;
  const mine = useStore((state) => state.me?.id === person.id);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const acts = hosts || mine ? parts.flatMap((part) => part.menu?.(person, room) ?? []) : [];
  return (
    <li class="person" data-person={person.id}>
      <span class="person-name"><bdi>{person.label}</bdi>{mine ? <span class="person-me"> ({words.people.me})</span> : null}</span>
      <span class="person-signs">
        {person.hand_at ? <Icon name="hand" label={words.people.hand} /> : null}
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
export function Steps({ steps }) {
  const { words } = useRoom();
  return (
    <dl class="steps-count" aria-label={words.ladder.everybody}>
      {["full", "low", "sound", "text"].map((step) => (
        <div key={step}><dt>{words.ladder[step]}</dt><dd>{steps[step] ?? 0}</dd></div>
      ))}
    </dl>
  );
}

function byName(one, other) {
  if (one.label.startsWith("#") && other.label.startsWith("#")) return one.number - other.number;
  return one.label.localeCompare(other.label, document.documentElement.lang);
}

function folded(text) {
  return (text || "").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
