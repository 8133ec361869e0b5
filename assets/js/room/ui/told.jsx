// What happened, in one line each: shown for a while, with the way back where there is one; and what is only spoken.
import { useEffect, useState } from "preact/hooks";
import { useRoom } from "../context.js";
import { Icon } from "./icons.jsx";

const STAYS = 8000;
const STAYS_WITH_WAY_BACK = 15000;

/** The lines that stand now. */
export class Undo {
  constructor() {
    this.lines = [];
    this.watchers = new Set();
    this.last = 0;
  }

  /** Show a line; `kind`: note, done, attention, danger. */
  tell(text, kind = "note", undo) {
    const line = { id: (this.last += 1), text, kind, undo };
    this.set([...this.lines.filter((one) => one.text !== text), line].slice(-3));
    setTimeout(() => this.drop(line.id), undo ? STAYS_WITH_WAY_BACK : STAYS);
  }

  /** Show what was done, with what takes it back. */
  offer(text, undo) {
    this.tell(text, "done", undo);
  }

  drop(id) {
    this.set(this.lines.filter((one) => one.id !== id));
  }

  set(lines) {
    this.lines = lines;
    for (const watch of this.watchers) watch();
  }
}

function useWatched(set) {
  const [, draw] = useState(0);
  useEffect(() => {
    const watch = () => draw((n) => n + 1);
    set.add(watch);
    return () => set.delete(watch);
  }, []);
}

export function Told() {
  const { undo, words } = useRoom();
  useWatched(undo.watchers);
  return (
    <div class="told" role="region" aria-label={words.shell.told}>
      {undo.lines.map((line) => (
        <div class={`told-line told-line--${line.kind}`} key={line.id}>
          <p>{line.text}</p>
          {line.undo ? (
            <button
              type="button"
              class="button button--quiet"
              onClick={() => {
                undo.drop(line.id);
                line.undo();
              }}
            >
              {words.shell.undo}
            </button>
          ) : null}
          <button type="button" class="button button--icon" aria-label={words.shell.close} onClick={() => undo.drop(line.id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}

export function Spoken() {
  const { say } = useRoom();
  useWatched(say.watchers);
  return (
    <div class="visually-hidden">
      <p role="status" data-said>{say.now.polite}</p>
      <p role="alert" data-said-urgent>{say.now.urgent}</p>
    </div>
  );
}
