// The panel of slides: decks, pages, handouts, and what is added while the session runs.
import { useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { Button } from "../ui/buttons.jsx";
import { Icon } from "../ui/icons.jsx";
import { Empty } from "../ui/panel.jsx";
import { renew, turn } from "./slides.jsx";
import "../kit.js";

export function Panel() {
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
