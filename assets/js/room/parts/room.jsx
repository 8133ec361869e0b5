// What the room is set to, and me in it: state without a panel of its own, from which all the others draw.
//
// From the server: snapshot.room = { state, begun_at, ends_at, now, roster, locked, lobby, lobby_words, chat, chat_held,
// questions_held, handouts, microphones, host_away }; entries "room.…" whose body holds the changed ones of these. And
// snapshot.me = { id, label, number, role, hosts, admitted, muted, silenced, microphone, camera, screen, stage, hand_at,
// floor_until, … }; the same of me in "people.…" and "me.…" entries with my id changes it.
import { RUNS } from "./people.jsx";

const clocked = (room) => (room?.now ? { ...room, skew: Date.parse(room.now) - Date.now() } : room);

export const room = {
  name: "room",
  begin: { state: "open" },
  take: (given, own) => clocked({ ...own, ...given }),
  reduce: (own, news) => clocked({ ...own, ...news.body }),
  tells(entry, state, words, before) {
    const { body, kind } = entry;
    const is = (name) => name in body && body[name] !== before.room[name];
    if (is("state") && words.room[`now_${body.state}`]) return { urgent: words.room[`now_${body.state}`] };
    if (is("host_away")) return { urgent: body.host_away ? words.room.host_away : words.room.host_back, kind: "attention" };
    if (is("locked")) return body.locked ? words.room.locked : words.room.unlocked;
    if (is("lobby") && state.me?.hosts) return body.lobby ? words.room.lobby_on : words.room.lobby_off;
    if (is("microphones")) return body.microphones ? words.room.microphones_on : words.room.microphones_off;
    if (kind === "room.all_muted") return { urgent: words.room.all_muted };
    return "";
  },
};

export const me = {
  name: "me",
  begin: {},
  hears: ["people", "hands", "stage", "moderation"],
  take: (given) => standing(given || {}),
  reduce(own, news, state) {
    const { body } = news;
    if (news.touch || !body) return own;
    const mine = news.kind.startsWith("me.") || (body.id && body.id === own.id);
    if (!mine) return own;
    const { n: _, ...fields } = body;
    return standing({ ...own, ...fields, id: own.id });
  },
  tells(entry, state, words, before) {
    const [was, is] = [before.me || {}, state.me || {}];
    if (was === is || !was.id) return "";
    if (was.role !== is.role) return { urgent: words.me[`role_${is.role}`] };
    if (!was.removed_at && is.removed_at) return { urgent: words.me.removed, kind: "danger" };
    if (!was.muted && is.muted) return { urgent: words.me.muted, kind: "attention" };
    if (was.muted && !is.muted) return { urgent: words.me.unmuted };
    if (!was.silenced && is.silenced) return { urgent: words.me.silenced, kind: "attention" };
    if (was.silenced && !is.silenced) return { urgent: words.me.may_write };
    if (!was.floor_until && is.floor_until) return { urgent: words.me.floor, kind: "done" };
    if (was.floor_until && !is.floor_until) return { urgent: words.me.floor_over };
    if (was.hand_at && !is.hand_at && !is.floor_until) return words.me.hand_down;
    if (was.microphone && !is.microphone) return { urgent: words.me.microphone_off, shown: false };
    if (!was.microphone && is.microphone) return words.me.microphone_on;
    if (!was.stage && is.stage) return { urgent: words.me.on_stage };
    return "";
  },
};

/** What follows from what the server said of me: whether I run the room, whether I may speak now. */
function standing(own) {
  const hosts = own.hosts ?? RUNS.has(own.role);
  const runs = RUNS.has(own.role);
  return { ...own, hosts: own.role ? runs : hosts, may_speak: runs || own.role === "speaker" || Boolean(own.stage) || Boolean(own.floor_until) };
}
