// Chat: to everybody, to the hosts, within a breakout. What I write shows at once as being sent, and stays until the server
// has it; a message is in its place by the number of its entry. Texts are text: only links of hosts can be followed.
//
// From the server: snapshot.chat = { mode, holds, silenced, messages, waiting, more }; entries chat.posted, chat.held,
// chat.refused, chat.deleted, chat.named, chat.reported, chat.settled, chat.set; breakouts.moved gives another chat.
import { useEffect, useRef, useState } from "preact/hooks";
import { newKey } from "../api.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { BarButton } from "../ui/buttons.jsx";
import { later } from "../ui/later.jsx";

const KEPT = 300; // messages that stay on the page while nobody looks at older ones
const GATHER = 3000; // ms: what comes together is spoken together
const SPREAD = 2000;
const NUMBER = /^#\d+$/;

export const chat = {
  name: "chat",
  begin: { mode: "all", holds: false, messages: [], waiting: [], more: false, unread: 0, pending: [] },
  hears: ["breakouts"],
  icon: "chat",
  label: (words) => words.chat.title,
  take: (given, own) => ({ ...chat.begin, ...given, unread: unreadOf(own, given), pending: own?.pending ?? [] }),
  reduce,
  tells({ kind, body }, state, words) {
    if (kind === "chat.set") return words.chat[`now_${body.mode}`];
    return "";
  },
  count: (own, state) => own.unread + (state.me?.hosts ? own.waiting.length : 0),
  start,
  Panel: later(() => import("./chat-panel.jsx"), "Panel"),
};

// ---------------------------------------------------------------------------------------------- what is known

function reduce(own, { kind, body, n, at }, state) {
  if (!body || body.gone) return own;
  if (kind === "chat.posted") return posted(own, { ...body, state: "shown", number: body.number || n, at: body.at || at }, state);
  if (kind === "chat.held") return { ...without(own, body.id), waiting: put(own.waiting, { ...body, state: "held" }) };
  if (kind === "chat.refused") return { ...own, waiting: own.waiting.map((one) => (one.id === body.id ? { ...one, state: "refused" } : one)).filter((one) => !state.me?.hosts || one.id !== body.id) };
  if (kind === "chat.deleted") return { ...own, messages: own.messages.map((one) => (one.id === body.id ? { ...one, state: "deleted", text: "" } : one)), waiting: own.waiting.filter((one) => one.id !== body.id) };
  if (kind === "chat.named") return { ...own, messages: own.messages.map((one) => (one.id === body.id ? { ...one, who: body.who } : one)) };
  if (kind === "chat.reported") return { ...own, waiting: put(own.waiting, body) };
  if (kind === "chat.settled") return { ...own, waiting: own.waiting.filter((one) => one.id !== body.id) };
  if (kind === "chat.set") return { ...own, mode: body.mode, holds: body.holds };
  if (kind === "breakouts.moved") return { ...own, messages: own.messages.filter((one) => one.channel !== "breakout") };
  return own;
}

function posted(own, message, state) {
  const known = own.messages.find((one) => one.id === message.id);
  const named = known && NUMBER.test(message.who.label) ? { ...message, who: known.who } : message;
  const messages = put(own.messages, named);
  const looking = state.panel === "chat";
  const mine = message.who.id === state.me?.id;
  const fewer = messages.length > KEPT && !own.reading;
  return {
    ...own,
    messages: fewer ? messages.slice(-KEPT) : messages,
    more: own.more || fewer,
    waiting: own.waiting.filter((one) => one.id !== message.id || one.reports),
    pending: own.pending.filter((one) => one.id !== message.id),
    unread: known || looking || mine ? own.unread : own.unread + 1,
  };
}

const without = (own, id) => ({ ...own, pending: own.pending.filter((one) => one.id !== id) });

/** A list with a message in its place; the same one again takes its own place. */
export function put(list, message) {
  const others = list.filter((one) => one.id !== message.id);
  const last = others[others.length - 1];
  if (!last || (last.number || 0) <= (message.number || 0)) return [...others, message];
  return [...others, message].sort((one, other) => one.number - other.number);
}

function unreadOf(own, given) {
  if (!own?.messages.length) return 0;
  const last = own.messages[own.messages.length - 1].number;
  return own.unread + (given?.messages || []).filter((one) => one.number > last).length;
}

/** What comes while the panel is open is spoken: one message in full, several as a number. */
function start(room) {
  let fresh = [];
  let timer = null;
  const speak = () => {
    timer = null;
    const [one] = fresh;
    room.say.polite(fresh.length === 1 ? fill(room.words.chat.new_from, { name: one.who.label, text: one.text }) : fill(room.words.chat.news, { count: fresh.length }));
    fresh = [];
  };
  room.store.listen(({ kind, body }, state) => {
    if (kind === "breakouts.moved") return setTimeout(() => renew(room), Math.random() * SPREAD); // everybody moves at once
    if (kind !== "chat.posted" || !body.who || state.panel !== "chat" || body.who.id === state.me?.id) return undefined;
    fresh.push(body);
    timer ??= setTimeout(speak, fresh.length === 1 ? 300 : GATHER);
    return undefined;
  });
}

