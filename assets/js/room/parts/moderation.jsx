// Keeping order: acts on one person from the list of people (two presses each); acts on everybody, the room's doors and the
// log of what was done are in a panel.
import { act, acts, actWithWayBack } from "../acts.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { later } from "../ui/later.jsx";
import { RUNS } from "./people.jsx";

export const moderation = {
  name: "moderation",
  icon: "settings",
  label: (words) => words.moderation.title,
  has: (state) => Boolean(state.me?.hosts),
  menu,
  HostBar: Begin,
  Panel: later(() => import("./moderation-panel.jsx"), "Panel"),
};

/** What may be done to somebody by who runs the room; what was done already shows its counterpart. */
function menu(person, room) {
  const words = room.words.moderation;
  const [me, name] = [room.me(), person.label];
  if (!me.hosts || person.id === me.id) return [];
  if (person.waiting) return [{ says: words.admit, icon: "check", act: () => act(room, acts.admit(person.id)) }];
  if (person.banned) return [{ says: words.ban_back, icon: "back", act: () => act(room, acts.ban(person.id, false)) }];
  if (person.removed) return [{ says: words.remove_back, icon: "back", act: () => act(room, acts.remove(person.id, false)) }];
  if (person.role === "host" && me.role !== "host") return [];
  const way = (key, make, on) => ({
    says: words[on ? key : `${key}_back`],
    act: () => actWithWayBack(room, make(person.id, on), fill(words[on ? `${key}_done` : `${key}_back_done`], { name }), make(person.id, !on)),
  });
  const list = [];
  if (person.microphone) list.push({ says: words.mute, icon: "microphone-off", act: () => act(room, acts.mute(person.id, true)).then((answer) => answer.ok && room.tell(fill(words.mute_done, { name }), "done")) });
  else if (person.stage && !person.muted) list.push({ says: words.ask_to_speak, icon: "microphone", act: () => act(room, acts.mute(person.id, false)) });
  list.push({ ...way("hard_mute", acts.hardMute, !person.muted), icon: "microphone-off" });
  list.push({ ...way("silence", acts.silence, !person.silenced), icon: "chat" });
  for (const role of roles(person)) list.push({ says: words[`make_${role}`], icon: RUNS.has(role) ? "crown" : "people", act: () => makeRole(room, person, role) });
  if (me.role === "host" && person.role === "cohost") list.push({ says: words.pass_host, icon: "crown", act: () => act(room, acts.passHost(person.id)) });
  list.push({ ...way("remove", acts.remove, true), icon: "leave", danger: true });
  list.push({ ...way("ban", acts.ban, true), icon: "ban", danger: true });
  return list;
}

function roles(person) {
  return ["cohost", "speaker", "notetaker", "participant"].filter((role) => role !== person.role);
}

function makeRole(room, person, role) {
  const words = room.words;
  const told = fill(words.people.is_now, { name: person.label, role: words.roles[role] });
  return actWithWayBack(room, acts.role(person.id, role), told, acts.role(person.id, person.role));
}

/** In the trainer's bar while the room is backstage. */
function Begin() {
  const room = useRoom();
  const state = useStore((all) => all.room?.state);
  if (state !== "open") return null;
  return (
    <>
      <p class="hostbar-note">{room.words.moderation.backstage}</p>
      <Button kind="main" class="hostbar-button" data-begin onClick={() => act(room, acts.begin())}>{room.words.moderation.begin}</Button>
    </>
  );
}
