// Slides: the trainer turns, everybody follows. The next page is fetched ahead, at a moment of its own in each browser; a weak
// line gets small pictures, and whoever cannot see them the text of the page.
//
// From the server: snapshot.slides = { shown: { deck, page, pages, title, pointer }, turns, decks: [{ id, title, pages, state }],
// handouts, files: [{ id, title, size }] }. Entries slides.turned { deck, page, pages, title }, slides.cleared,
// slides.handouts { on }, slides.added, slides.ready (the lists are asked for anew). Touch "slides": { deck, page, pointer }.
// POST slides/turn { deck, page } or {}, slides/pointer { at }, slides/handouts { on }, slides/decks { uploads }.
import { useEffect, useRef, useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Icon } from "../ui/icons.jsx";
import { Empty } from "../ui/panel.jsx";

const AHEAD_WITHIN = 3000; // ms over which browsers spread the fetching of the next page
const POINTS_EVERY = 250; // ms between two words of where the pointer is
const SMALL_UP_TO = 700; // CSS pixels of width that the small picture is good for

export const slides = {
  name: "slides",
  begin: { shown: {}, turns: false, decks: [], handouts: false, files: [] },
  icon: "slides",
  label: (words) => words.slides.title,
  has: (state) => Boolean(state.slides.turns || state.slides.handouts),
  take: (given) => ({ ...slides.begin, ...given }),
  reduce(own, { touch, kind, body }) {
    if (touch) {
      const same = body?.deck === own.shown.deck && body?.page === own.shown.page;
      return same ? { ...own, shown: { ...own.shown, pointer: body.pointer || null } } : own;
    }
    if (kind === "slides.turned") return { ...own, shown: body };
    if (kind === "slides.cleared") return { ...own, shown: {} };
    if (kind === "slides.handouts") return { ...own, handouts: body.on, files: body.on || own.turns ? own.files : [] };
    return own;
  },
  tells(entry, state, words, before) {
    if (entry.kind === "slides.turned") return before.slides.turns ? "" : fill(words.slides.told, entry.body);
    if (entry.kind === "slides.cleared") return words.slides.told_cleared;
    if (entry.kind === "slides.handouts") return entry.body.on ? words.slides.told_handouts : "";
    return "";
  },
  start(room) {
    const stop = room.store.listen((entry) => {
      if (["slides.added", "slides.ready", "slides.handouts"].includes(entry.kind)) renew(room);
      if (entry.kind === "slides.turned") ahead(room);
    });
    ahead(room);
    return stop;
  },
  keys: [
    { key: "arrowright", says: "next_slide", act: (room) => step(room, document.dir === "rtl" ? -1 : 1) },
    { key: "arrowleft", says: "previous_slide", act: (room) => step(room, document.dir === "rtl" ? 1 : -1) },
  ],
  stage: (own) => (own.shown.deck ? 50 : 0),
  Stage,
  Text: () => <Stage small />,
  HostBar: Turner,
  Panel,
};

const address = (room, { deck, page }, size) => `${room.config.base}/slides/${deck}/${page}${size ? `?size=${size}` : ""}`;

/** Whether this browser shows the small picture: on a low step, or where it is shown small. */
function isSmall(room, width = innerWidth) {
  return room.ladder.step !== "full" || width * (devicePixelRatio || 1) <= SMALL_UP_TO;
}

/** Fetch the next page before it is shown, each browser at a moment of its own. */
function ahead(room) {
  const { shown } = room.store.state.slides;
  if (!shown.deck || shown.page >= shown.pages || room.ladder.step === "text") return;
  setTimeout(() => {
    new Image().src = address(room, { ...shown, page: shown.page + 1 }, isSmall(room) ? "" : "large");
  }, Math.random() * AHEAD_WITHIN);
}

async function renew(room) {
  const answer = await room.api.get("slides").catch(() => ({ ok: false }));
  if (answer.ok) room.store.put("slides", { ...room.store.state.slides, ...answer.body });
}

async function turn(room, deck, page) {
  const answer = await room.api.post("slides/turn", deck ? { deck, page } : {});
  if (!answer.ok) room.tell(answer.problem, "attention");
}

function step(room, by) {
  const { shown, turns } = room.store.state.slides;
  const page = (shown.page || 0) + by;
  if (turns && shown.deck && page >= 1 && page <= shown.pages) turn(room, shown.deck, page);
}

