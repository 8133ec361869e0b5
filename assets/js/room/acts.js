// Every act of the room's own parts, and where it is sent: one table, so that it can be held against app/webinars/views/room.py.
export const acts = {
  begin: () => ["begin"],
  end: () => ["end"],
  leave: () => ["leave"],
  lock: (on) => ["lock", { on }],
  lobby: (on) => ["lobby", { on }],
  lobbyWords: (words) => ["lobby/words", { words }],
  admit: (id) => [`people/${id}/admit`],
  admitAll: () => ["lobby/admit"],
  raise: (up) => ["hands", { up }],
  lower: (id) => [`hands/${id}/lower`],
  lowerAll: () => ["hands/lower"],
  give: (id, seconds) => [`hands/${id}/floor`, { seconds }],
  giveNext: (seconds) => ["hands/next", { seconds }],
  endFloor: (id) => [`hands/${id}/end`],
  role: (id, role) => [`people/${id}/role`, { role }],
  passHost: (id) => [`people/${id}/host`],
  mute: (id, on) => [`moderation/people/${id}/mute`, { on }],
  hardMute: (id, on) => [`moderation/people/${id}/hard-mute`, { on }],
  silence: (id, on) => [`moderation/people/${id}/silence`, { on }],
  remove: (id, on) => [`moderation/people/${id}/remove`, { on }],
  ban: (id, on) => [`moderation/people/${id}/ban`, { on }],
  muteAll: (on) => ["moderation/mute", { on }],
  hardMuteAll: (on) => ["moderation/hard-mute", { on }],
  undo: (entry) => [`moderation/log/${entry}/undo`],
};

/** Do an act; a refusal is shown. Returns what api.post returns. */
export async function act(room, [path, body]) {
  const answer = await room.api.post(path, body);
  if (!answer.ok && answer.problem && !room.over) room.tell(answer.problem, "attention");
  return answer;
}

/** Do an act whose way back is `back` (an act, too), and offer it. */
export async function actWithWayBack(room, [path, body], told, back) {
  const answer = await act(room, [path, body]);
  if (answer.ok) room.undo.offer(told, () => act(room, back));
  return answer;
}
