// Hands: one ordered queue. Who runs the room gives the floor, for a time that everybody sees running; who has it may speak
// without entering anew. My own hand is up when the server says so.
//
// From the server: hand_at and floor_until of people and of me; entries "hands.raised" { id, label, role, hand_at },
// "hands.lowered" { id, hand_at: null }, "hands.given" { id, label, role, floor_until, hand_at: null }, "hands.taken" { id,
// floor_until: null }. POST hands/raise {}, hands/lower {} or { id }, hands/give { id, seconds }, hands/take { id }.
import { useEffect, useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { BarButton, Button } from "../ui/buttons.jsx";
import { Icon } from "../ui/icons.jsx";
import { Empty } from "../ui/panel.jsx";

const TIMES = [60, 120, 180, 300, 600];

export const hands = {
  name: "hands",
  begin: { list: [], floors: [] },
  icon: "hand",
  label: (words) => words.hands.title,
  has: (state) => Boolean(state.me?.hosts),
  take: (given) => ({ ...hands.begin, ...given }),
  reduce(own, { kind, body, touch }) {
    if (touch || !body?.id) return own;
    const list = own.list.filter((one) => one.id !== body.id);
    const floors = own.floors.filter((one) => one.id !== body.id);
    if (kind === "hands.raised") return { ...own, list: [...list, body].sort((one, other) => one.hand_at.localeCompare(other.hand_at)) };
    if (kind === "hands.given") return { list, floors: [...floors, body] };
    if (kind === "hands.taken") return { ...own, floors };
    return { list, floors: own.floors };
  },
  tells(entry, state, words) {
    const { kind, body } = entry;
    if (body?.id === state.me?.id) return "";
    if (kind === "hands.raised" && state.me?.hosts) return fill(words.hands.raised_by, { name: body.label });
    if (kind === "hands.given") return fill(words.hands.given_to, { name: body.label });
    return "";
  },
  count: (own) => own.list.length,
  keys: [{ key: "h", says: "hand", act: (room) => turn(room) }],
  menu(person, room) {
    const { words } = room;
    if (!room.hosts() || person.id === room.me().id) return [];
    const acts = [];
    if (person.floor_until) acts.push({ says: words.hands.take, icon: "floor", act: () => take(room, person) });
    else if (!RUNS_OR_SPEAKS.has(person.role)) acts.push({ says: words.hands.give, icon: "floor", act: () => give(room, person) });
    if (person.hand_at) acts.push({ says: words.hands.lower, icon: "hand", act: () => room.api.post("hands/lower", { id: person.id }) });
    return acts;
  },
  Bar: HandButton,
  HostBar: NextHand,
  Head: MyFloor,
  Panel,
};

const RUNS_OR_SPEAKS = new Set(["host", "cohost", "speaker"]);

/** Raise or lower my hand, as the server last said it is. */
async function turn(room) {
  const up = Boolean(room.me().hand_at);
  const answer = await room.api.post(up ? "hands/lower" : "hands/raise");
  if (!answer.ok) room.tell(answer.problem, "attention");
}

async function give(room, person, seconds = room.floorTime || 180) {
  const answer = await room.api.post("hands/give", { id: person.id, seconds });
  if (!answer.ok) return room.tell(answer.problem, "attention");
  return room.undo.offer(fill(room.words.hands.given_to, { name: person.label }), () => take(room, person));
}

async function take(room, person) {
  const answer = await room.api.post("hands/take", { id: person.id });
  if (!answer.ok) room.tell(answer.problem, "attention");
}

function HandButton() {
  const room = useRoom();
  const { words } = room;
  const up = useStore((state) => Boolean(state.me?.hand_at));
  const place = useStore((state) => state.hands.list.findIndex((one) => one.id === state.me?.id) + 1);
  const runs = useStore((state) => Boolean(state.me?.hosts));
  const sending = useStore((state) => (state.waiting || []).some((one) => /^hands\/(raise|lower)/.test(one.path)));
  if (runs) return null;
  const label = up ? (place ? fill(words.hands.up_at, { number: place }) : words.hands.up) : words.hands.raise;
  return <BarButton icon="hand" label={label} on={up} busy={sending} data-hand onClick={() => turn(room)} />;
}

/** In the trainer's bar: the first of the queue, one press away. */
function NextHand() {
  const room = useRoom();
  const { words } = room;
  const first = useStore((state) => state.hands.list[0]);
  const floors = useStore((state) => state.hands.floors);
  return (
    <>
      {floors.map((one) => (
        <Button key={one.id} icon="floor" class="hostbar-button" onClick={() => take(room, one)}>
          {fill(words.hands.end_floor_of, { name: one.label })} <TimeLeft until={one.floor_until} />
        </Button>
      ))}
      <Button icon="hand" class="hostbar-button" disabled={!first} data-give-next onClick={() => first && give(room, first)}>
        {first ? fill(words.hands.give_to, { name: first.label }) : words.hands.nobody}
      </Button>
    </>
  );
}

/** What I have to see at all times while the floor is mine. */
function MyFloor() {
  const room = useRoom();
  const until = useStore((state) => state.me?.floor_until);
  if (!until) return null;
  return (
    <p class="my-floor" data-my-floor><Icon name="floor" />{room.words.hands.yours} <TimeLeft until={until} /></p>
  );
}

/** Minutes and seconds until a time of the server's. */
export function TimeLeft({ until }) {
  const skew = useStore((state) => state.room?.skew || 0);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, Math.round((Date.parse(until) - now - skew) / 1000));
  return <bdi class={`time-left${left <= 10 ? " time-left--short" : ""}`} dir="ltr" role="timer" aria-live="off">{Math.floor(left / 60)}:{String(left % 60).padStart(2, "0")}</bdi>;
}

function Panel() {
  const room = useRoom();
  const { words } = room;
  const { list, floors } = useStore((state) => state.hands);
  const [seconds, setSeconds] = useState(room.floorTime || 180);
  const choose = (event) => {
    room.floorTime = Number(event.currentTarget.value);
    setSeconds(room.floorTime);
  };
  return (
    <>
      <label class="panel-field">
        {words.hands.time}
        <select class="input" value={seconds} onChange={choose}>
          {TIMES.map((one) => <option key={one} value={one}>{fill(words.hands.minutes, { number: one / 60 })}</option>)}
        </select>
      </label>
      {floors.length ? (
        <section>
          <h3>{words.hands.speaking}</h3>
          <ul class="people" role="list">
            {floors.map((one) => (
              <li class="person" key={one.id}>
                <bdi class="person-name">{one.label}</bdi><TimeLeft until={one.floor_until} />
                <Button onClick={() => take(room, one)}>{words.hands.take}</Button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {list.length ? (
        <ol class="people people--queue">
          {list.map((one) => (
            <li class="person" key={one.id} data-hand-of={one.id}>
              <bdi class="person-name">{one.label}</bdi>
              <Button kind="secondary" onClick={() => give(room, one, seconds)} aria-label={fill(words.hands.give_to, { name: one.label })}>{words.hands.give}</Button>
              <Button kind="quiet" onClick={() => room.api.post("hands/lower", { id: one.id })} aria-label={fill(words.hands.lower_of, { name: one.label })}>{words.hands.lower}</Button>
            </li>
          ))}
        </ol>
      ) : (
        <Empty title={words.hands.empty}>{words.hands.empty_more}</Empty>
      )}
    </>
  );
}
