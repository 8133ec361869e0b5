// Acts on one thing: a button that opens the list of them in place, so that every act is two presses away on every screen.
// Arrow keys move, Escape closes and the focus goes back to the button.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Icon } from "./icons.jsx";

/** `acts`: [{ says, icon, act(), danger, now }]; `label` names the thing for who listens. */
export function Menu({ label, acts, icon = "more", onOpen }) {
  const [open, setOpen] = useState(false);
  const opener = useRef(null);
  const list = useRef(null);
  const id = useId();
  useEffect(() => {
    if (open) list.current?.querySelector("button")?.focus();
  }, [open]);
  const shut = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const keys = (event) => {
    const items = [...list.current.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape") shut();
    else if (to !== undefined) items[(to + items.length) % items.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  if (!acts.length) return null;
  return (
    <>
      <button
        type="button"
        class="button button--icon menu-opener"
        ref={opener}
        aria-expanded={String(open)}
        aria-controls={open ? id : undefined}
        aria-label={label}
        onClick={() => {
          if (!open) onOpen?.();
          setOpen(!open);
        }}
      >
        <Icon name={icon} />
      </button>
      {open ? (
        <ul class="acts" id={id} ref={list} aria-label={label} onKeyDown={keys}>
          {acts.map((one) => (
            <li key={one.says}>
              <button
                type="button"
                class={`act${one.danger ? " act--danger" : ""}`}
                onClick={() => {
                  shut();
                  one.act();
                }}
              >
                {one.icon ? <Icon name={one.icon} /> : null}
                {one.says}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}
