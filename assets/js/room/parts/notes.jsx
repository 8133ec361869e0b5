// Shared notes: one text that a note-taker writes and everybody reads. Saved a moment after the last key; when two write at
// once nobody's words are lost: who comes second sees both and chooses.
//
// From the server: snapshot.notes = { writes, text, version }; entry notes.written { version } (the text is asked for when the
// panel is open). POST notes { text, version } → { version }, or 409 { detail, text, version }.
import { useEffect, useRef, useState } from "preact/hooks";
import { useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Empty } from "../ui/panel.jsx";

const REST = 1200; // ms without a key until it is saved

export const notes = {
  name: "notes",
  begin: { writes: false, text: "", version: 0, read: 0 },
  icon: "note",
  label: (words) => words.notes.title,
  take: (given, own) => ({ ...notes.begin, ...given, read: own?.read ?? given?.version ?? 0 }),
  reduce(own, { touch, kind, body }) {
    if (touch || kind !== "notes.written" || body.version <= own.version) return own;
    return { ...own, version: body.version, stale: true };
  },
  tells: (entry, state, words) => (state.panel === "notes" && !state.notes.writes ? words.notes.told : ""),
  count: (own, state) => (state.panel === "notes" || own.version <= own.read ? 0 : 1),
  Panel,
};

function Panel() {
  const room = useRoom();
  const own = useStore((state) => state.notes);
  useEffect(() => {
    if (own.stale) renew(room);
    else if (own.read !== own.version) room.store.put("notes", { ...own, read: own.version });
  }, [own.stale, own.version, own.read]);
  return own.writes ? <Writer own={own} /> : <Reader own={own} />;
}

async function renew(room) {
  const answer = await room.api.get("notes").catch(() => ({ ok: false }));
  if (answer.ok) room.store.put("notes", { ...room.store.state.notes, ...answer.body, stale: false });
}

function Reader({ own }) {
  const { words } = useRoom();
  return own.text ? <div class="notes" dir="auto" tabindex="0" aria-label={words.notes.text}>{own.text}</div> : <Empty title={words.notes.empty} />;
}

function Writer({ own }) {
  const room = useRoom();
  const { words } = room;
  const [text, type] = useState(room.notesDraft?.text ?? own.text);
  const [state, set] = useState("saved");
  const [theirs, setTheirs] = useState(null);
  const base = useRef(room.notesDraft?.base ?? own.version);
  const timer = useRef(0);
  const typed = useRef(text);
  const touched = useRef(Boolean(room.notesDraft));
  useEffect(() => {
    if (touched.current || own.stale) return;
    base.current = own.version;
    typed.current = own.text;
    type(own.text);
  }, [own.version, own.text, own.stale]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const save = async () => {
    set("saving");
    const sent = typed.current;
    const answer = await room.api.post("notes", { text: sent, version: base.current });
    if (answer.status === 409) return setTheirs(answer.body);
    if (!answer.ok) return set("unsaved");
    base.current = answer.body.version;
    const all = sent === typed.current;
    touched.current = !all;
    room.notesDraft = all ? null : { text: typed.current, base: base.current };
    room.store.put("notes", { ...room.store.state.notes, text: sent, version: answer.body.version, read: answer.body.version, stale: false });
    set(all ? "saved" : "saving");
    if (!all) timer.current = setTimeout(save, REST);
  };
  const edit = (event) => {
    touched.current = true;
    typed.current = event.currentTarget.value;
    type(typed.current);
    room.notesDraft = { text: typed.current, base: base.current };
    clearTimeout(timer.current);
    if (!theirs) timer.current = setTimeout(save, REST);
  };
  const settle = (mine) => {
    base.current = theirs.version;
    if (!mine) {
      typed.current = theirs.text;
      touched.current = false;
      room.notesDraft = null;
      type(theirs.text);
      room.store.put("notes", { ...room.store.state.notes, ...theirs, stale: false });
    }
    setTheirs(null);
    if (mine) save();
    else set("saved");
  };
  return (
    <div class="notes-writer">
      <label for="notes-text">{words.notes.text}</label>
      <p class="panel-note" id="notes-hint">{words.notes.hint}</p>
      <textarea id="notes-text" class="input" rows="14" dir="auto" maxlength="20000" aria-describedby="notes-hint" value={text} onInput={edit} />
      <p class="notes-state" role="status">{words.notes[state]}</p>
      {theirs ? (
        <section class="notes-conflict" role="alert">
          <p>{words.notes.changed}</p>
          <h3>{words.notes.theirs}</h3>
          <div class="notes" dir="auto">{theirs.text}</div>
          <Button onClick={() => settle(true)}>{words.notes.keep_mine}</Button>
          <Button kind="quiet" onClick={() => settle(false)}>{words.notes.keep_theirs}</Button>
        </section>
      ) : null}
    </div>
  );
}
