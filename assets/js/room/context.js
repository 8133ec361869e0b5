// What every component of the room can reach: the room itself, and the words it speaks.
import { createContext } from "preact";
import { useContext } from "preact/hooks";

export const RoomContext = createContext(null);

/** The room: { store, api, line, ladder, media, config, say(text), words, open(panel), … }; see parts.js. */
export const useRoom = () => useContext(RoomContext);

/** Put values in the places of a text: `fill(words.people.count, { number: 3 })` where it says "People: {number}". */
export function fill(text, values) {
  return (text || "").replace(/\{(\w+)\}|%\((\w+)\)s/g, (whole, one, other) => String(values[one ?? other] ?? whole));
}

/** Words by part and key; what is missing shows its own name, so that it is found. */
export function wordsOf(given) {
  const missing = (part) => ({ get: (own, key) => (typeof key === "string" ? own[key] ?? `${part}.${key}` : own[key]) });
  return new Proxy(given, { get: (all, part) => new Proxy(all[part] ?? {}, missing(String(part))) });
}
