"""The fixed words of rooms, with their labels in the page's language."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from app.core.texts import lazy_gettext as _l
from app.irooms.models import Download, Entry, IdentityMode, RoomRole

ROLES: Mapping[str, LazyString] = {
    RoomRole.MANAGER: _l("Manager"),
    RoomRole.EXPERT: _l("Expert"),
    RoomRole.MEMBER: _l("Member"),
    RoomRole.OBSERVER: _l("Observer"),
}
ROLE_HINTS: Mapping[str, LazyString] = {
    RoomRole.MANAGER: _l("Decides who comes in and what is in the room."),
    RoomRole.EXPERT: _l("Takes part and answers the questions put to experts."),
    RoomRole.MEMBER: _l("Reads, discusses, asks, answers and drafts."),
    RoomRole.OBSERVER: _l("Reads, and writes nothing."),
}
ENTRIES: Mapping[str, LazyString] = {
    Entry.INVITATION: _l("Only by invitation"),
    Entry.REQUEST: _l("On request, which a manager approves"),
    Entry.GROUP: _l("Everybody in a group may come in"),
}
IDENTITIES: Mapping[str, LazyString] = {
    IdentityMode.NAME: _l("Full names"),
    IdentityMode.ROLE_COUNTRY: _l("Profession and country, no names"),
    IdentityMode.PSEUDONYM: _l("Pseudonyms only"),
}
IDENTITY_HINTS: Mapping[str, LazyString] = {
    IdentityMode.NAME: _l("Members see each other's name, profession and country."),
    IdentityMode.ROLE_COUNTRY: _l("“Prosecutor, Kenya · 4” stands wherever a name would."),
    IdentityMode.PSEUDONYM: _l("Nobody in the room sees who anybody is, managers neither."),
}
DOWNLOADS: Mapping[str, LazyString] = {
    Download.ALLOWED: _l("Files may be downloaded as they are"),
    Download.STAMPED: _l("Downloads carry the mark of who took them"),
    Download.VIEW: _l("Files are read on the page only"),
}
LEFT: Mapping[str, LazyString] = {
    "left": _l("left"),
    "removed": _l("was removed"),
    "expired": _l("membership ended"),
    "closed": _l("account closed"),
}
TOPICS: Mapping[str, LazyString] = {
    "electronic-evidence": _l("Electronic evidence"),
    "legal-assistance": _l("Mutual legal assistance"),
    "prosecution": _l("Prosecution"),
    "rehabilitation": _l("Rehabilitation and reintegration"),
    "financing": _l("Financing of terrorism"),
    "human-rights": _l("Human rights"),
    "border-security": _l("Border security"),
    "victims": _l("Victims"),
    "children": _l("Children"),
    "other": _l("Another topic"),
}
ALIASES: Mapping[str, LazyString] = {
    "acacia": _l("Acacia"),
    "almond": _l("Almond"),
    "amber": _l("Amber"),
    "apple": _l("Apple"),
    "bamboo": _l("Bamboo"),
    "basalt": _l("Basalt"),
    "birch": _l("Birch"),
    "cedar": _l("Cedar"),
    "cherry": _l("Cherry"),
    "cinnamon": _l("Cinnamon"),
    "copper": _l("Copper"),
    "coral": _l("Coral"),
    "cotton": _l("Cotton"),
    "cypress": _l("Cypress"),
    "date": _l("Date palm"),
    "fig": _l("Fig"),
    "ginger": _l("Ginger"),
    "granite": _l("Granite"),
    "hazel": _l("Hazel"),
    "ivory": _l("Ivory"),
    "jasmine": _l("Jasmine"),
    "juniper": _l("Juniper"),
    "lemon": _l("Lemon"),
    "linden": _l("Linden"),
    "lotus": _l("Lotus"),
    "maple": _l("Maple"),
    "marble": _l("Marble"),
    "mint": _l("Mint"),
    "oak": _l("Oak"),
    "olive": _l("Olive"),
    "opal": _l("Opal"),
    "orchid": _l("Orchid"),
    "pearl": _l("Pearl"),
    "pine": _l("Pine"),
    "quartz": _l("Quartz"),
    "saffron": _l("Saffron"),
    "sage": _l("Sage"),
    "silver": _l("Silver"),
    "thyme": _l("Thyme"),
    "walnut": _l("Walnut"),
    "willow": _l("Willow"),
}
"""Words of pseudonyms: they say nothing of anybody. Kept in the database by their keys."""
