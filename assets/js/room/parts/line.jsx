// My line and my devices: a panel that the line's meter opens.
import { later } from "../ui/later.jsx";

export const line = {
  name: "line",
  label: (words) => words.line.title,
  Panel: later(() => import("./line-panel.jsx"), "Panel"),
};
