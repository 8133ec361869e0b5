// Buttons: of the bar (an icon over a short word), and with words as on the pages.
import { useState } from "preact/hooks";
import { Icon } from "./icons.jsx";

/** A button of the bar. `on`: it is a switch, and this is its state; `count`: a number at its corner, `counts` in words. */
export function BarButton({ icon, label, on, busy, count, counts, danger, quiet, hint, onClick, ...more }) {
  const kind = `bar-button${danger ? " bar-button--danger" : ""}${quiet ? " bar-button--quiet" : ""}${on ? " bar-button--on" : ""}`;
  return (
    <button
      type="button"
      class={kind}
      aria-pressed={on === undefined || "aria-expanded" in more ? undefined : String(Boolean(on))}
      aria-busy={busy ? "true" : undefined}
      title={hint}
      onClick={onClick}
      {...more}
    >
      <Icon name={icon} />
      <span class="bar-button-label">{label}</span>
      {count ? (
        <span class="bar-button-count">
          <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
          <span class="visually-hidden">{counts ?? count}</span>
        </span>
      ) : null}
    </button>
  );
}

/** A button with words. `kind`: "", secondary, quiet, danger. While `onClick`'s promise lasts it cannot be pressed again. */
export function Button({ kind = "secondary", icon, children, onClick, class: more = "", disabled, ...rest }) {
  const [busy, setBusy] = useState(false);
  const press = async (event) => {
    if (busy) return;
    const done = onClick?.(event);
    if (!done?.then) return;
    setBusy(true);
    try {
      await done;
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" class={`button button--${kind} ${more}`} aria-disabled={busy || disabled ? "true" : undefined} onClick={disabled ? undefined : press} {...rest}>
      {icon ? <Icon name={icon} /> : null}
      {children}
    </button>
  );
}
