// The panel of polls: those that are open, prepared and closed; making one, and its results.
import { useEffect, useRef, useState } from "preact/hooks";
import { act } from "../acts.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Icon } from "../ui/icons.jsx";
import { Menu } from "../ui/menu.jsx";
import { Empty } from "../ui/panel.jsx";
import { vote, Voting } from "./polls.jsx";
import "../kit.js";

const LONGEST = 400;
const MOST_OPTIONS = 12;
const ORDER = { open: 0, prepared: 1, closed: 2 };

// ---------------------------------------------------------------------------------------------- the panel

export function Panel() {
  const room = useRoom();
  const words = room.words.polls;
  const { polls: list } = useStore((state) => state.polls);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const [making, make] = useState(false);
  const ordered = [...list].sort((one, other) => ORDER[one.state] - ORDER[other.state] || one.position - other.position);
  return (
    <div class="talk">
      {hosts && !making ? <div class="talk-acts"><Button icon="add" data-new-poll onClick={() => make(true)}>{words.new}</Button></div> : null}
      {making ? <Making onDone={() => make(false)} /> : null}
      {ordered.length ? (
        <ol class="cards" role="list">{ordered.map((poll) => <Poll key={poll.id} poll={poll} hosts={hosts} />)}</ol>
      ) : (
        <Empty title={words.empty}>{hosts ? words.empty_hosts : null}</Empty>
      )}
    </div>
  );
}

function Poll({ poll, hosts }) {
  const room = useRoom();
  const words = room.words.polls;
  const [changing, change] = useState(false);
  const open = poll.state === "open";
  const asks = open && (!poll.voted || changing) && !(hosts && !poll.counts && !changing);
  const results = poll.results?.tally && poll.state !== "prepared";
  const at = (what, body) => [`polls/${poll.id}/${what}`, body];
  return (
    <li class={open ? "card--now" : ""} data-poll={poll.id} data-state={poll.state}>
      <p class="card-text" dir="auto">{poll.text}</p>
      <p class="card-notes">
        <span class={`badge badge--${open ? "waiting" : "done"}`}>{words[poll.state]}</span>
        {poll.quiz ? <span class="badge">{words.quiz}</span> : null}
        {poll.counts ? <span class="badge">{words.check}</span> : null}
        {poll.results && poll.state !== "prepared" ? <span data-voters>{fill(words.voters, { count: poll.results.voters })}</span> : null}
        {hosts && poll.state === "prepared" ? <Menu label={`${words.actions}: ${poll.text.slice(0, 60)}`} acts={[{ says: words.remove, icon: "remove", danger: true, act: () => act(room, at("removal")) }]} /> : null}
      </p>
      {hosts ? (
        <div class="talk-acts">
          {poll.state === "prepared" ? <Button kind="main" data-begin-poll onClick={() => act(room, at("opening"))}>{words.begin}</Button> : null}
          {open ? <Button data-end-poll onClick={() => act(room, at("closing"))}>{words.end}</Button> : null}
          {poll.state === "closed" && !poll.anonymous ? <Button kind="quiet" onClick={() => act(room, at("opening"))}>{words.begin_again}</Button> : null}
          {poll.state !== "prepared" ? <Button data-show-results onClick={() => act(room, at("showing", { shown: !poll.shown }))}>{poll.shown ? words.hide : words.show}</Button> : null}
          {open && !poll.voted && !changing && !poll.counts ? <Button kind="quiet" onClick={() => change(true)}>{words.vote}</Button> : null}
        </div>
      ) : null}
      {asks ? <Voting poll={poll} onDone={() => change(false)} /> : null}
      {poll.voted && !changing ? (
        <p class="card-notes" data-voted><Icon name="check" /> {words.voted}{open && poll.changeable ? <Button kind="quiet" onClick={() => change(true)}>{words.change}</Button> : null}</p>
      ) : null}
      {results ? <Results poll={poll} hosts={hosts} /> : null}
      {!results && !hosts && poll.voted ? <p class="card-notes">{words.waiting}</p> : null}
    </li>
  );
}

function Results({ poll, hosts }) {
  const room = useRoom();
  const words = room.words.polls;
  if (poll.kind === "open") return <Words poll={poll} hosts={hosts} />;
  const all = Math.max(1, poll.results.voters);
  const mine = new Set(poll.mine || []);
  return (
    <ul class="poll-bars" role="list" data-results={poll.id}>
      {poll.options.map((one) => {
        const count = poll.results.tally[one.key] || 0;
        const percent = Math.round((100 * count) / all);
        return (
          <li key={one.key}>
            <p class="poll-bar-words">
              <span><bdi>{one.label}</bdi>{one.correct && (hosts || poll.shown) ? <> <span class="badge badge--done">{words.right}</span></> : null}{mine.has(one.key) ? <> <span class="badge">{words.yours}</span></> : null}</span>
              <span>{count} · {percent} %</span>
            </p>
            <progress value={count} max={all} aria-label={fill(words.share, { label: one.label, count, percent })} />
          </li>
        );
      })}
    </ul>
  );
}

