// What pieces that are fetched later share with the room. Each of them imports this, so that all of it is one file: else
// the bundler would cut it into a file for every set of pieces that use it, and every one of those costs the line anew.
export * as acts from "./acts.js";
export * as api from "./api.js";
export * as context from "./context.js";
export * as line from "./line.js";
export * as attendance from "./parts/attendance.jsx";
export * as breakouts from "./parts/breakouts.jsx";
export * as chat from "./parts/chat.jsx";
export * as hands from "./parts/hands.jsx";
export * as polls from "./parts/polls.jsx";
export * as questions from "./parts/questions.jsx";
export * as slides from "./parts/slides.jsx";
export * as store from "./store.js";
export * as buttons from "./ui/buttons.jsx";
export * as dialog from "./ui/dialog.jsx";
export * as head from "./ui/head.jsx";
export * as menu from "./ui/menu.jsx";
export * as panel from "./ui/panel.jsx";
export * as told from "./ui/told.jsx";
