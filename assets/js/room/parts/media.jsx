// Sound and picture: what carries them is chosen per session (p2p, janus, broadcast; a meeting elsewhere; none) and loaded only
// then. Pictures fill the tiles of the stage, a shared screen fills the room; sound is heard wherever one looks.
//
// From the server: snapshot.media = { tracks: [{ id, seat, tracks }], stream, link }; config.media = { kind, steps, … };
// entries "media.tracks" { id, seat, tracks }, "media.stream" { stream, person, … }, and for oneself "media.signal",
// "media.elsewhere". What is on is told of people (people.changed). See media/studio.js.
import { useEffect, useRef } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";

const CARRIED = new Set(["p2p", "broadcast", "janus"]);
const NOBODY = [];
const BEGIN = { tracks: NOBODY, stream: null };
const AT_STAGE = { state: "idle", problem: "", blocked: false, version: 0 };

export const media = {
  name: "media",
  begin: BEGIN,
  take: (given) => ({ ...BEGIN, ...given }),
  reduce(own, { touch, kind, body }) {
    if (touch) return own;
    if (kind === "media.stream") return { ...own, stream: body.stream ? body : null };
    if (kind !== "media.tracks") return own;
    const others = own.tracks.filter((one) => one.id !== body.id);
    return { ...own, tracks: body.tracks.length ? [...others, body] : others };
  },
  start(room) {
    if (CARRIED.has(room.config.media?.kind)) enter(room);
    if (room.config.media?.kind === "link") room.store.put("mediaView", AT_STAGE);
  },
  stage: (own, state, room) => {
    if (room?.config.media?.kind === "link") return 45;
    return sharing(state) ? 60 : 0;
  },
  Stage,
  Text: TextStage,
  Tile,
  Beside,
};

/** Fetch what carries sound and picture, and begin; a room without them never needs it. Tries until it is there. */
async function enter(room) {
  try {
    const { Studio } = await import("../media/studio.js");
    room.studio = new Studio(room);
    room.studio.start();
  } catch {
    setTimeout(() => enter(room), 3000);
  }
}

/** Who shares a screen: the first on the stage. */
function sharing(state) {
  return state.stage?.find?.((one) => one.screen);
}

function Stage() {
  const { config } = useRoom();
  return config.media?.kind === "link" ? <Elsewhere /> : <Screen />;
}

function TextStage() {
  const { config } = useRoom();
  return config.media?.kind === "link" ? <Elsewhere /> : null;
}

function Screen() {
  const { words } = useRoom();
  const person = useStore(sharing);
  if (!person) return null;
  return (
    <figure class="screen" data-screen={person.id}>
      <Picture person={person} source="screen" />
      <figcaption>{fill(words.media.screen_of, { name: person.label })}</figcaption>
    </figure>
  );
}

function Tile({ person }) {
  return person.camera ? <Picture person={person} source="camera" /> : null;
}

/** Somebody's picture, as soon as it is there; one's own as in a mirror. */
function Picture({ person, source }) {
  const room = useRoom();
  const { words } = room;
  const place = useRef(null);
  useStore((state) => state.mediaView?.version); // another track is another picture
  const mine = useStore((state) => state.me?.id === person.id);
  const found = room.studio?.picture(person.id, source) ?? null;
  useEffect(() => {
    if (!place.current || !found) return undefined;
    return found.element ? borrow(found.element, place.current, room) : show(found, place.current, room);
  }, [found?.element ?? found]);
  const label = fill(source === "screen" ? words.media.screen_of : words.media.picture_of, { name: person.label });
  return (
    <div
      class={`picture${mine && source === "camera" ? " picture--mine" : ""}`}
      ref={place}
      role="img"
      aria-label={label}
      data-picture={person.id}
      data-source={source}
      data-there={String(Boolean(found))}
    />
  );
}

function show(stream, place, room) {
  const video = document.createElement("video");
  video.muted = true; // what is heard has an element of its own
  video.autoplay = true;
  video.playsInline = true;
  video.srcObject = stream;
  place.append(video);
  room.studio.play(video);
  return () => {
    video.srcObject = null;
    video.remove();
  };
}

/** An element that plays on wherever it stands. */
function borrow(element, place, room) {
  element.hidden = false;
  place.append(element);
  room.studio.play(element);
  return () => {
    if (element.parentNode !== place) return;
    element.hidden = true;
    document.body.append(element);
    room.studio.play(element);
  };
}

function Elsewhere() {
  const { words } = useRoom();
  const given = useStore((state) => state.media.link || "");
  const link = /^https?:\/\//i.test(given) ? given : "";
  return (
    <div class="elsewhere">
      <h2>{words.media.link}</h2>
      {link ? (
        <>
          <p><a class="button" href={link} target="_blank" rel="noopener noreferrer">{words.media.link_open}</a></p>
          <p><bdi dir="ltr">{link}</bdi></p>
          <p>{words.media.link_note}</p>
        </>
      ) : <p>{words.media.link_none}</p>}
    </div>
  );
}

/** One line when there is something to know: no sound at the moment, another window, the browser wants a press. */
function Beside() {
  const room = useRoom();
  const { words, config } = room;
  const view = useStore((state) => state.mediaView || AT_STAGE);
  const stream = useStore((state) => state.media?.stream);
  const mine = useStore((state) => state.media?.stream?.person?.id === state.me?.id);
  if (view.blocked) return <Line><Button onClick={() => room.studio.unblock()}>{words.media.play}</Button></Line>;
  if (view.state === "elsewhere") {
    return <Line>{words.media.elsewhere} <Button onClick={() => room.studio.connect()}>{words.media.bring_here}</Button></Line>;
  }
  if (view.state === "full") return <Line>{view.problem || words.media.none_left}</Line>;
  if (view.state === "unavailable") return <Line>{words.media.unavailable}</Line>;
  if (view.state === "connecting") return <Line>{words.media.connecting}</Line>;
  if (config.media?.kind === "broadcast" && stream && !mine) return <Line>{words.media.behind}</Line>;
  return null;
}

function Line({ children }) {
  return <p class="media-line" role="status" data-media-line>{children}</p>;
}
