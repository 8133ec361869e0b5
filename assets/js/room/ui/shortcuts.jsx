// The room's keys, listed.
import { useRoom } from "../context.js";
import { SHIFT } from "../keys.js";
import { Dialog } from "./dialog.jsx";
import "../kit.js";

const SIGNS = { arrowleft: "←", arrowright: "→", arrowup: "↑", arrowdown: "↓" };

export function Shortcuts({ keys, onClose }) {
  const { words } = useRoom();
  return (
    <Dialog title={words.keys.title} onClose={onClose}>
      <dl class="shortcuts">
        {keys.map((one) => (
          <div key={one.key}>
            <dt><kbd dir="ltr">{SHIFT}{SIGNS[one.key] ?? one.key.toUpperCase()}</kbd></dt>
            <dd>{one.label ? one.label(words) : words.keys[one.says]}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
