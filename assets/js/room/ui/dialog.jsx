// A dialog: the browser's own, with its focus and its Escape. It is there while it is drawn.
import { useEffect, useId, useRef } from "preact/hooks";
import { useRoom } from "../context.js";
import { Button } from "./buttons.jsx";
import { Icon } from "./icons.jsx";

export function Dialog({ title, onClose, children, class: more = "" }) {
  const { words } = useRoom();
  const box = useRef(null);
  const id = useId();
  useEffect(() => {
    const dialog = box.current;
    const back = document.activeElement;
    dialog.showModal();
    return () => {
      if (dialog.open) dialog.close();
      if (back?.isConnected) back.focus({ preventScroll: true });
    };
  }, []);
  return (
    <dialog class={`dialog ${more}`} ref={box} aria-labelledby={id} onClose={() => onClose()}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="button button--icon" onClick={() => onClose()} aria-label={words.shell.close}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}

/** A question before something that is not easily undone. */
export function Question({ title, text, yes, danger, onYes, onNo }) {
  const { words } = useRoom();
  return (
    <Dialog title={title} onClose={onNo}>
      {text ? <p>{text}</p> : null}
      <div class="actions">
        <Button kind={danger ? "danger" : "main"} onClick={onYes}>{yes}</Button>
        <Button kind="quiet" onClick={onNo}>{words.shell.cancel}</Button>
      </div>
    </Dialog>
  );
}
