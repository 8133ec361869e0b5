// The panel of questions: asking, wanting, answering; held and merged ones for who runs the room.
import { useEffect, useRef, useState } from "preact/hooks";
import { act, actWithWayBack } from "../acts.js";
import { newKey } from "../api.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Icon } from "../ui/icons.jsx";
import { Menu } from "../ui/menu.jsx";
import { Empty } from "../ui/panel.jsx";
import { SPEAKS } from "./people.jsx";
import { minutes } from "./questions.jsx";
import "../kit.js";

const DONE = new Set(["answered"]);
const LONGEST = 600;
const LONGEST_ANSWER = 4000;
const WAITS = new Set(["held", "open", "answering"]);
const last = (one, other) => (other.answered_second || 0) - (one.answered_second || 0);
const most = (one, other) => (other.state === "answering") - (one.state === "answering") || (other.state === "held") - (one.state === "held") || other.votes - one.votes;

export function Panel() {
  const room = useRoom();
  const words = room.words.questions;
  const own = useStore((state) => state.questions);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const [show, choose] = useState("open");
  useEffect(() => {
    if (own.unread) room.store.put("questions", { ...own, unread: 0 });
  }, [own.unread]);
  const roots = own.questions.filter((one) => !one.into);
  const lists = {
    open: roots.filter((one) => WAITS.has(one.state)).sort(most),
    done: roots.filter((one) => DONE.has(one.state)).sort(last),
    away: roots.filter((one) => one.state === "dismissed"),
  };
  const tabs = ["open", "done", ...(lists.away.length ? ["away"] : [])];
  const shown = tabs.includes(show) ? show : "open";
  return (
    <div class="talk">
      {hosts ? (
        <label class="talk-check">
          <input type="checkbox" checked={own.holds} onClick={(event) => (event.preventDefault(), act(room, ["questions/setting", { holds: !own.holds }]))} /> {words.set_holds}
        </label>
      ) : null}
      <Asking own={own} hosts={hosts} />
      <div class="talk-acts" role="group" aria-label={words.show}>
        {tabs.map((one) => (
          <button key={one} type="button" class="button button--quiet vote-button" aria-pressed={String(one === shown)} onClick={() => choose(one)}>
            {words[`show_${one}`]} <span class="people-number">{lists[one].length}</span>
          </button>
        ))}
      </div>
      {lists[shown].length ? (
        <ol class="cards" role="list">
          {lists[shown].map((one) => <Question key={one.id} question={one} merged={own.questions.filter((other) => other.into === one.id)} others={lists.open} hosts={hosts} />)}
        </ol>
      ) : (
        shown === "open" && !roots.length ? <Empty title={words.empty} /> : <p class="panel-note">{words.empty_here}</p>
      )}
    </div>
  );
}

function Asking({ own, hosts }) {
  const room = useRoom();
  const words = room.words.questions;
  const field = useRef(null);
  const [text, type] = useState(room.questionDraft || "");
  const [shy, hide] = useState(false);
  const [problem, tell] = useState("");
  const waiting = useStore((state) => (state.waiting || []).filter((one) => one.path === "questions").some((one) => one.tries));
  const edit = (value) => {
    room.questionDraft = value;
    type(value);
  };
  const ask = async (event) => {
    event.preventDefault();
    if (!text.trim()) return field.current.focus();
    const key = newKey();
    const asked = text;
    room.store.put("questions", { ...own, pending: [...own.pending, { key, text: asked }] });
    edit("");
    tell("");
    const answer = await room.api.post("questions", { text: asked, anonymous: shy && own.anonymous }, { key });
    const now = room.store.state.questions;
    room.store.put("questions", { ...now, pending: now.pending.filter((one) => one.key !== key) });
    if (answer.ok) return room.say.polite(words.sent);
    edit(asked);
    return tell(answer.problem);
  };
  return (
    <form class="talk-form" onSubmit={ask}>
      <label for="question-text">{words.ask}</label>
      {problem ? <p class="field-error" role="alert" id="question-problem">{problem}</p> : null}
      <textarea id="question-text" class="input" rows="2" dir="auto" maxlength={LONGEST} value={text} ref={field} aria-describedby={problem ? "question-problem" : undefined} onInput={(event) => edit(event.currentTarget.value)} />
      {own.anonymous ? (
        <label class="talk-check"><input type="checkbox" checked={shy} onChange={(event) => hide(event.currentTarget.checked)} /><span>{words.anonymous}<span class="choice-hint">{words.anonymous_hint}</span></span></label>
      ) : null}
      {own.holds && !hosts ? <p class="panel-note">{words.holds}</p> : null}
      <div class="talk-acts">
        <button type="submit" class="button" data-ask>{words.send}</button>
        {own.pending.length ? <span role="status">{waiting ? words.unsent : words.sending}</span> : null}
      </div>
    </form>
  );
}

