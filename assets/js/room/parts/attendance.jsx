// My attendance: the minutes that the server has counted for me, and what the rule asks for. Between two readings the count
// goes on by itself while the line stands; the server's number is the one that counts, and replaces it.
import { useEffect, useState } from "preact/hooks";
import { fill, useRoom } from "../context.js";
import { useStore } from "../store.js";
import { LOST } from "../line.js";
import { Icon } from "../ui/icons.jsx";
import { later } from "../ui/later.jsx";

const READ_EVERY = 240000; // and up to half as long again, so that not everybody asks at once
const LONGEST_CUT = 60; // seconds of a lost line that count when it comes back

export const attendance = {
  name: "attendance",
  begin: null,
  hears: ["room"],
  icon: "clock",
  label: (words) => words.attendance.title,
  has: (state) => Boolean(state.attendance),
  take: (given, own) => counted(given, own),
  reduce: (own, { kind, touch }) => (own && !touch && kind === "room.begun" ? { ...own, running: true, at: Date.now() } : own),
  start(room) {
    let timer;
    const read = async () => {
      try {
        const { ok, body } = await room.api.get("attendance");
        if (ok) room.store.put("attendance", counted(body, room.store.state.attendance));
      } catch {
        // the line is lost; the next reading finds it
      }
      again();
    };
    const again = () => {
      timer = setTimeout(read, READ_EVERY * (1 + Math.random() / 2));
    };
    again();
    const cheer = setInterval(() => reached(room), 5000);
    return () => {
      clearTimeout(timer);
      clearInterval(cheer);
    };
  },
  Head: Count,
  Panel: later(() => import("./attendance-panel.jsx"), "Panel"),
};

/** What the server counted, with when it came; `told` keeps what was said of it. */
function counted(given, own) {
  return given ? { ...given, at: Date.now(), told: own?.told ?? given.seconds >= given.needed } : null;
}

/** Seconds that count by now, as far as this side can know. */
function secondsOf(own, line) {
  if (!own.running) return own.seconds;
  const since = (Date.now() - own.at) / 1000;
  return own.seconds + (line === LOST ? Math.min(since, LONGEST_CUT) : since);
}

/** Say once that the minutes are enough. */
function reached(room) {
  const own = room.store.state.attendance;
  if (!own || !own.counts || own.told || !own.needed || secondsOf(own, room.store.state.line) < own.needed) return;
  room.store.put("attendance", { ...own, told: true });
  room.say.polite(room.words.attendance.reached);
}

/** Seconds that count by now; drawn anew as they grow. */
export function useSeconds() {
  const own = useStore((state) => state.attendance);
  const line = useStore((state) => state.line);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 5000);
    return () => clearInterval(timer);
  }, []);
  return own ? secondsOf(own, line) : 0;
}

/** Whole minutes. */
export const minutes = (seconds) => Math.floor(seconds / 60);

/** In the head: my minutes of those that are needed, at all times. */
function Count() {
  const room = useRoom();
  const own = useStore((state) => state.attendance);
  const seconds = useSeconds();
  if (!own?.counts || !own.needed) return null;
  const text = fill(room.words.attendance.count, { minutes: minutes(seconds), needed: Math.ceil(own.needed / 60) });
  return (
    <button type="button" class="attendance-count" data-attendance onClick={() => room.toggle("attendance")}>
      <Icon name={seconds >= own.needed ? "check" : "clock"} /><bdi>{text}</bdi>
    </button>
  );
}
