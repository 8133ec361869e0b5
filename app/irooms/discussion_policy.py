"""What somebody may do in a topic. Found once a page: it is asked of every post."""

from __future__ import annotations

from dataclasses import dataclass

from app.irooms.models.discussion import RoomPost, RoomTopic, TopicKind
from app.irooms.seats import Seat


@dataclass(frozen=True, slots=True)
class Rights:
    """What a seat may do in a topic: write at all, pin and lock and move, say what the answer is, change the title.

    ``open``: posts are still added. ``member_id`` is 0 for who is not a member.
    """

    writes: bool
    moderates: bool
    marks: bool
    retitles: bool
    open: bool
    member_id: int

    def edits(self, post: RoomPost) -> bool:
        """Whether they may edit a post: their own, while posts are still added."""
        return self.writes and self.open and self._own(post)

    def deletes(self, post: RoomPost) -> bool:
        """Whether they may delete a post: their own, in a locked topic, too."""
        return self.writes and self._own(post)

    def removes(self, post: RoomPost) -> bool:
        """Whether they may remove a post as a manager: another's."""
        return self.moderates and post.stands and post.author_id != self.member_id

    def quotes(self, post: RoomPost) -> bool:
        """Whether they may quote a post in the topic."""
        return self.writes and self.open and post.stands

    def answers(self, post: RoomPost) -> bool:
        """Whether they may say of a post that it is the answer: any but the one that asks."""
        return self.marks and post.stands and post.number > 1

    def _own(self, post: RoomPost) -> bool:
        return post.stands and post.author_id == self.member_id


def rights(seat: Seat, topic: RoomTopic) -> Rights:
    """Return what the seat may do in the topic now."""
    writes, manages = seat.writes, seat.manages
    member_id = seat.member.id if seat.member else 0
    started = topic.author_id == member_id
    return Rights(
        writes=writes,
        moderates=writes and manages,
        marks=writes and (started or manages) and topic.kind == TopicKind.DISCUSSION,
        retitles=writes and topic.title != "" and (manages or (started and topic.locked_at is None)),
        open=topic.locked_at is None and topic.moved_to_id is None,
        member_id=member_id,
    )
