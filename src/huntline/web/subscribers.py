"""Which handlers act on which event: the one place where packages meet upwards."""

from typing import Final

from huntline.delivery import handoff_mails
from huntline.delivery import jobs as delivery
from huntline.delivery.correspondence import jobs as correspondence
from huntline.delivery.webhooks import jobs as webhooks
from huntline.enrolment.events import ApplicationApproved, ApplicationDeclined, ApplicationDetailsAsked
from huntline.handoff.events import HandoffOpened, HandoffReady
from huntline.identity.events import MemberInvited
from huntline.incidents import jobs as incidents
from huntline.incidents.events import (
    AlertExtended,
    AlertRaised,
    NotificationPublished,
    NotificationUpdated,
    NotificationWithdrawn,
)
from huntline.inquiries.events import InquiryAnswered, InquiryAsked, InquiryClosed, InquiryReminded, InquiryReplied
from huntline.outbox import Subscribers
from huntline.reports.events import ReportReady

# The names are stored with each delivery: renaming one is a migration.
SUBSCRIBERS: Final[Subscribers] = {
    AlertRaised: {
        "delivery.alert_mails": delivery.queue_alert_mails,
        "delivery.webhook_raised_alerts": webhooks.queue_alert_calls,
        "incidents.rows_of_raised_alert": incidents.write_alert_rows,
    },
    AlertExtended: {"incidents.rows_of_extended_alert": incidents.write_alert_rows},
    ApplicationApproved: {"delivery.welcome_mail": delivery.queue_welcome_mail},
    ApplicationDeclined: {"delivery.decline_mail": delivery.queue_decline_mail},
    ApplicationDetailsAsked: {"delivery.question_mail": delivery.queue_question_mail},
    InquiryAnswered: {"delivery.answer_mails": correspondence.queue_answer_mails},
    InquiryAsked: {"delivery.confirmation_mails": correspondence.queue_confirmation_mails},
    InquiryClosed: {"delivery.closing_mails": correspondence.queue_closing_mails},
    InquiryReminded: {"delivery.reminder_mails": correspondence.queue_reminder_mails},
    InquiryReplied: {"delivery.reply_mails": correspondence.queue_reply_mails},
    HandoffOpened: {"delivery.receipt_mail": handoff_mails.queue_receipt_mail},
    HandoffReady: {"delivery.handoff_mail": handoff_mails.queue_handoff_mail},
    MemberInvited: {"delivery.invitation_mail": delivery.queue_invitation_mail},
    NotificationPublished: {
        "delivery.notification_mails": delivery.queue_notification_mails,
        "delivery.webhook_alerts": webhooks.queue_alert_calls,
        "incidents.alert_rows": incidents.write_alert_rows,
    },
    NotificationUpdated: {
        "delivery.update_mails": delivery.queue_update_mails,
        "delivery.webhook_updates": webhooks.queue_update_calls,
        "incidents.alert_rows_of_version": incidents.write_alert_rows,
    },
    NotificationWithdrawn: {
        "delivery.webhook_withdrawals": webhooks.queue_withdrawal_calls,
        "delivery.withdrawal_mails": delivery.queue_withdrawal_mails,
    },
    ReportReady: {"delivery.report_mails": delivery.queue_report_mails},
}
