// Icons of the room: 20 x 20, stroked with the text's colour, as on the pages (app/templates/macros/icons.html). Those that
// point along the line of reading are mirrored from right to left; those of media are not.
const SHAPES = {
  add: "M10 4v12M4 10h12",
  attention: "M10 2.8 18.2 17H1.8zM10 8v4M10 14.3v.2",
  back: "M16.5 10h-13M9 4.5 3.5 10 9 15.5",
  ban: "M4.7 4.7l10.6 10.6M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0z",
  breakouts: "M2.5 3h6v6h-6zM11.5 3h6v6h-6zM2.5 11.5h6v6h-6zM11.5 11.5h6v6h-6z",
  camera: "M2.5 5.5h10v9h-10zM12.5 9l5-3v8l-5-3",
  "camera-off": "M2.5 5.5h10v9h-10zM12.5 9l5-3v8l-5-3M2 2l16 16",
  captions: "M2.5 4h15v12h-15zM8.5 8.5c-2-1.5-3.5 0-3.5 1.500s1.5 3 3.5 1.500M14.5 8.500c-2-1.5-3.5 0-3.5 1.500s1.5 3 3.5 1.5",
  chat: "M3 3.500h14v10H9.500L6 17v-3.500H3z",
  check: "m3.5 10.5 4.5 4.5 8.5-10",
  clock: "M17.2 10a7.2 7.2 0 1 1-14.4 0 7.2 7.2 0 0 1 14.4 0zM10 5.500V10l3 2",
  close: "m4.5 4.5 11 11M15.5 4.500l-11 11",
  crown: "M3 15.500h14M3.5 13 2.5 5.500l4 3L10 4l3.5 4.5 4-3-1 7.500z",
  down: "m5 7.5 5 5.5 5-5.5",
  download: "M10 3v9.500M5.5 8.5 10 13l4.5-4.500M3.5 17h13",
  edit: "m3.5 16.5.8-3.800L13.5 3.500l3 3-9.2 9.200zM11.5 5.500l3 3",
  floor: "M10 2.500v8M6.5 7 10 10.5 13.5 7M3 13.500h14M5 17h10",
  hand: "M6 11V5.200a1.3 1.3 0 0 1 2.6 0V9.500V3.800a1.3 1.3 0 0 1 2.6 0V9.500V5a1.3 1.3 0 0 1 2.6 0v6.500l1-1.300a1.3 1.3 0 0 1 2.2 1.400C15.5 15 14 17.5 10.8 17.5 8 17.5 6.5 16 5.8 13.800L4 10.300a1.2 1.2 0 0 1 2-1.200z",
  heart: "M10 16.500C5 13 2.5 10.3 2.5 7.300A3.8 3.8 0 0 1 10 6a3.8 3.8 0 0 1 7.5 1.300c0 3-2.5 5.7-7.5 9.200z",
  help: "M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM7.7 7.800c.2-3 4.8-2.6 4.6.2-.1 1.6-2.3 1.7-2.3 3.600M10 14.100v.2",
  keys: "M2 5.500h16v9.500H2zM5 8.500h.2M8.3 8.500h.2M11.6 8.500h.2M14.8 8.500h.2M6 12h8",
  leave: "M11 3H3.500v14H11M8 10h9.500M14 6.500l3.5 3.5-3.5 3.5",
  lock: "M4 9h12v8.500H4zM6.5 9V6a3.5 3.5 0 0 1 7 0v3",
  microphone: "M7.5 4.500a2.5 2.5 0 0 1 5 0v5a2.5 2.5 0 0 1-5 0zM4.5 9.500a5.5 5.5 0 0 0 11 0M10 15v3",
  "microphone-off": "M7.5 4.500a2.5 2.5 0 0 1 5 0v5a2.5 2.5 0 0 1-5 0zM4.5 9.500a5.5 5.5 0 0 0 11 0M10 15v3M2 2l16 16",
  minus: "M4 10h12",
  more: "M5.5 10a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM11 10a1 1 0 1 1-2 0 1 1 0 0 1 2 0zM16.5 10a1 1 0 1 1-2 0 1 1 0 0 1 2 0z",
  next: "m7.5 5 5.5 5-5.5 5",
  note: "M4 2.500h12v15H4zM7 6.500h6M7 10h6M7 13.500h3.5",
  pause: "M6.5 4v12M13.5 4v12",
  people: "M10.5 7a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM1.8 17c.5-3.5 2.7-5 5.7-5s5.2 1.5 5.7 5M13 4.300a3 3 0 0 1 0 5.400M15 12.500c1.8.7 2.9 2.2 3.2 4.5",
  poll: "M3 17.500h14M5 14.500v-4M10 14.500v-11M15 14.500V7",
  previous: "M12.5 5 7 10l5.5 5",
  question: "M3 3.500h14v10H9.500L6 17v-3.500H3zM7 7h6M7 10h4",
  react: "M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0zM7 8v.2M13 8v.2M6.5 11.800c1.8 2.6 5.2 2.6 7 0",
  record: "M17 10a7 7 0 1 1-14 0 7 7 0 0 1 14 0zM12.5 10a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z",
  remove: "M3.5 5.500h13M8 5.500v-3h4v3M5 5.500l.8 12h8.400l.8-12M8.5 9v5M11.5 9v5",
  report: "M4.5 17.500v-15M4.5 3.500h11l-2.5 3.5 2.5 3.500h-11",
  screen: "M2.5 3.500h15v10h-15zM7 17h6M10 13.500V17M10 6v5M7.5 8.5 10 6l2.5 2.5",
  search: "M14 8.500a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0zM12.7 12.700l4.8 4.8",
  send: "M3 10 17 3.5 13.5 17 9.5 11.500zM9.5 11.5 17 3.5",
  settings: "M3 6h8M15 6h2M3 14h2M9 14h8M15 6a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM9 14a2 2 0 1 1-4 0 2 2 0 0 1 4 0z",
  slides: "M2.5 3.500h15v10h-15zM10 13.500v4M6.5 17.500h7M6 7h8M6 10h5",
  sound: "M3 7.500h3L10 4v12l-4-3.500H3zM13 7.500a4 4 0 0 1 0 5M15.5 5a7.5 7.5 0 0 1 0 10",
  stop: "M5 5h10v10H5z",
  text: "M3.5 5h13M3.5 9h13M3.5 13h8",
  thumb: "M6.5 9 9.5 2.800c1.6 0 2.3 1 2 2.500L11 8h4.500c1.2 0 1.8 1 1.5 2l-1.5 5.700c-.2.8-.8 1.3-1.7 1.300H6.500zM3 9h3.500v8H3z",
  up: "m5 12.5 5-5.5 5 5.5",
};
const POINTING = new Set(["back", "chat", "leave", "next", "previous", "question", "send", "text"]);

/** An icon beside words says nothing of its own; give `label` only where it stands alone. */
export function Icon({ name, label }) {
  const spoken = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true", focusable: "false" };
  return (
    <svg class={`icon${POINTING.has(name) ? " icon--pointing" : ""}`} viewBox="0 0 20 20" width="20" height="20" {...spoken}>
      <path d={SHAPES[name]} />
    </svg>
  );
}
