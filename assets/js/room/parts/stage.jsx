// The stage: up to 25 places, one tile each: the name, what is on, the picture from the media part. The one who speaks is
// larger. Where no media carry pictures it is a quiet row of names.
//
// The media part calls store.put("speaking", [id, …]) with who is heard now, loudest first.
import { useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Icon } from "../ui/icons.jsx";
import { merged } from "./people.jsx";

const NOBODY = [];

export const stage = {
  name: "stage",
  begin: NOBODY,
  hears: ["people", "room", "hands"],
  take: (given) => given || NOBODY,
  reduce(own, { touch, kind, body }) {
    if (touch) return own;
    if (kind === "people.removed" && body.on) return own.filter((one) => one.id !== body.person.id);
    if (kind === "people.all_muted" || kind === "room.hard_muted") return body.on ? own.map(muted) : own;
    if (kind === "room.ended") return NOBODY;
    if (kind !== "people.changed") return own;
    const { person } = body;
    const known = own.find((one) => one.id === person.id);
    const others = own.filter((one) => one !== known);
    if (!person.stage) return known ? others : own;
    return [...others, known ? merged(known, person) : person].sort((one, other) => one.stage - other.stage);
  },
  keys: ["microphone", "camera"].map((kind, at) => ({ key: "mv"[at], says: kind, act: (room) => switchOver(room, kind) })),
  stage: (own, state) => (own.length ? 20 : state.slides?.shown.deck ? 0 : 1),
  Stage,
};

/** Switch my microphone, camera or screen over, from what the server last said of it; a refusal is shown. */
export async function switchOver(room, kind) {
  const me = room.me();
  if (kind === "microphone" && me.muted && !me.microphone) return room.tell(room.words.shell.muted_why, "note");
  const answer = await room.media.turn(kind, !me[kind]);
  if (!answer.ok && answer.problem) room.tell(answer.problem, "attention");
  return answer;
}

const muted = (one) => (one.role === "host" || one.role === "cohost" ? one : { ...one, microphone: false });

function Stage() {
  const { words } = useRoom();
  const there = useStore((state) => state.stage);
  const speaking = useStore((state) => state.speaking || NOBODY);
  const state = useStore((all) => all.room?.state);
  if (!there.length) return <p class="surface-nothing">{state === "open" ? words.stage.not_begun : words.stage.empty}</p>;
  return (
    <ul class="tiles" role="list" data-tiles={there.length} aria-label={words.stage.title}>
      {there.map((person) => <Tile key={person.id} person={person} speaks={speaking[0] === person.id} />)}
    </ul>
  );
}

function Tile({ person, speaks }) {
  const { words, parts, config } = useRoom();
  const mine = useStore((state) => state.me?.id === person.id);
  const sound = config.media?.kind !== "null";
  return (
    <li class={`tile${speaks ? " tile--speaks" : ""}`} data-tile={person.id}>
      {parts.filter((part) => part.Tile).map((part) => <part.Tile key={part.name} person={person} />)}
      <p class="tile-name">
        {sound ? <Icon name={person.microphone ? "microphone" : "microphone-off"} label={person.microphone ? words.stage.microphone_on : words.stage.microphone_off} /> : null}{" "}
        <bdi>{person.label}</bdi>{mine ? ` (${words.people.me})` : ""}
        <span class="tile-role">{words.roles[person.role]}</span>
      </p>
    </li>
  );
}
