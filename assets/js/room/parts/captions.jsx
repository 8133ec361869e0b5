// Captions typed by a person. They stand below the stage in the language that one chooses, and are read out in it by who
// listens to the page; who types them has a field of one line: Enter shows it.
//
// From the server: snapshot.captions = { writes, said: [{ id, language, text, from, to }, …] }; entry captions.said, the same.
// POST captions { text, language }.
import { useRef, useState } from "preact/hooks";
import { useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Empty } from "../ui/panel.jsx";

const KEPT = 40; // captions of all languages that the browser keeps
const LINES = 2; // that stand below the stage
const CHOSEN = "ctlp-room-captions";

export const captions = {
  name: "captions",
  begin: { writes: false, said: [], language: "" },
  icon: "captions",
  label: (words) => words.captions.title,
  has: (state) => state.captions.writes || state.captions.said.length > 0,
  take: (given, own) => ({ ...captions.begin, ...given, language: own?.language || stored() }),
  reduce(own, { touch, kind, body }) {
    if (touch || kind !== "captions.said" || own.said.some((one) => one.id === body.id)) return own;
    return { ...own, said: [...own.said, body].slice(-KEPT) };
  },
  Beside: Lines,
  Panel,
};

const NONE = "none";

/** The language that is shown: the chosen one, else the page's where there are captions in it, else the first there is. */
function shownIn(own, room) {
  if (own.language === NONE) return "";
  const there = languages(own);
  if (there.includes(own.language)) return own.language;
  return there.includes(room.config.language) ? room.config.language : (there[0] ?? "");
}

const languages = (own) => [...new Set(own.said.map((one) => one.language))];

function Lines() {
  const room = useRoom();
  const own = useStore((state) => state.captions);
  const language = shownIn(own, room);
  const lines = own.said.filter((one) => one.language === language).slice(-LINES);
  if (!lines.length) return null;
  return (
    <div class="captions" lang={language} dir="auto" role="log" aria-label={room.words.captions.title}>
      {lines.map((one) => <p key={one.id} data-caption>{one.text}</p>)}
    </div>
  );
}

function Panel() {
  const room = useRoom();
  const { words } = room;
  const own = useStore((state) => state.captions);
  const there = languages(own);
  const choose = (event) => {
    const language = event.currentTarget.value;
    keep(language);
    room.store.put("captions", { ...room.store.state.captions, language });
  };
  return (
    <>
      <label class="panel-field">
        {words.captions.choose}
        <select class="input" value={shownIn(own, room) || NONE} onChange={choose}>
          <option value={NONE}>{words.captions.off}</option>
          {there.map((one) => <option key={one} value={one} lang={one}>{nameOf(words, one)}</option>)}
        </select>
      </label>
      {own.writes ? <Writer /> : null}
      {own.said.length ? null : <Empty title={words.captions.off} />}
    </>
  );
}

function nameOf(words, code) {
  return words.captions[`in_${code}`].startsWith("captions.") ? code : words.captions[`in_${code}`];
}

function Writer() {
  const room = useRoom();
  const { words, config } = room;
  const [language, setLanguage] = useState(room.captionsIn || config.languages?.[0] || config.language);
  const [problem, tell] = useState("");
  const field = useRef(null);
  const send = async (event) => {
    event.preventDefault();
    const text = field.current.value.trim();
    if (!text) return;
    field.current.value = ""; // the next sentence is being said already
    tell("");
    const answer = await room.api.post("captions", { text, language });
    if (answer.ok) return;
    tell(answer.problem);
    if (!field.current.value) field.current.value = text;
  };
  const change = (event) => setLanguage((room.captionsIn = event.currentTarget.value));
  return (
    <form class="caption-writer" onSubmit={send}>
      <label class="panel-field">
        {words.captions.write_in}
        <select class="input" value={language} onChange={change}>
          {Object.keys(words.captions).filter((key) => key.startsWith("in_")).map((key) => <option key={key} value={key.slice(3)}>{words.captions[key]}</option>)}
        </select>
      </label>
      <label class="panel-field" for="caption-text">{words.captions.write}</label>
      <input ref={field} id="caption-text" class="input" dir="auto" maxlength="240" autocomplete="off" aria-describedby="caption-hint" />
      <p class="panel-note" id="caption-hint">{words.captions.hint}</p>
      {problem ? <p class="field-error" role="alert">{problem}</p> : null}
      <Button kind="primary" icon="send" type="submit" onClick={undefined}>{words.captions.send}</Button>
    </form>
  );
}

function stored() {
  try {
    return localStorage.getItem(CHOSEN) || "";
  } catch {
    return "";
  }
}

function keep(language) {
  try {
    localStorage.setItem(CHOSEN, language);
  } catch {
    // a browser that keeps nothing: the choice holds until the page is left
  }
}
