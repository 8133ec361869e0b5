// Questions: asked with or without a name, wanted by many, answered live or in writing. The most wanted comes first. Who asked
// without a name is nowhere in what the server sends; that a question is mine is told to me alone.
//
// From the server: snapshot.questions = { anonymous, holds, questions }; entries questions.asked, .changed, .gone, .named,
// .set; the touch "questions" is { id: votes } of those that can be voted for.
import { fill } from "../context.js";
import { later } from "../ui/later.jsx";

const NUMBER = /^#\d+$/;

export const questions = {
  name: "questions",
  begin: { anonymous: true, holds: false, questions: [], unread: 0, pending: [] },
  icon: "question",
  label: (words) => words.questions.title,
  take: (given, own) => ({ ...questions.begin, ...given, unread: own?.unread ?? 0, pending: own?.pending ?? [] }),
  reduce,
  tells,
  count: (own) => own.unread,
  Panel: later(() => import("./questions-panel.jsx"), "Panel"),
};

function reduce(own, { touch, kind, body }, state) {
  if (touch) return voted(own, body);
  if (!body || body.gone) return own;
  if (kind === "questions.asked" || kind === "questions.changed") return changed(own, body, kind, state);
  if (kind === "questions.gone") return state.me?.hosts ? own : { ...own, questions: own.questions.filter((one) => one.id !== body.id || one.mine) };
  if (kind === "questions.named") return { ...own, questions: own.questions.map((one) => (one.id === body.id ? { ...one, who: body.who } : one)) };
  if (kind === "questions.set") return { ...own, holds: body.holds };
  return own;
}

function changed(own, body, kind, state) {
  const known = own.questions.find((one) => one.id === body.id);
  const next = { ...known, ...body };
  if (known?.who && body.who && NUMBER.test(body.who.label)) next.who = known.who;
  const fresh = kind === "questions.asked" && !known && state.panel !== "questions" && !body.mine;
  return {
    ...own,
    questions: known ? own.questions.map((one) => (one.id === body.id ? next : one)) : [...own.questions, next],
    pending: own.pending.filter((one) => one.id !== body.id),
    unread: own.unread + (fresh ? 1 : 0),
  };
}

function voted(own, votes) {
  let any = false;
  const list = own.questions.map((one) => {
    if (votes[one.id] === undefined || votes[one.id] === one.votes) return one;
    any = true;
    return { ...one, votes: votes[one.id] };
  });
  return any ? { ...own, questions: list } : own;
}

function tells({ kind, body }, state, words, before) {
  if (!body?.id) return "";
  const was = before.questions.questions.find((one) => one.id === body.id);
  const said = words.questions;
  if (kind === "questions.changed" && body.mine && was && was.state !== body.state) {
    if (body.state === "answered") return { urgent: said.told_answered, kind: "done" };
    if (body.state === "dismissed") return { urgent: said.told_dismissed, kind: "note" };
  }
  if (kind === "questions.changed" && body.state === "answering" && was?.state !== "answering") return fill(said.told_now, { text: body.text });
  if (kind === "questions.asked" && !was && !body.mine && state.panel === "questions") return fill(said.new, { text: body.text });
  return "";
}

// ---------------------------------------------------------------------------------------------- what is seen

/** Seconds of the session as its clock shows them. */
export function minutes(second) {
  const [hours, rest] = [Math.floor(second / 3600), second % 3600];
  const two = (number) => String(number).padStart(2, "0");
  return `${hours ? `${hours}:${two(Math.floor(rest / 60))}` : Math.floor(rest / 60)}:${two(rest % 60)}`;
}
