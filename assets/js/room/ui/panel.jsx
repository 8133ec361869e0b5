// The side panel: one at a time. It takes the focus when it opens by a button, Escape closes it, the focus goes back.
import { useEffect, useRef } from "preact/hooks";
import { useRoom } from "../context.js";
import { Icon } from "./icons.jsx";

export function SidePanel({ part, label, children }) {
  const { words, close, opener } = useRoom();
  const heading = useRef(null);
  useEffect(() => {
    if (!opener) return; // it was open when the page came
    heading.current?.focus({ preventScroll: true });
  }, [part]);
  const keys = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || (event.target.type === "search" && event.target.value)) return;
    event.preventDefault();
    close();
  };
  return (
    <aside class="panel" id="panel" aria-labelledby="panel-heading" data-panel={part} onKeyDown={keys}>
      <div class="panel-head">
        <h2 id="panel-heading" ref={heading} tabindex="-1">{label}</h2>
        <button type="button" class="button button--icon" onClick={() => close()} aria-label={words.shell.close_panel}>
          <Icon name="close" />
        </button>
      </div>
      <div class="panel-body">{children}</div>
    </aside>
  );
}

/** What a list says while nothing is in it. */
export function Empty({ title, children }) {
  return (
    <div class="panel-empty">
      <p class="panel-empty-title">{title}</p>
      {children ? <p>{children}</p> : null}
    </div>
  );
}
