// The stage: up to 25 places, one tile each: the name, what is on, the picture from the media part. The one who speaks is
// larger. Where no media carry pictures it is a quiet row of names.
//
// From the server: stage, microphone, camera, screen of people; entries "stage.…" { id, label, role, stage, … }. The media
// part calls store.put("speaking", [id, …]) with who is heard now, loudest first.
import { useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Icon } from "../ui/icons.jsx";

export const stage = {
  name: "stage",
  begin: {},
  stage: (own, state) => (state.people.list.some((one) => one.stage) ? 20 : 1),
  Stage,
};

function Stage() {
  const { words } = useRoom();
  const list = useStore((state) => state.people.list);
  const speaking = useStore((state) => state.speaking || NOBODY);
  const there = list.filter((one) => one.stage && one.here !== false).sort((one, other) => one.stage - other.stage);
  if (!there.length) return <p class="surface-nothing">{words.stage.empty}</p>;
  return (
    <ul class="tiles" role="list" data-tiles={there.length} aria-label={words.stage.title}>
      {there.map((person) => <Tile key={person.id} person={person} speaks={speaking[0] === person.id} />)}
    </ul>
  );
}

const NOBODY = [];

function Tile({ person, speaks }) {
  const { words, parts } = useRoom();
  const mine = useStore((state) => state.me?.id === person.id);
  return (
    <li class={`tile${speaks ? " tile--speaks" : ""}`} data-tile={person.id}>
      {parts.filter((part) => part.Tile).map((part) => <part.Tile key={part.name} person={person} />)}
      <p class="tile-name">
        <Icon name={person.microphone ? "microphone" : "microphone-off"} label={person.microphone ? words.stage.microphone_on : words.stage.microphone_off} />
        <bdi>{person.label}</bdi>{mine ? ` (${words.people.me})` : ""}
        <span class="tile-role">{words.roles[person.role]}</span>
      </p>
    </li>
  );
}
