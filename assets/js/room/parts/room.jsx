// What the room is set to, and me in it: state without a panel of its own, from which all the others draw.
import { fill } from "../context.js";
import { RUNS, SPEAKS } from "./people.jsx";

/** The difference between the server's clock and this one is kept beside it. */
const clocked = (room) => (room?.now ? { ...room, skew: Date.parse(room.now) - Date.now() } : room);

const CHANGES = {
  "room.begun": ({ at }) => ({ state: "live", begun_at: at }),
  "room.ended": () => ({ state: "ended" }),
  "room.locked": ({ on }) => ({ locked: on }),
  "room.lobby": ({ on }) => ({ lobby: on }),
  "room.lobby_words": ({ words }) => ({ lobby_words: words }),
  "room.hard_muted": ({ on }) => ({ hard_muted: on }),
  "room.host": ({ person }) => ({ host: person, host_away: false }),
  "room.host_away": ({ person }) => ({ host: person, host_away: true }),
  "room.host_back": ({ person }) => ({ host: person, host_away: false }),
};

export const room = {
  name: "room",
  begin: { state: "open" },
  take: (given, own) => clocked({ ...own, ...given }),
  reduce: (own, { kind, body }) => (CHANGES[kind] ? { ...own, ...CHANGES[kind](body) } : own),
  tells({ kind, body }, state, words) {
    const said = words.room;
    const name = body.person?.label ?? "";
    const mine = body.person?.id !== undefined && body.person.id === state.me?.id;
    if (kind === "room.begun") return { urgent: said.begun, kind: "done" };
    if (kind === "room.ended") return { urgent: said.ended, kind: "done" };
    if (kind === "room.host_away") return mine ? "" : { urgent: fill(said.host_away, { name }), kind: "attention" };
    if (kind === "room.host_back") return mine ? "" : { urgent: fill(said.host_back, { name }) };
    if (kind === "room.host") return { urgent: mine ? said.you_host : fill(said.hosts_now, { name }) };
    if (kind === "room.locked") return body.on ? said.locked : said.unlocked;
    if (kind === "room.lobby") return body.on ? said.lobby_on : said.lobby_off;
    if (kind === "room.hard_muted" && !state.me?.hosts) return { urgent: body.on ? said.hard_muted : said.hard_mute_over };
    if (kind === "room.waiting") return said.somebody_waits;
    return "";
  },
};

export const me = {
  name: "me",
  begin: {},
  hears: ["people", "hands", "room"],
  take: (given) => standing(given || {}),
  reduce(own, { kind, body, touch, what }) {
    if (touch) return what === "hands" ? { ...own, hand_at: myHand(own, body) } : own;
    if (kind === "people.silenced" && (body.person === undefined || body.person === own.id)) return { ...own, silenced: body.on };
    if (kind === "people.all_muted" || kind === "room.hard_muted") return body.on && !own.hosts ? { ...own, microphone: false } : own;
    if (kind === "room.admitted") return { ...own, waiting: false };
    if (kind === "people.removed" && body.person.id === own.id) return { ...own, removed: body.on };
    if (kind === "hands.floor" && body.person.id === own.id) return standing({ ...own, floor_until: body.until, hand_at: null });
    if (kind === "hands.floor_ended" && body.person.id === own.id) return standing({ ...own, floor_until: null });
    if (body.person?.id !== own.id || !own.id) return own;
    return standing({ ...own, ...body.person });
  },
  tells({ kind, body }, state, words, before) {
    const [was, is, said] = [before.me || {}, state.me || {}, words.me];
    if (kind === "people.asked_to_speak") return { urgent: said.asked_to_speak, kind: "attention" };
    if (kind === "people.all_muted" && body.on && was.microphone) return { urgent: said.muted_with_all, kind: "attention" };
    if (was === is || !was.id) return "";
    if (was.role !== is.role) return { urgent: said[`role_${is.role}`], kind: "done" };
    if (!was.removed && is.removed) return { urgent: said.removed, kind: "danger" };
    if (!was.muted && is.muted) return { urgent: said.muted, kind: "attention" };
    if (was.muted && !is.muted) return { urgent: said.unmuted };
    if (!was.silenced && is.silenced) return { urgent: said.silenced, kind: "attention" };
    if (was.silenced && !is.silenced) return { urgent: said.may_write };
    if (!was.floor_until && is.floor_until) return { urgent: said.floor, kind: "done" };
    if (was.floor_until && !is.floor_until) return { urgent: said.floor_over };
    if (was.microphone && !is.microphone) return { urgent: said.microphone_off };
    if (!was.microphone && is.microphone) return said.microphone_on;
    if (!was.stage && is.stage) return said.on_stage;
    return "";
  },
};

/** My hand in the queue that everybody is told; behind what the queue shows it stays as it was. */
function myHand(own, { queue, count }) {
  const mine = queue.find((one) => one.id === own.id);
  if (mine) return mine.at;
  return count > queue.length ? own.hand_at : null;
}

/** What follows from what the server said of me: whether I run the room, whether I may speak now. */
function standing(own) {
  const hosts = RUNS.has(own.role);
  return { ...own, hosts, may_speak: SPEAKS.has(own.role) || Boolean(own.stage) || Boolean(own.floor_until) };
}
