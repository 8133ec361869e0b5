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
import { later } from "../ui/later.jsx";

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
  Panel: later(() => import("./slides-panel.jsx"), "Panel"),
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

export async function renew(room) {
  const answer = await room.api.get("slides").catch(() => ({ ok: false }));
  if (answer.ok) room.store.put("slides", { ...room.store.state.slides, ...answer.body });
}

export async function turn(room, deck, page) {
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
    image.onload = () => !gone && setThere({ wanted, src: image.src, title, width: image.naturalWidth, height: image.naturalHeight });
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
    const at = placeOn(event, there);
    if (at.every((one) => one >= 0 && one <= 1)) room.api.post("slides/pointer", { at }, { patient: false });
  };
  return (
    <div class="slide-frame" ref={frame} aria-busy={there?.wanted === wanted ? undefined : "true"}>
      {there ? (
        <div class={`slide-page${points ? " slide-page--points" : ""}`} dir="ltr" onClick={move} onPointerMove={(event) => event.buttons && move(event)}>
          <img src={there.src} alt={there.title} draggable={false} />
          {shown.pointer && there.wanted === wanted ? <Pointer at={shown.pointer} page={there} /> : null}
        </div>
      ) : null}
      {failed ? <Button icon="attention" onClick={() => again(tries + 1)}>{words.slides.again}</Button> : null}
      {!failed && there?.wanted !== wanted ? <p class="slide-coming">{words.slides.loading}</p> : null}
    </div>
  );
}

/** Where on the page an event is, in fractions of its width and height; the page lies in the middle of its box, whole. */
function placeOn(event, { width, height }) {
  const box = event.currentTarget.getBoundingClientRect();
  const scale = Math.min(box.width / width, box.height / height);
  return [
    (event.clientX - box.left - (box.width - width * scale) / 2) / (width * scale),
    (event.clientY - box.top - (box.height - height * scale) / 2) / (height * scale),
  ];
}

/** Where the speaker points. The drawing lies on the page as the picture does: in the middle, whole. */
function Pointer({ at: [x, y], page: { width, height } }) {
  const { words } = useRoom();
  return (
    <svg class="slide-pointer" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="xMidYMid meet" role="img" aria-label={words.slides.pointer}>
      <circle cx={x * width} cy={y * height} r={width / 60} />
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
