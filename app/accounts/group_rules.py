"""What a feature's group asks of everything that is for its members: whether files may be taken away, whether the
register may know by name, whether mails may say what it is about; and which activity of the register keeps the group.

A group that staff keep asks for nothing. A room has a policy; sessions and recordings for its members obey it without
knowing rooms: they ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class GroupRules:
    """``download`` is ``allowed``, ``stamped`` (what cannot carry a mark is not given) or ``view``; ``named`` says
    whether facts about members may lead to them, ``mail_names`` whether mails may carry names and texts.

    ``activity`` is the key of the activity whose members they are, if any: what is for the group was held for it.
    """

    download: str = "allowed"
    named: bool = True
    mail_names: bool = True
    activity: UUID | None = None


FREE = GroupRules()
Source = Callable[[frozenset[int]], Mapping[int, GroupRules]]
_sources: dict[str, Source] = {}


def provide(feature: str, source: Source) -> None:
    """Let ``feature`` answer for the groups that it keeps; asking again replaces the source."""
    _sources[feature] = source


def rules_of(group_ids: frozenset[int]) -> Mapping[int, GroupRules]:
    """Return the rules of groups, in one statement a feature; nothing is asked when there are none."""
    found = dict.fromkeys(group_ids, FREE)
    for source in _sources.values() if group_ids else ():
        found |= source(group_ids)
    return found


def rules_for(group_id: int | None) -> GroupRules:
    """Return the rules of one group; of none, that nothing is asked."""
    return FREE if group_id is None else rules_of(frozenset({group_id}))[group_id]
