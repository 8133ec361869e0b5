// A piece of the room that is fetched when it is first shown: what most people never open costs their line nothing.
import { useEffect, useState } from "preact/hooks";
import { useRoom } from "../context.js";

const AGAIN_AFTER = 3000;

/** `const Panel = later(() => import("./polls-panel.jsx"), "Panel")`: a component as any other; `name` is its export. */
export function later(load, name) {
  let found = null;
  return function Later(values) {
    const { words } = useRoom();
    const [, draw] = useState(0);
    useEffect(() => {
      let gone = false;
      const fetched = () =>
        load().then(
          (module) => {
            found = module[name];
            if (!gone) draw((n) => n + 1);
          },
          () => gone || setTimeout(fetched, AGAIN_AFTER), // the line is lost: it is tried again
        );
      if (!found) fetched();
      return () => {
        gone = true;
      };
    }, []);
    const Found = found;
    return Found ? <Found {...values} /> : <p class="panel-note">{words.shell.loading}</p>;
  };
}
