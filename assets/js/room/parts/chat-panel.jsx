// The panel of chat: messages in their order, what waits for a host, and writing one.
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { act, acts, actWithWayBack } from "../acts.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Icon } from "../ui/icons.jsx";
import { Menu } from "../ui/menu.jsx";
import { Empty } from "../ui/panel.jsx";
import { clock, drop, put, send } from "./chat.jsx";
import "../kit.js";

const LINK = /https?:\/\/[^\s<>"'()[\]{}\\^`|]+[^\s<>"'()[\]{}\\^`|.,;:!?]/gu;
const LONGEST = 1000;

export function Panel() {
  const room = useRoom();
  const own = useStore((state) => state.chat);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const [about, answer] = useState(null);
  useEffect(() => {
    if (own.unread) room.store.put("chat", { ...own, unread: 0 });
  }, [own.unread]);
  return (
    <div class="talk chat">
      {hosts ? <Setting own={own} /> : null}
      {hosts ? <Waiting own={own} /> : null}
      <Messages own={own} hosts={hosts} onAnswer={answer} />
      <Writer own={own} hosts={hosts} about={about} onAbout={answer} />
    </div>
  );
}

function Setting({ own }) {
  const room = useRoom();
  const words = room.words.chat;
  return (
    <details class="talk-setting">
      <summary>{words[`mode_${own.mode}`]}</summary>
      <label class="panel-field">
        {words.setting}
        <select class="input" value={own.mode} onChange={(event) => act(room, ["chat/setting", { mode: event.currentTarget.value }])}>
          {["all", "hosts", "off"].map((mode) => <option key={mode} value={mode}>{words[`mode_${mode}`]}</option>)}
        </select>
      </label>
      <label class="talk-check">
        <input type="checkbox" checked={own.holds} onClick={(event) => (event.preventDefault(), act(room, ["chat/setting", { holds: !own.holds }]))} /> {words.set_holds}
      </label>
    </details>
  );
}

/** What hosts decide on: held and reported messages. */
function Waiting({ own }) {
  const room = useRoom();
  const words = room.words.chat;
  if (!own.waiting.length) return null;
  const decide = (message, what) => act(room, [`chat/messages/${message.id}/${what}`]);
  return (
    <section class="talk-waiting" aria-label={words.waiting}>
      <h3>{words.waiting} <span class="people-number">{own.waiting.length}</span></h3>
      <ul role="list">
        {own.waiting.map((message) => (
          <li key={message.id} data-waiting={message.id}>
            <p class="message-head"><bdi class="message-who">{message.who.label}</bdi> {message.reports ? <span class="badge badge--attention">{fill(words.reports, { count: message.reports })}</span> : null}</p>
            <p class="message-text" dir="auto">{message.text}</p>
            <div class="talk-acts">
              {message.reports ? (
                <>
                  <Button kind="danger" onClick={() => decide(message, "deletion")}>{words.delete}</Button>
                  <Button onClick={() => decide(message, "settlement")}>{words.leave}</Button>
                </>
              ) : (
                <>
                  <Button onClick={() => decide(message, "publishing")}>{words.publish}</Button>
                  <Button kind="quiet" onClick={() => decide(message, "refusal")}>{words.refuse}</Button>
                </>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Messages({ own, hosts, onAnswer }) {
  const room = useRoom();
  const words = room.words.chat;
  const box = useRef(null);
  const end = useRef(true);
  const [missed, miss] = useState(0);
  const last = own.messages[own.messages.length - 1]?.number || 0;
  const mine = hosts ? [] : own.waiting;
  useLayoutEffect(() => {
    if (end.current) box.current.scrollTop = box.current.scrollHeight;
    else miss((count) => count + 1);
  }, [last, own.pending.length, mine.length]);
  const scroll = () => {
    end.current = box.current.scrollHeight - box.current.scrollTop - box.current.clientHeight < 40;
    if (end.current && missed) miss(0);
    if (Boolean(own.reading) === end.current) room.store.put("chat", { ...room.store.state.chat, reading: !end.current });
  };
  const newest = () => {
    box.current.scrollTop = box.current.scrollHeight;
    box.current.focus();
  };
  if (!own.messages.length && !own.pending.length && !mine.length) {
    return <div class="chat-log" ref={box}><Empty title={words.empty} /></div>;
  }
  return (
    <div class="chat-frame">
      <div class="chat-log" ref={box} onScroll={scroll} tabindex="0" role="region" aria-label={words.log}>
        {own.more ? <Older box={box} /> : null}
        <ol class="messages" role="list">
          {own.messages.map((message) => <Message key={message.id} message={message} hosts={hosts} onAnswer={onAnswer} />)}
          {mine.map((message) => <Message key={message.id} message={message} hosts={false} />)}
          {own.pending.map((one) => <Pending key={one.key} one={one} />)}
        </ol>
      </div>
      {missed ? <button type="button" class="button button--secondary chat-newest" onClick={newest}><Icon name="down" />{words.to_newest}</button> : null}
    </div>
  );
}

function Older({ box }) {
  const room = useRoom();
  const read = async () => {
    const before = room.store.state.chat.messages[0]?.number || 0;
    const answer = await room.api.get(`chat?before=${before}`).catch(() => ({ ok: false }));
    if (!answer.ok) return;
    const own = room.store.state.chat;
    const height = box.current?.scrollHeight;
    room.store.put("chat", { ...own, reading: true, messages: [...answer.body.messages.filter((one) => one.number < before), ...own.messages], more: answer.body.more });
    requestAnimationFrame(() => box.current && (box.current.scrollTop += box.current.scrollHeight - height)); // what one reads stays where it is
  };
  return <Button class="chat-older" onClick={read}>{room.words.chat.older}</Button>;
}

function Message({ message, hosts, onAnswer }) {
  const room = useRoom();
  const words = room.words.chat;
  const me = useStore((state) => state.me?.id);
  const gone = message.state === "deleted";
  const reported = useStore((state) => state.chatReported?.has(message.id));
  const note = { hosts: words.channel_hosts, breakout: words.channel_breakout }[message.channel];
  const state = { held: words.held, refused: words.not_published }[message.state];
  return (
    <li class={`message${message.who.id === me ? " message--mine" : ""}${gone ? " message--gone" : ""}`} data-message={message.id}>
      <p class="message-head">
        <bdi class="message-who">{message.who.label}</bdi>
        {message.host ? <span class="badge badge--done">{words.host}</span> : null}
        {note ? <span class="message-note">{note}{message.about && message.about.id !== message.who.id ? <> · <bdi>{message.about.label}</bdi></> : null}</span> : null}
        <time dateTime={message.at}>{clock(message.at, room)}</time>
        {state ? <span class="badge badge--waiting">{state}</span> : null}
        {reported ? <span class="message-note">{words.reported}</span> : null}
        <MessageMenu message={message} hosts={hosts} mine={message.who.id === me} onAnswer={onAnswer} />
      </p>
      {gone ? <p class="message-text message-text--gone">{words.deleted}</p> : <p class="message-text" dir="auto">{message.host ? linked(message.text) : message.text}</p>}
    </li>
  );
}

/** Tell the hosts; who did it sees so at the message while the page is open. */
async function report(room, message) {
  const answer = await act(room, [`chat/messages/${message.id}/report`]);
  if (!answer.ok) return;
  room.store.put("chatReported", new Set([...(room.store.state.chatReported || []), message.id]));
  room.say.polite(room.words.chat.reported);
}

function MessageMenu({ message, hosts, mine, onAnswer }) {
  const room = useRoom();
  const words = room.words.chat;
  const at = (what) => [`chat/messages/${message.id}/${what}`];
  const list = [];
  if (message.state === "shown" && (hosts || mine)) {
    list.push({ says: words.delete, icon: "remove", danger: true, act: () => (hosts && !mine ? actWithWayBack(room, at("deletion"), words.deleted, at("return")) : act(room, at("deletion"))) });
  }
  if (message.state === "deleted" && hosts) list.push({ says: words.restore, icon: "back", act: () => act(room, at("return")) });
  if (hosts && !mine) {
    list.push({ says: words.reply, icon: "chat", act: () => onAnswer?.(message.about || message.who) });
    const name = message.who.label;
    list.push({ says: words.silence, icon: "ban", act: () => actWithWayBack(room, acts.silence(message.who.id, true), fill(words.silenced_done, { name }), acts.silence(message.who.id, false)) });
  }
  if (message.state === "shown" && !hosts && !mine) {
    list.push({ says: words.report, icon: "report", act: () => report(room, message) });
  }
  return <Menu label={`${words.actions}: ${message.who.label}`} acts={list} />;
}

function Pending({ one }) {
  const room = useRoom();
  const words = room.words.chat;
  const tries = useStore((state) => (state.waiting || []).find((waits) => waits.key === one.key)?.tries || 0);
  const again = () => {
    room.chatDraft = one.text;
    drop(room, one.key);
    room.store.put("chatDraft", (room.store.state.chatDraft || 0) + 1);
  };
  return (
    <li class={`message message--mine message--pending${one.problem ? " message--refused" : ""}`} data-pending>
      <p class="message-text" dir="auto">{one.text}</p>
      {one.problem ? (
        <>
          <p class="field-error" role="alert">{words.refused_here}: {one.problem}</p>
          <div class="talk-acts"><Button onClick={again}>{words.again}</Button><Button kind="quiet" onClick={() => drop(room, one.key)}>{words.drop}</Button></div>
        </>
      ) : (
        <p class="message-sending">{tries ? words.unsent : words.sending}</p>
      )}
    </li>
  );
}

function Writer({ own, hosts, about, onAbout }) {
  const room = useRoom();
  const words = room.words.chat;
  const field = useRef(null);
  const role = useStore((state) => state.me?.role);
  const silenced = useStore((state) => Boolean(state.me?.silenced));
  const here = useStore((state) => state.breakouts?.here || null);
  const given = useStore((state) => state.chatDraft || 0);
  const [text, type] = useState(room.chatDraft || "");
  const [chosen, choose] = useState("all");
  useEffect(() => type(room.chatDraft || ""), [given]);
  useEffect(() => {
    if (about) field.current?.focus();
  }, [about]);
  const speaks = hosts || (role && role !== "participant");
  const channels = [...(own.mode === "all" || speaks ? ["all"] : []), ...(own.mode !== "off" || speaks ? ["hosts"] : []), ...(here ? ["breakout"] : [])];
  const channel = about ? "hosts" : channels.includes(chosen) ? chosen : channels[0];
  const edit = (value) => {
    room.chatDraft = value; // it waits here while another panel is open
    type(value);
  };
  const write = (event) => {
    event?.preventDefault();
    if (!text.trim()) return field.current.focus();
    send(room, text, { channel, about });
    edit("");
    onAbout(null);
    return field.current.focus();
  };
  const keys = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    write();
  };
  if (silenced && !hosts) return <p class="panel-note" role="status">{words.silenced}</p>;
  if (!channels.length) return <p class="panel-note" role="status">{words.off}</p>;
  return (
    <form class="chat-writer" onSubmit={write}>
      {own.mode === "hosts" && !speaks && !here ? <p class="panel-note">{words.only_hosts}</p> : null}
      {own.holds && !hosts ? <p class="panel-note">{words.holds}</p> : null}
      {about ? (
        <p class="panel-note">{words.to}: {fill(words.to_person, { name: about.label })} <button type="button" class="button button--quiet" onClick={() => onAbout(null)}>{words.cancel}</button></p>
      ) : channels.length > 1 ? (
        <label class="chat-to">{words.to}
          <select class="input" value={channel} onChange={(event) => choose(event.currentTarget.value)}>
            {channels.map((one) => <option key={one} value={one}>{words[`to_${one}`]}</option>)}
          </select>
        </label>
      ) : null}
      <div class="chat-field">
        <label class="visually-hidden" for="chat-text">{words.write}</label>
        <textarea id="chat-text" class="input" rows="2" dir="auto" maxlength={LONGEST} placeholder={words.write} value={text} ref={field} onInput={(event) => edit(event.currentTarget.value)} onKeyDown={keys} enterkeyhint="send" />
        <button type="submit" class="button chat-send" aria-label={words.send}><Icon name="send" /></button>
      </div>
    </form>
  );
}

/** The text of a host with its links. Nothing else of it is more than text. */
function linked(text) {
  const pieces = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    pieces.push(text.slice(from, found.index), <a key={found.index} href={found[0]} target="_blank" rel="noopener noreferrer nofollow" dir="ltr">{found[0]}</a>);
    from = found.index + found[0].length;
  }
  return [...pieces, text.slice(from)];
}