function Stage({ small = false }) {
  const room = useRoom();
  const { words } = room;
  const shown = useStore((state) => state.slides.shown);
  const turns = useStore((state) => state.slides.turns);
  const [reads, read] = useState(false);
  const [points, point] = useState(false);
  const title = fill(words.slides.of, shown);
  return (
    <figure class={`slide${small ? " slide--small" : ""}`} data-slide={shown.page}>
      <Picture shown={shown} small={small} title={title} points={points && turns} />
      <figcaption class="slide-words">
        <span>{title}</span>
        <Button kind="quiet" icon="text" aria-expanded={String(reads)} onClick={() => read(!reads)}>{reads ? words.slides.hide_text : words.slides.read}</Button>
        {turns ? <Button kind="quiet" icon="floor" aria-pressed={String(points)} onClick={() => endOr(room, points, point)}>{words.slides.point}</Button> : null}
      </figcaption>
      {points && turns ? <p class="slide-hint">{words.slides.pointing}</p> : null}
      {reads ? <PageText shown={shown} /> : null}
    </figure>
  );
}

function endOr(room, points, point) {
  if (points) room.api.post("slides/pointer", { at: null }, { patient: false });
  point(!points);
}

/** The page; the one before stays until the new one has come, so that nothing flickers on a slow line. */
function Picture({ shown, small, title, points }) {
  const room = useRoom();
  const { words } = room;
  const frame = useRef(null);
  const [there, setThere] = useState(null);
  const [failed, setFailed] = useState(false);
  const [tries, again] = useState(0);
  const wanted = `${shown.deck}/${shown.page}`;
  useEffect(() => {
    const image = new Image();
    let gone = false;
    setFailed(false);
    image.onload = () => !gone && setThere({ wanted, src: image.src, title });
    image.onerror = () => !gone && setFailed(true);
    image.src = address(room, shown, small || isSmall(room, frame.current?.clientWidth) ? "" : "large");
    return () => {
      gone = true;
    };
  }, [wanted, small, tries]);
  const last = useRef(0);
  const move = (event) => {
    if (!points || Date.now() - last.current < POINTS_EVERY) return;
    last.current = Date.now();
    const box = event.currentTarget.getBoundingClientRect();
    const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    if (at.every((one) => one >= 0 && one <= 1)) room.api.post("slides/pointer", { at }, { patient: false });
  };
  return (
    <div class="slide-frame" ref={frame} aria-busy={there?.wanted === wanted ? undefined : "true"}>
      {there ? (
        <div class={`slide-page${points ? " slide-page--points" : ""}`} dir="ltr" onClick={move} onPointerMove={(event) => event.buttons && move(event)}>
          <img src={there.src} alt={there.title} draggable={false} />
          {shown.pointer && there.wanted === wanted ? <Pointer at={shown.pointer} /> : null}
        </div>
      ) : null}
      {failed ? <Button icon="attention" onClick={() => again(tries + 1)}>{words.slides.again}</Button> : null}
      {!failed && there?.wanted !== wanted ? <p class="slide-coming">{words.slides.loading}</p> : null}
    </div>
  );
}

/** Where the speaker points. An SVG's own attributes place it: styles of elements are not allowed here. */
function Pointer({ at: [x, y] }) {
  const { words } = useRoom();
  return (
    <svg class="slide-pointer" viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-label={words.slides.pointer}>
      <ellipse cx={x * 1000} cy={y * 1000} rx="14" ry="24" />
    </svg>
  );
}

function PageText({ shown }) {
  const room = useRoom();
  const [text, setText] = useState(null);
  useEffect(() => {
    let gone = false;
    room.api
      .get(`slides/${shown.deck}/${shown.page}/text`)
      .then((answer) => !gone && setText(answer.ok ? answer.body.text : ""))
      .catch(() => !gone && setText(""));
    return () => {
      gone = true;
    };
  }, [shown.deck, shown.page]);
  return <p class="slide-text" dir="auto" tabindex="0">{text === null ? room.words.slides.loading : text || room.words.slides.no_text}</p>;
}

/** In the trainer's bar. */
function Turner() {
  const room = useRoom();
  const { words } = room;
  const { shown, turns } = useStore((state) => state.slides);
  if (!turns || !shown.deck) return null;
  return (
    <div class="turner" role="group" aria-label={words.slides.title}>
      <Button icon="previous" aria-label={words.slides.previous} disabled={shown.page <= 1} onClick={() => step(room, -1)} />
      <bdi class="turner-page">{shown.page}/{shown.pages}</bdi>
      <Button icon="next" class="hostbar-button" data-next-slide disabled={shown.page >= shown.pages} onClick={() => step(room, 1)}>{words.slides.next}</Button>
    </div>
  );
}

