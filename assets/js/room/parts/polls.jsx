// Polls and quick quizzes: one vote a person, tallies as they come, results when the host says. A poll that opens asks for an
// answer where one is, whichever panel is open.
//
// From the server: snapshot.polls = { polls }; entries polls.prepared (hosts), .opened, .closed, .shown, .hidden, .removed; the
// touch "polls" is { id: { voters, tally, words } }: for who is not to see the results yet, voters only.
import { useState } from "preact/hooks";
import { act } from "../acts.js";
import { newKey } from "../api.js";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Icon } from "../ui/icons.jsx";
import { later } from "../ui/later.jsx";

const LONGEST_WORDS = 500;

export const polls = {
  name: "polls",
  begin: { polls: [], later: [] },
  icon: "poll",
  label: (words) => words.polls.title,
  has: (state) => Boolean(state.me?.hosts) || state.polls.polls.length > 0,
  take: (given, own) => ({ ...polls.begin, ...given, later: own?.later ?? [] }),
  reduce,
  tells,
  count: (own) => own.polls.filter((one) => one.state === "open" && !one.voted).length,
  Panel: later(() => import("./polls-panel.jsx"), "Panel"),
  Over,
};

function reduce(own, { touch, kind, body }) {
  if (touch) return { ...own, polls: own.polls.map((one) => (body[one.id] ? { ...one, results: body[one.id] } : one)) };
  if (!body?.id) return own;
  if (kind === "polls.removed") return { ...own, polls: own.polls.filter((one) => one.id !== body.id) };
  const known = own.polls.find((one) => one.id === body.id);
  const next = merged(known, body);
  return { ...own, polls: known ? own.polls.map((one) => (one.id === body.id ? next : one)) : [...own.polls, next] };
}

/** A poll after news: hosts know what is correct before everybody is told, and what was voted. */
function merged(known, body) {
  const correct = new Set((known?.options || []).filter((one) => one.correct).map((one) => one.key));
  const options = body.options.map((one) => (correct.has(one.key) ? { ...one, correct: true } : one));
  const results = body.results || (body.shown ? known?.results : known?.results && { ...known.results });
  return { voted: false, ...known, ...body, options, results };
}

function tells({ kind, body }, state, words) {
  const said = words.polls;
  if (kind === "polls.opened") return state.me?.hosts ? "" : { urgent: fill(said.now, { text: body.text }), shown: false };
  if (kind === "polls.shown") return fill(said.results_now, { text: body.text });
  if (kind === "polls.closed") return fill(said.closed_now, { text: body.text });
  return "";
}

// ---------------------------------------------------------------------------------------------- voting

/** What is chosen stays while other panels are open, and after a refusal. */
const draftOf = (room, poll) => ((room.pollDrafts ??= {})[poll.id] ??= { choices: new Set(poll.mine || []), text: "", key: newKey() });

export async function vote(room, poll) {
  const draft = draftOf(room, poll);
  const body = poll.kind === "open" ? { text: draft.text } : { choices: [...draft.choices] };
  const answer = await act({ api: { post: (path, what) => room.api.post(path, what, { key: draft.key }) }, tell: (text, kind) => room.tell(text, kind), get over() { return room.over; } }, [`polls/${poll.id}/vote`, body]);
  if (!answer.ok) return false;
  const own = room.store.state.polls;
  const mine = poll.anonymous ? {} : { mine: [...draft.choices] };
  room.store.put("polls", { ...own, polls: own.polls.map((one) => (one.id === poll.id ? { ...one, voted: true, ...mine } : one)) });
  draft.key = newKey(); // what is sent from now on is another vote
  room.say.polite(room.words.polls.voted);
  return true;
}

export function Voting({ poll, onDone }) {
  const room = useRoom();
  const words = room.words.polls;
  const draft = draftOf(room, poll);
  const [, draw] = useState(0);
  const path = `polls/${poll.id}/vote`;
  const lost = useStore((state) => (state.waiting || []).some((one) => one.path === path && one.tries));
  const many = poll.kind === "multiple";
  const choose = (key, on) => {
    if (!many) draft.choices.clear();
    if (on) draft.choices.add(key);
    else draft.choices.delete(key);
    draw((n) => n + 1);
  };
  const ready = poll.kind === "open" ? draft.text.trim() : draft.choices.size;
  const send = async () => {
    if (ready && (await vote(room, poll))) onDone?.();
  };
  return (
    <div class="talk-form" data-voting={poll.id}>
      {poll.kind === "open" ? (
        <>
          <label for={`words-${poll.id}`}>{words.words}</label>
          <textarea id={`words-${poll.id}`} class="input" rows="3" dir="auto" maxlength={LONGEST_WORDS} value={draft.text} onInput={(event) => { draft.text = event.currentTarget.value; draw((n) => n + 1); }} />
        </>
      ) : (
        <fieldset class="poll-choices">
          <legend>{many ? words.choose_many : words.choose}</legend>
          <div class={poll.kind === "scale" ? "poll-scale" : ""}>
            {poll.options.map((one) => (
              <label class="poll-choice" key={one.key}>
                <input type={many ? "checkbox" : "radio"} name={`poll-${poll.id}`} value={one.key} checked={draft.choices.has(one.key)} onChange={(event) => choose(one.key, event.currentTarget.checked)} />
                <bdi>{one.label}</bdi>
              </label>
            ))}
          </div>
          {poll.kind === "scale" && (poll.low || poll.high) ? <p class="poll-ends"><bdi>{poll.low}</bdi><bdi>{poll.high}</bdi></p> : null}
        </fieldset>
      )}
      <p class="card-notes">{poll.anonymous ? words.without_names : words.with_names}</p>
      <div class="talk-acts">
        <Button kind="main" disabled={!ready} data-send-vote onClick={send}>{poll.kind === "open" ? words.answer : poll.voted ? words.change : words.vote}</Button>
        {lost ? <span role="status">{words.unsent}</span> : null}
      </div>
    </div>
  );
}

/** A poll that is open and not answered, where everybody sees it. Hosts have it in their panel. */
function Over() {
  const room = useRoom();
  const words = room.words.polls;
  const own = useStore((state) => state.polls);
  const panel = useStore((state) => state.panel);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  const poll = own.polls.find((one) => one.state === "open" && !one.voted && !own.later.includes(one.id));
  if (!poll || panel === "polls" || hosts) return null;
  const later = () => room.store.put("polls", { ...own, later: [...own.later, poll.id] });
  return (
    <section class="poll-over" aria-labelledby="poll-over" data-poll-over={poll.id}>
      <p id="poll-over" class="card-text" dir="auto"><Icon name="poll" /> {poll.text}</p>
      <div class="talk-acts">
        <Button kind="main" onClick={() => room.open("polls")}>{words.to_poll}</Button>
        <Button kind="quiet" onClick={later}>{words.later}</Button>
      </div>
    </section>
  );
}