/** The last messages anew: another breakout has others. */
async function renew(room) {
  const answer = await room.api.get("chat").catch(() => ({ ok: false }));
  if (!answer.ok) return;
  const own = room.store.state.chat;
  room.store.put("chat", { ...own, messages: answer.body.messages, more: answer.body.more });
}

// ---------------------------------------------------------------------------------------------- sending

/** Send a message: it waits in `pending` until its entry comes. */
export async function send(room, text, to) {
  const key = newKey();
  const change = (how) => {
    const own = room.store.state.chat;
    room.store.put("chat", { ...own, pending: own.pending.flatMap((one) => (one.key === key ? how(one) : [one])) });
  };
  const own = room.store.state.chat;
  room.store.put("chat", { ...own, pending: [...own.pending, { key, text, channel: to.channel }] });
  const answer = await room.api.post("chat/messages", { text, channel: to.channel, about: to.about?.id }, { key });
  if (!answer.ok) return change((one) => [{ ...one, problem: answer.problem }]);
  const there = (list) => list.some((one) => one.id === answer.body.id);
  const now = room.store.state.chat;
  return change((one) => (there(now.messages) || there(now.waiting) ? [] : [{ ...one, id: answer.body.id }]));
}

export function drop(room, key) {
  const own = room.store.state.chat;
  room.store.put("chat", { ...own, pending: own.pending.filter((one) => one.key !== key) });
}

export function clock(at, room) {
  const when = new Date(at);
  return Number.isNaN(when.getTime()) ? "" : when.toLocaleTimeString(room.config.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: room.config.zone || undefined });
}

// ---------------------------------------------------------------------------------------------- signs

const SIGNS = { clap: "👏", thumb: "👍", heart: "❤️", laugh: "😄", wonder: "😮" };
const SHOWN = 5000;

export const reactions = {
  name: "reactions",
  begin: { totals: {}, fresh: {} },
  take: (given) => ({ totals: given || {}, fresh: {} }),
  reduce(own, { touch, body }) {
    if (!touch) return own;
    const fresh = Object.fromEntries(Object.keys(SIGNS).map((sign) => [sign, (body[sign] || 0) - (own.totals[sign] || 0)]).filter(([, more]) => more > 0));
    return { totals: body, fresh, at: Date.now() };
  },
  Bar: React,
  Over: Signs,
};

function React() {
  const room = useRoom();
  const words = room.words.chat;
  const [open, setOpen] = useState(false);
  const place = useRef(null);
  const silenced = useStore((state) => Boolean(state.me?.silenced));
  useEffect(() => {
    if (open) place.current.querySelector(".signs button")?.focus();
  }, [open]);
  if (silenced) return null;
  const give = (sign) => {
    setOpen(false);
    place.current.querySelector(".bar-button").focus();
    room.api.post("chat/signs", { sign }, { patient: false, lane: "signs" });
  };
  const keys = (event) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    setOpen(false);
    place.current.querySelector(".bar-button").focus();
  };
  return (
    <div class="signs-place" ref={place} onKeyDown={keys}>
      <BarButton icon="react" label={words.signs} aria-expanded={String(open)} data-react onClick={() => setOpen(!open)} />
      {open ? (
        <div class="signs" role="group" aria-label={words.signs}>
          {Object.entries(SIGNS).map(([sign, picture]) => (
            <button key={sign} type="button" aria-label={words[sign]} title={words[sign]} onClick={() => give(sign)}><span aria-hidden="true">{picture}</span></button>
          ))}
        </div>
      ) : null}
    </div>
  );
}

/** What was given in the last moments, for a moment. */
function Signs() {
  const room = useRoom();
  const own = useStore((state) => state.reactions);
  const [, draw] = useState(0);
  useEffect(() => {
    if (!own?.at) return undefined;
    const timer = setTimeout(() => draw((n) => n + 1), SHOWN);
    return () => clearTimeout(timer);
  }, [own?.at]);
  const shown = own?.at && Date.now() - own.at < SHOWN ? Object.entries(own.fresh) : [];
  if (!shown.length) return null;
  const list = shown.map(([sign, count]) => `${room.words.chat[sign]} ${count}`).join(", ");
  return (
    <p class="signs-now" data-signs>
      <span class="visually-hidden">{fill(room.words.chat.signs_now, { list })}</span>
      {shown.map(([sign, count]) => <span key={sign} aria-hidden="true">{SIGNS[sign]}{count > 1 ? <b>{count}</b> : null}</span>)}
    </p>
  );
}
