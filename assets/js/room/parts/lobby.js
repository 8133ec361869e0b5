// What is said to those who wait.
export const lobby = {
  name: "lobby",
  begin: {},
  hears: ["room"],
  take: (given) => given || {},
  reduce(own, { kind, body }) {
    if (kind === "room.lobby_words") return { ...own, words: body.words };
    if (kind === "room.begun") return { ...own, state: "live" };
    return own;
  },
  tells({ kind, body }, state) {
    return kind === "room.lobby_words" && state.me?.waiting ? body.words : "";
  },
};
