// Hands: one ordered queue. Who runs the room gives the floor, for a time that everybody sees running; who has it may speak
// without entering anew. My own hand is up when the server says so.
import { useEffect, useState } from "preact/hooks";
import { act, acts, actWithWayBack } from "../acts.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { BarButton, Button } from "../ui/buttons.jsx";
import { Icon } from "../ui/icons.jsx";
import { later } from "../ui/later.jsx";
import { SPEAKS } from "./people.jsx";

export const USUAL = 180;

export const hands = {
  name: "hands",
  begin: { count: 0, queue: [], floor: [] },
  icon: "hand",
  label: (words) => words.hands.title,
  has: (state) => Boolean(state.me?.hosts),
  take: (given) => ({ ...hands.begin, ...given }),
  reduce: (own, { touch, body }) => (touch ? { ...own, ...body } : own),
  tells({ kind, body }, state, words) {
    if (kind !== "hands.floor" || body.person.id === state.me?.id) return "";
    return fill(words.hands.given_to, { name: body.person.label });
  },
  count: (own) => own.count,
  keys: [{ key: "h", says: "hand", act: (room) => (room.hosts() ? room.toggle("hands") : turn(room)) }],
  menu(person, room) {
    const { words } = room;
    if (person.id === room.me().id || person.waiting || person.removed || person.banned) return [];
    const made = [];
    if (person.floor_until) made.push({ says: words.hands.take, icon: "floor", act: () => act(room, acts.endFloor(person.id)) });
    else if (!SPEAKS.has(person.role)) made.push({ says: words.hands.give, icon: "floor", act: () => give(room, person) });
    if (room.store.state.hands.queue.some((one) => one.id === person.id)) made.push({ says: words.hands.lower, icon: "hand", act: () => act(room, acts.lower(person.id)) });
    return made;
  },
  start(room) {
    let before = room.store.state.hands;
    room.store.watch(() => {
      const now = room.store.state.hands;
      if (now === before) return;
      if (room.hosts()) {
        const known = new Set(before.queue.map((one) => one.id));
        for (const one of now.queue) if (!known.has(one.id)) room.say.polite(fill(room.words.hands.raised_by, { name: one.label }));
      }
      before = now;
    });
  },
  Bar: HandButton,
  HostBar: NextHand,
  Head: MyFloor,
  Panel: later(() => import("./hands-panel.jsx"), "Panel"),
};

/** Raise or lower my hand, from what the server last said of it. */
const turn = (room) => act(room, acts.raise(!room.me().hand_at));

/** Give somebody the floor, for the time that was chosen last. */
export const give = (room, person, seconds = room.floorTime || USUAL) =>
  actWithWayBack(room, acts.give(person.id, seconds), fill(room.words.hands.given_to, { name: person.label }), acts.endFloor(person.id));

function HandButton() {
  const room = useRoom();
  const { words } = room;
  const up = useStore((state) => Boolean(state.me?.hand_at));
  const place = useStore((state) => state.hands.queue.findIndex((one) => one.id === state.me?.id) + 1);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const live = useStore((state) => state.room?.state === "live");
  const path = acts.raise(true)[0];
  const sending = useStore((state) => (state.waiting || []).some((one) => one.path === path));
  if (hosts || !live) return null;
  const label = up ? (place ? fill(words.hands.up_at, { number: place }) : words.hands.up) : words.hands.raise;
  return <BarButton icon="hand" label={label} on={up} busy={sending} data-hand onClick={() => turn(room)} />;
}

/** In the trainer's bar: the first of the queue, one press away; and whose time runs. */
function NextHand() {
  const room = useRoom();
  const { words } = room;
  const first = useStore((state) => state.hands.queue[0]);
  const floor = useStore((state) => state.hands.floor);
  return (
    <>
      {floor.map((one) => (
        <Button key={one.id} icon="floor" class="hostbar-button" data-end-floor={one.id} onClick={() => act(room, acts.endFloor(one.id))}>
          {fill(words.hands.end_floor_of, { name: one.label })} <TimeLeft until={one.until} />
        </Button>
      ))}
      {first ? (
        <Button icon="hand" class="hostbar-button" data-give-next onClick={() => give(room, first)}>{fill(words.hands.give_to, { name: first.label })}</Button>
      ) : null}
    </>
  );
}

/** What I have to see at all times while the floor is mine. */
function MyFloor() {
  const room = useRoom();
  const until = useStore((state) => state.me?.floor_until);
  const id = useStore((state) => state.me?.id);
  if (!until) return null;
  return (
    <p class="my-floor" data-my-floor>
      <Icon name="floor" /><span>{room.words.hands.yours} <TimeLeft until={until} /></span>
      <button type="button" class="button button--quiet" onClick={() => act(room, acts.endFloor(id))}>{room.words.hands.give_back}</button>
    </p>
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
