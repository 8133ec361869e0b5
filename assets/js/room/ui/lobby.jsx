// The lobby: somebody who came and waits to be let in. What the host says stands here; the door opens by itself.
import { useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Banner } from "./head.jsx";
import { Button } from "./buttons.jsx";
import { Icon } from "./icons.jsx";
import { PROBE } from "../devices.js";
import { later } from "./later.jsx";
import { Spoken, Told } from "./told.jsx";
import "../kit.js";

const Preflight = later(() => import("./preflight.jsx"), "Preflight");

export function Lobby() {
  const room = useRoom();
  const { words, config } = room;
  const lobby = useStore((state) => state.lobby || {});
  const state = useStore((all) => all.room?.state ?? all.lobby?.state);
  const sound = Boolean(config.media?.kind && config.media.kind !== "null" && config.media.kind !== "link");
  const go = () => {
    room.line.end();
    return room.api.post("leave", {}, { patient: false }).then(() => location.assign(config.after));
  };
  return (
    <div class="lobby" data-lobby data-line={useStore((all) => all.line)}>
      <Banner />
      <main class="lobby-body">
        <div class="lobby-text">
          <h1><bdi>{config.title}</bdi></h1>
          <p class="lobby-waits" role="status"><Icon name="clock" />{state === "live" ? words.lobby.waits : words.lobby.not_begun}</p>
          <p>{words.lobby.by_itself}</p>
          {lobby.words ? (
            <div class="lobby-words" role="region" aria-label={words.lobby.words} aria-live="polite" data-lobby-words dir="auto">{lobby.words}</div>
          ) : null}
          <h2>{words.lobby.meanwhile}</h2>
          <Preflight words={words.preflight} probe={PROBE} sound={sound} />
          <div class="actions"><Button icon="leave" onClick={go}>{words.lobby.leave}</Button></div>
        </div>
      </main>
      <Told />
      <Spoken />
    </div>
  );
}