/** Answers in own words: asked for when they are to be seen, and again when there are more. */
function Words({ poll, hosts }) {
  const room = useRoom();
  const words = room.words.polls;
  const [list, set] = useState(null);
  const at = useRef(0);
  const read = async () => {
    at.current = Date.now();
    const answer = await room.api.get(`polls/${poll.id}/answers`).catch(() => ({ ok: false }));
    if (answer.ok) set(answer.body.answers);
  };
  useEffect(() => {
    const timer = setTimeout(read, Math.max(0, 3000 - (Date.now() - at.current)));
    return () => clearTimeout(timer);
  }, [poll.results.words, poll.shown]);
  const hide = async (one) => {
    const answer = await act(room, [`polls/${poll.id}/hiding`, { answer: one.id, hidden: !one.hidden }]);
    if (answer.ok) read();
  };
  if (!list?.length) return <p class="card-notes">{words.no_words}</p>;
  return (
    <ul class="poll-words" role="list" aria-label={words.answers} data-results={poll.id}>
      {list.map((one) => (
        <li key={one.id}>
          {one.who ? <><bdi class="message-who">{one.who.label}</bdi>: </> : null}<span dir="auto">{one.text}</span>
          {one.hidden ? <> <span class="badge badge--attention">{words.taken_out}</span></> : null}
          {hosts ? <> <Button kind="quiet" onClick={() => hide(one)}>{one.hidden ? words.put_back : words.take_out}</Button></> : null}
        </li>
      ))}
    </ul>
  );
}

// ---------------------------------------------------------------------------------------------- making one

const EMPTY = { kind: "single", text: "", options: ["", ""], correct: [], steps: "5", low: "", high: "", anonymous: true, changeable: false, counts: false };

function Making({ onDone }) {
  const room = useRoom();
  const words = room.words.polls;
  const [draft, set] = useState(room.pollMade || EMPTY);
  const [problem, tell] = useState("");
  const field = useRef(null);
  useEffect(() => field.current.focus(), []);
  const change = (more) => {
    const next = { ...draft, ...more };
    room.pollMade = next;
    set(next);
  };
  const chooses = draft.kind === "single" || draft.kind === "multiple";
  const send = async (open) => {
    const options = draft.options.map((label, at) => ({ label: label.trim(), correct: draft.correct.includes(at) })).filter((one) => one.label);
    if (chooses && options.length < 2) return tell(words.few_options);
    const answer = await room.api.post("polls", { ...draft, correct: undefined, options: chooses ? options : [], changeable: draft.changeable && !draft.anonymous, open });
    if (!answer.ok) return tell(answer.problem);
    room.pollMade = null;
    return onDone();
  };
  const cancel = () => {
    room.pollMade = null;
    onDone();
  };
  const check = (name, label) => (
    <label class="talk-check"><input type="checkbox" checked={draft[name]} onChange={(event) => change({ [name]: event.currentTarget.checked })} /> {label}</label>
  );
  return (
    <div class="talk-form" data-making-poll>
      {problem ? <p class="field-error" role="alert">{problem}</p> : null}
      <label for="poll-text">{words.question}</label>
      <textarea id="poll-text" class="input" rows="2" dir="auto" maxlength={LONGEST} value={draft.text} ref={field} onInput={(event) => change({ text: event.currentTarget.value })} />
      <label for="poll-kind">{words.kind}</label>
      <select id="poll-kind" class="input" value={draft.kind} onChange={(event) => change({ kind: event.currentTarget.value })}>
        {["single", "multiple", "scale", "open"].map((kind) => <option key={kind} value={kind}>{words[`kind_${kind}`]}</option>)}
      </select>
      {chooses ? <Options draft={draft} change={change} /> : null}
      {draft.kind === "scale" ? (
        <>
          <label for="poll-steps">{words.steps}</label>
          <select id="poll-steps" class="input" value={draft.steps} onChange={(event) => change({ steps: event.currentTarget.value })}>{["5", "7", "10"].map((one) => <option key={one}>{one}</option>)}</select>
          <label for="poll-low">{words.low}</label><input id="poll-low" class="input" dir="auto" maxlength="60" value={draft.low} onInput={(event) => change({ low: event.currentTarget.value })} />
          <label for="poll-high">{words.high}</label><input id="poll-high" class="input" dir="auto" maxlength="60" value={draft.high} onInput={(event) => change({ high: event.currentTarget.value })} />
        </>
      ) : null}
      {check("anonymous", words.anonymous)}
      {draft.anonymous ? null : check("changeable", words.changeable)}
      {check("counts", words.counts)}
      <div class="talk-acts">
        <Button kind="main" data-open-now onClick={() => send(true)}>{words.open_now}</Button>
        <Button data-prepare onClick={() => send(false)}>{words.prepare}</Button>
        <Button kind="quiet" onClick={cancel}>{words.cancel}</Button>
      </div>
    </div>
  );
}

function Options({ draft, change }) {
  const words = useRoom().words.polls;
  const write = (at, value) => change({ options: draft.options.map((one, place) => (place === at ? value : one)) });
  const mark = (at, on) => change({ correct: on ? [...draft.correct, at] : draft.correct.filter((one) => one !== at) });
  return (
    <>
      {draft.options.map((label, at) => (
        <div class="poll-option-row" key={at}>
          <input class="input" dir="auto" maxlength="200" aria-label={fill(words.option, { number: at + 1 })} placeholder={fill(words.option, { number: at + 1 })} value={label} onInput={(event) => write(at, event.currentTarget.value)} />
          <label class="talk-check"><input type="checkbox" aria-label={fill(words.is_correct, { number: at + 1 })} checked={draft.correct.includes(at)} onChange={(event) => mark(at, event.currentTarget.checked)} /><span aria-hidden="true">{words.correct}</span></label>
        </div>
      ))}
      {draft.options.length < MOST_OPTIONS ? <div class="talk-acts"><Button kind="quiet" icon="add" onClick={() => change({ options: [...draft.options, ""] })}>{words.add}</Button></div> : null}
    </>
  );
}
