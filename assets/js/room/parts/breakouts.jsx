// Breakouts: where I am and how long, a call for help, the way back; for who runs the room: groups, moves, a word to all, the
// time, everybody back. Sound and picture follow the entry breakouts.moved { room } of one's own.
//
// From the server: snapshot.breakouts = { round, here, mine, people }, round null while none are held (for hosts: prepared);
// entries breakouts.prepared (hosts), .opened, .changed, .closed, .people (hosts), .moved (me), .help, .word.
import { act } from "../acts.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { later } from "../ui/later.jsx";
import { TimeLeft } from "./hands.jsx";

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
  Panel: later(() => import("./breakouts-panel.jsx"), "Panel"),
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

export const nameOf = (own, id) => own.round?.rooms.find((one) => one.id === id)?.name ?? "";

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
