"""The collections of a room as one person has them: which they may read and add to, and where each stands.

A right of a collection is allow, deny, or nothing: then it is that of the collection around it; the outermost one lets
everybody read, and managers and experts add. A manager may always. What may not be read is absent: it has no title, no
count and no place in a trail; what lies in it and may be read stands in the next collection outwards that may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from app.core.database import JSON
from app.irooms.models import RoomRole


class Deed(StrEnum):
    """What a right is about; to write is to add resources."""

    READ = "read"
    WRITE = "write"


class Right(StrEnum):
    """What a collection says for a role."""

    INHERIT = ""
    ALLOW = "allow"
    DENY = "deny"


FOR_ROLES: Mapping[Deed, tuple[RoomRole, ...]] = {
    Deed.READ: (RoomRole.EXPERT, RoomRole.MEMBER, RoomRole.OBSERVER),
    Deed.WRITE: (RoomRole.EXPERT, RoomRole.MEMBER),
}
"""The roles that a right can be given to or taken from: a manager always may, an observer never adds."""
_AT_FIRST: Mapping[Deed, frozenset[RoomRole]] = {
    Deed.READ: frozenset(RoomRole),
    Deed.WRITE: frozenset({RoomRole.MANAGER, RoomRole.EXPERT}),
}


@dataclass(frozen=True, slots=True)
class Node:
    """A collection as the database holds it; ``news`` is the number of its last announcement, where asked for."""

    id: int
    public_id: str
    room_id: int
    parent_id: int | None
    position: int
    title: str
    description: str
    rights: JSON
    news: int = 0

    def says(self, deed: Deed, role: RoomRole) -> Right:
        """Return what the collection itself says for a role."""
        return Right(self.rights.get(deed, {}).get(role, Right.INHERIT))


@dataclass(frozen=True)
class Tree:
    """All collections of a room (``nodes`` by number) before a ``role``. ``everything``: the reader is let into all."""

    nodes: Mapping[int, Node]
    role: RoomRole
    everything: bool = False
    adds: bool = True
    _within: dict[int | None, list[Node]] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for node in sorted(self.nodes.values(), key=lambda one: (one.position, one.id)):
            self._within.setdefault(node.parent_id, []).append(node)

    @cached_property
    def root(self) -> Node:
        """The collection that holds the others."""
        return self._within[None][0]

    @cached_property
    def readable(self) -> frozenset[int]:
        """The numbers of collections that may be read."""
        if self.everything:
            return frozenset(self.nodes)
        return frozenset(one for one in self.nodes if self.allows(one, Deed.READ, self.role))

    @cached_property
    def writable(self) -> frozenset[int]:
        """The numbers of collections that may be added to; each may be read, too."""
        if not self.adds:
            return frozenset()
        return frozenset(one for one in self.readable if self.allows(one, Deed.WRITE, self.role))

    def allows(self, node_id: int, deed: Deed, role: RoomRole) -> bool:
        """Whether a collection lets ``role`` do it: the nearest word counts, its own first."""
        if role == RoomRole.MANAGER:
            return True
        for node in self._outwards(node_id):
            said = node.says(deed, role)
            if said != Right.INHERIT:
                return said == Right.ALLOW
        return role in _AT_FIRST[deed]

    def inherited(self, node_id: int, deed: Deed, role: RoomRole) -> bool:
        """Whether ``role`` may do it where the collection itself says nothing."""
        parent = self.nodes[node_id].parent_id
        return role in _AT_FIRST[deed] if parent is None else self.allows(parent, deed, role)

    def readers(self, node_id: int) -> frozenset[RoomRole]:
        """Return the roles that may read a collection."""
        return frozenset(role for role in RoomRole if self.allows(node_id, Deed.READ, role))

    def get(self, public_id: str) -> Node | None:
        """Return a collection that may be read by its id; None for every other one."""
        found = (
            node for node in self.nodes.values() if node.public_id == public_id and node.id in self.readable
        )
        return next(found, None)

    def holder(self, node: Node) -> Node | None:
        """Return the nearest collection around ``node`` that may be read."""
        return next(
            (one for one in self._outwards(node.id) if one.id != node.id and one.id in self.readable), None
        )

    def trail(self, node: Node) -> list[Node]:
        """Return what may be read of the way from the outermost collection to ``node``, itself included."""
        return [one for one in reversed(list(self._outwards(node.id))) if one.id in self.readable]

    def shelf(self, node: Node | None) -> list[Node]:
        """Return the collections that stand in ``node``, in order; None: those that stand in none that may be read."""
        if node is None:
            return [
                one for one in self._downwards(None) if one.id in self.readable and self.holder(one) is None
            ]
        return [
            one for one in self._downwards(node.id) if one.id in self.readable and self.holder(one) == node
        ]

    def below(self, node: Node) -> frozenset[int]:
        """Return the numbers of readable collections at and below ``node``."""
        return frozenset(one.id for one in self._downwards(node.id)) & self.readable | {node.id}

    def siblings(self, node: Node) -> list[Node]:
        """Return the collections with the same parent, in order, ``node`` among them."""
        return self._within[node.parent_id]

    def holds(self, outer: Node, inner: Node) -> bool:
        """Whether ``inner`` is ``outer`` or lies in it."""
        return any(one.id == outer.id for one in self._outwards(inner.id))

    def outline(self) -> list[tuple[int, Node]]:
        """Return the readable collections with how deep each stands, from the outermost (0) inwards, in order."""
        return [(len(self.trail(one)) - 1, one) for one in self._downwards(None) if one.id in self.readable]

    def _outwards(self, node_id: int) -> Iterable[Node]:
        here: int | None = node_id
        while here is not None:
            yield self.nodes[here]
            here = self.nodes[here].parent_id

    def _downwards(self, node_id: int | None) -> Iterable[Node]:
        for node in self._within.get(node_id, []):
            yield node
            yield from self._downwards(node.id)
