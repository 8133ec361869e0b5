"""THE table event -> listeners: read it to know what follows what, in this order, in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.accounts.events import (
    AccountClosed,
    CountryChanged,
    PersonApproved,
    RightsChanged,
    SignInsEnded,
)
from app.certificates import listeners as certificates
from app.certificates.events import CertificateIssued, CertificateRevoked
from app.core import events
from app.core.events import Event, Listener
from app.courses.events import CourseCompleted
from app.feedback import listeners as feedback
from app.irooms import listeners as irooms
from app.irooms import resources_listeners as resources
from app.irooms.events import MemberLeft
from app.live import listeners as live
from app.media.events import FilePaged, FileQuarantined, FileReady, FileRefused
from app.notifications import listeners as notifications
from app.records import listeners as records
from app.reports import scheduling_listeners as report_schedules
from app.webinars import closing_listeners as webinar_closing
from app.webinars import mailing as webinar_mail
from app.webinars import mailing_after as webinar_mail_after
from app.webinars import media_listeners as webinar_media
from app.webinars import planning_listeners as webinars_planning
from app.webinars import recording_listeners as webinar_recording
from app.webinars import talk_listeners as webinar_talk
from app.webinars.events import (
    AttendanceTakenBack,
    BooksClosed,
    RegistrationChanged,
    RunnersChanged,
    SessionAttended,
    SessionCancelled,
    SessionChanged,
    SessionPublished,
)
from app.webinars.room_events import EveryoneMuted, RemovedFromRoom, RightsInRoomChanged, SessionEnded

LISTENERS: Mapping[type[Event], Sequence[Listener]] = {
    PersonApproved: [records.note_approval],
    AccountClosed: [
        records.note_closing,
        irooms.leave_rooms,
        webinars_planning.give_up_places,
        webinar_recording.forget_places,
        notifications.forget_person,
        report_schedules.stop_schedules,
    ],
    CountryChanged: [records.note_country],
    SignInsEnded: [live.close_sockets],
    RightsChanged: [
        live.ask_again,
        webinars_planning.leave_sessions_of_groups,
        report_schedules.stop_schedules,
    ],
    MemberLeft: [webinars_planning.leave_sessions_of_group],
    CourseCompleted: [certificates.issue_on_completion, feedback.ask_on_completion],
    CertificateIssued: [certificates.tell_holder_of_issue],
    CertificateRevoked: [certificates.tell_holder_of_revocation],
    FileReady: [resources.show_version, webinar_recording.make_of_file],
    FilePaged: [resources.find_pages],
    FileRefused: [resources.note_refusal, webinar_recording.note_refusal],
    FileQuarantined: [resources.note_quarantine, webinar_recording.note_refusal],
    RightsInRoomChanged: [webinar_media.keep_to_rights],
    RemovedFromRoom: [webinar_media.cut_off],
    EveryoneMuted: [webinar_media.mute_everybody],
    SessionPublished: [webinar_mail.announce],
    SessionChanged: [webinar_recording.follow_session, webinar_mail.follow],
    SessionCancelled: [webinar_mail.follow],
    RunnersChanged: [webinar_mail.follow_runners],
    RegistrationChanged: [webinar_mail.follow_standing],
    SessionEnded: [
        webinar_talk.end_talk,
        webinar_recording.stop_recording,
        webinar_media.end_all,
        webinar_closing.close_when_ended,
    ],
    BooksClosed: [webinar_closing.tell_of_report, webinar_mail_after.thank],
    SessionAttended: [certificates.issue_on_completion],
    AttendanceTakenBack: [certificates.revoke_when_taken_back],
}


def init_app() -> None:
    """Install the table."""
    events.listen(LISTENERS)
