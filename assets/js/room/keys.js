// Keys of the room: Alt + Shift + a letter, so that nothing that people type or read with is taken from them; listed in a dialog.
//
// A part lists its own as keys: [{ key: "h", says: words key of "keys", act(room) }].
export const SHIFT = "Alt + Shift + ";

export function listen(room, keys) {
  const byLetter = new Map(keys.map((one) => [one.key, one]));
  const press = (event) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || event.repeat) return;
    // with Alt some layouts type another letter: the key's own place counts then
    const letter = /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key.toLowerCase();
    const found = byLetter.get(letter);
    if (!found) return;
    event.preventDefault();
    found.act(room);
  };
  document.addEventListener("keydown", press);
  return () => document.removeEventListener("keydown", press);
}
