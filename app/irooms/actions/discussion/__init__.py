"""What members do in a room's discussion: start, post, edit, delete, move, answer, read, follow, keep drafts."""