function Panel() {
  const room = useRoom();
  const { words } = room;
  const { shown, turns, decks, handouts, files } = useStore((state) => state.slides);
  const hosts = useStore((state) => Boolean(state.me?.hosts));
  return (
    <>
      {turns ? (
        <section>
          <h3>{words.slides.choose}</h3>
          {decks.length ? (
            <ul class="decks" role="list">
              {decks.map((deck) => <Deck key={deck.id} deck={deck} shown={shown} />)}
            </ul>
          ) : (
            <Empty title={words.slides.none_ready} />
          )}
          <Adder />
          {shown.deck ? <Button kind="quiet" icon="close" onClick={() => turn(room)}>{words.slides.clear}</Button> : null}
        </section>
      ) : null}
      <section>
        <h3>{words.slides.handouts}</h3>
        {hosts ? (
          <Button onClick={() => room.api.post("slides/handouts", { on: !handouts })} aria-pressed={String(handouts)} data-handouts>
            {handouts ? words.slides.handouts_off : words.slides.handouts_on}
          </Button>
        ) : null}
        {files.length ? (
          <ul class="decks" role="list">
            {files.map((one) => (
              <li key={one.id}>
                <a href={`${room.config.base}/handouts/${one.id}`} target="_blank" rel="noopener"><Icon name="download" />{fill(words.slides.take, one)}</a>{" "}
                <bdi class="meta">{megabytes(one.size, room.config.language)}</bdi>
              </li>
            ))}
          </ul>
        ) : (
          <p class="panel-note">{words.slides.no_handouts}</p>
        )}
      </section>
    </>
  );
}

function Deck({ deck, shown }) {
  const room = useRoom();
  const { words } = room;
  const now = shown.deck === deck.id;
  const go = (event) => {
    event.preventDefault();
    turn(room, deck.id, Number(new FormData(event.currentTarget).get("page")) || 1);
  };
  return (
    <li class={`deck${now ? " deck--shown" : ""}`} data-deck={deck.id}>
      <strong dir="auto">{deck.title}</strong> <span class="meta">{deck.state === "ready" ? fill(words.slides.ready, deck) : words.slides[deck.state]}</span>
      {deck.state === "ready" ? (
        <form class="deck-go" onSubmit={go}>
          <label class="visually-hidden" for={`page-${deck.id}`}>{words.slides.go}</label>
          <input class="input" id={`page-${deck.id}`} name="page" type="number" min="1" max={deck.pages} defaultValue={now ? shown.page : 1} key={now ? shown.page : 0} />
          <button type="submit" class="button button--secondary">{now ? words.slides.go : words.slides.show}</button>
        </form>
      ) : null}
    </li>
  );
}

/** Files are sent in pieces (tus), so that a lost line costs no more than the last piece. */
function Adder() {
  const room = useRoom();
  const { words } = room;
  const [sending, send] = useState([]);
  const change = (name, what) => send((all) => [...all.filter((one) => one.name !== name), ...(what ? [{ name, ...what }] : [])]);
  const choose = async (event) => {
    const files = [...event.currentTarget.files];
    event.currentTarget.value = "";
    const { Upload } = await import("tus-js-client");
    for (const file of files) carry(room, Upload, file, change);
  };
  return (
    <div class="adder">
      <label class="button button--secondary">
        <Icon name="add" />
        {words.slides.add}
        <input class="visually-hidden" type="file" multiple accept=".pdf,.pptx,.odp,image/*" onChange={choose} data-add-slides />
      </label>
      {sending.map((one) => (
        <p key={one.name} class="adder-line" role="status">{one.problem ? one.problem : fill(words.slides.adding, one)}</p>
      ))}
    </div>
  );
}

function carry(room, Upload, file, change) {
  const { words, config, api } = room;
  const upload = new Upload(file, {
    endpoint: `${config.base}/slides/uploads`,
    headers: { "X-CSRFToken": config.csrf, "X-Requested-With": "XMLHttpRequest" },
    chunkSize: 1_000_000,
    retryDelays: [0, 1000, 3000, 5000, 10000],
    metadata: { filename: file.name },
    onProgress: (sent, all) => change(file.name, { percent: Math.round((100 * sent) / all) }),
    onError: () => change(file.name, { problem: fill(words.slides.failed, { name: file.name }) }),
    async onSuccess() {
      const answer = await api.post("slides/decks", { uploads: [upload.url?.split("/").pop() ?? ""] });
      change(file.name, answer.ok ? null : { problem: answer.problem });
      if (answer.ok) renew(room);
    },
  });
  upload.start();
}

function megabytes(size, language) {
  const many = size >= 1_000_000;
  const value = new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(size / (many ? 1_000_000 : 1000));
  return `${value} ${many ? "MB" : "kB"}`;
}