function Question({ question, merged, others, hosts }) {
  const room = useRoom();
  const words = room.words.questions;
  const [doing, start] = useState("");
  const now = question.state === "answering";
  const open = question.state === "open" || now;
  const who = question.who ? <bdi>{question.who.label}</bdi> : question.anonymous ? words.no_name : null;
  const shut = () => start("");
  return (
    <li class={now ? "card--now" : ""} data-question={question.id} data-state={question.state}>
      {now ? <p><span class="badge badge--waiting">{words.now}</span></p> : null}
      <p class="card-text" dir="auto">{question.text}</p>
      <p class="card-notes">
        <span>{who}</span>
        {question.mine ? <span class="badge badge--done">{words.mine}</span> : null}
        {question.state === "held" ? <span class="badge badge--waiting">{words.held}</span> : null}
        {question.state === "dismissed" ? <span class="badge badge--attention">{words.dismissed}</span> : null}
        {question.state === "answered" && !question.answer && question.answered_second !== null ? <span>{fill(words.live, { time: minutes(question.answered_second) })}</span> : null}
        <QuestionMenu question={question} others={others} hosts={hosts} onDo={start} />
      </p>
      {merged.length ? (
        <div>
          <p class="card-notes">{words.merged}</p>
          <ul role="list">
            {merged.map((one) => (
              <li key={one.id}><span dir="auto">{one.text}</span> {hosts ? <Button kind="quiet" onClick={() => act(room, [`questions/${one.id}/separation`])}>{words.separate}</Button> : null}</li>
            ))}
          </ul>
        </div>
      ) : null}
      {question.answer ? (
        <div class="card-answer"><p class="card-notes">{fill(words.answer_by, { name: question.by?.label ?? "" })}</p><p dir="auto">{question.answer}</p></div>
      ) : null}
      {open ? <Vote question={question} /> : <p class="card-notes">{fill(words.votes, { count: question.votes })}</p>}
      {doing === "write" ? <Answering question={question} onDone={shut} /> : null}
      {doing === "merge" ? <Merging question={question} others={others.filter((one) => one.id !== question.id && one.state !== "held")} onDone={shut} /> : null}
    </li>
  );
}

/** My vote, as the server last said; while it is on its way the button says so. */
function Vote({ question }) {
  const room = useRoom();
  const words = room.words.questions;
  const vote = async () => {
    const wanted = !question.wanted;
    const answer = await act(room, [`questions/${question.id}/vote`, { wanted }]);
    if (!answer.ok) return;
    const own = room.store.state.questions;
    room.store.put("questions", { ...own, questions: own.questions.map((one) => (one.id === question.id ? { ...one, wanted } : one)) });
  };
  return (
    <div class="talk-acts">
      <Button class="vote-button" aria-pressed={String(Boolean(question.wanted))} data-vote onClick={vote}>
        <Icon name="up" /> {words.want} <b class="people-number">{question.votes}</b>
      </Button>
    </div>
  );
}

function QuestionMenu({ question, others, hosts, onDo }) {
  const room = useRoom();
  const words = room.words.questions;
  const role = useStore((state) => state.me?.role);
  const at = (what) => [`questions/${question.id}/${what}`];
  const list = [];
  const add = (says, icon, path, more = {}) => list.push({ says, icon, act: () => act(room, path), ...more });
  if (SPEAKS.has(role) && (question.state === "open" || question.state === "answering" || question.state === "answered")) {
    if (question.state === "open") add(words.begin, "microphone", at("turn"));
    if (question.state !== "answered") add(words.end, "check", at("end"));
    list.push({ says: words.write, icon: "edit", act: () => onDo("write") });
    if (question.state !== "open") add(words.reopen, "back", at("reopening"));
  }
  if (hosts) {
    if (question.state === "held") add(words.publish, "check", at("publishing"));
    if (question.state === "dismissed") add(words.back, "back", at("publishing"));
    if (question.state !== "held" && question.state !== "dismissed" && others.some((one) => one.id !== question.id)) list.push({ says: words.merge, icon: "add", act: () => onDo("merge") });
    if (question.state !== "dismissed") list.push({ says: words.dismiss, icon: "remove", danger: true, act: () => actWithWayBack(room, at("dismissal"), words.dismissed, at("publishing")) });
  }
  return <Menu label={`${words.actions}: ${question.text.slice(0, 60)}`} acts={list} />;
}

function Answering({ question, onDone }) {
  const room = useRoom();
  const words = room.words.questions;
  const [text, type] = useState(question.answer || "");
  const field = useRef(null);
  useEffect(() => field.current.focus(), []);
  const send = async () => {
    const answer = await act(room, [`questions/${question.id}/answer`, { text }]);
    if (answer.ok) onDone();
  };
  return (
    <div class="talk-form">
      <label for={`answer-${question.id}`}>{words.your_answer}</label>
      <textarea id={`answer-${question.id}`} class="input" rows="4" dir="auto" maxlength={LONGEST_ANSWER} value={text} ref={field} onInput={(event) => type(event.currentTarget.value)} />
      <div class="talk-acts"><Button kind="main" onClick={send}>{words.send_answer}</Button><Button kind="quiet" onClick={onDone}>{words.cancel}</Button></div>
    </div>
  );
}

function Merging({ question, others, onDone }) {
  const room = useRoom();
  const words = room.words.questions;
  const [into, choose] = useState(others[0]?.id || "");
  const merge = async () => {
    const answer = await actWithWayBack(room, [`questions/${question.id}/merge`, { into }], words.merge_done, [`questions/${question.id}/separation`]);
    if (answer.ok) onDone();
  };
  return (
    <div class="talk-form">
      <label for={`merge-${question.id}`}>{words.merge_with}</label>
      <select id={`merge-${question.id}`} class="input" value={into} onChange={(event) => choose(event.currentTarget.value)}>
        {others.map((one) => <option key={one.id} value={one.id}>{one.text.slice(0, 120)}</option>)}
      </select>
      <div class="talk-acts"><Button kind="main" onClick={merge}>{words.merge_do}</Button><Button kind="quiet" onClick={onDone}>{words.cancel}</Button></div>
    </div>
  );
}
