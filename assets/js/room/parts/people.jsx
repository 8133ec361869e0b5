// Who is there: how many for everybody, by role and to be looked for in the panel, under the names that the server gives
// out. What a session hides never comes here: the list is asked for, page by page, while the panel is open.
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { later } from "../ui/later.jsx";

export const RUNS = new Set(["host", "cohost"]);
export const SPEAKS = new Set(["host", "cohost", "speaker"]);
const NUMBER = /^#\d+$/;

export const people = {
  name: "people",
  begin: { count: 0 },
  hears: ["room"],
  icon: "people",
  label: (words) => words.people.title,
  take: (given, own) => ({ ...own, ...given, list: own?.list }),
  reduce(own, { touch, kind, body }) {
    if (touch) return { ...own, ...body };
    if (kind === "people.changed" && own.list) return { ...own, list: own.list.map((one) => (one.id === body.person.id ? merged(one, body.person) : one)) };
    if (kind === "people.silenced" && own.list) return { ...own, list: own.list.map((one) => (one.id === body.person ? { ...one, silenced: body.on } : one)) };
    if (kind === "room.waiting") return { ...own, waiting: Math.max(1, own.waiting || 0) };
    return own;
  },
  tells({ kind, body }, state, words, before) {
    if (kind !== "people.changed" || body.person.id === state.me?.id) return "";
    const known = before.stage.find((one) => one.id === body.person.id);
    if (known && known.role !== body.person.role) return fill(words.people.is_now, { name: merged(known, body.person).label, role: words.roles[body.person.role] });
    return "";
  },
  count: (own) => own.waiting || 0,
  HostBar: WeakLines,
  Panel: later(() => import("./people-panel.jsx"), "Panel"),
};

/** Somebody after news: what is for everybody may hide a name that is shown here. */
export function merged(known, news) {
  return { ...known, ...news, label: NUMBER.test(news.label) && known.label ? known.label : news.label };
}

/** In the trainer's bar: how many do not get everything, and what they get. */
function WeakLines() {
  const { words, open } = useRoom();
  const steps = useStore((state) => state.people.steps);
  const below = ["low", "sound", "text"].filter((step) => steps?.[step]);
  if (!below.length) return null;
  return (
    <button type="button" class="weak-lines" onClick={(event) => open("people", event.currentTarget)} aria-label={`${words.ladder.everybody}: ${below.map((step) => `${words.ladder[step]} ${steps[step]}`).join(", ")}`}>
      {below.map((step) => <span key={step}>{words.ladder[step]} <strong>{steps[step]}</strong></span>)}
    </button>
  );
}
