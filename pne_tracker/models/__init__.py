"""The tables, typed and without behaviour. Only queries, services and db import them."""

from pne_tracker.domain.appointments import AppointmentStatus
from pne_tracker.domain.billing.visit import Discipline
from pne_tracker.domain.care import EpisodeStatus, VisitStatus
from pne_tracker.domain.papers import PaperKind
from pne_tracker.domain.reminders.states import MessageStatus, ReminderStatus
from pne_tracker.models.account import Account, AccountClinic, Invitation
from pne_tracker.models.amendment import Amendment
from pne_tracker.models.appointment import Appointment
from pne_tracker.models.audit import AuditEvent, add_events, begin_look, end_look
from pne_tracker.models.barrier import Barrier
from pne_tracker.models.base import Base, Organisation, TenantOwned, new_id
from pne_tracker.models.break_glass import BreakGlass
from pne_tracker.models.caregiver import CaregiverAccess
from pne_tracker.models.claim import (
    Claim,
    ClaimBatch,
    ClaimBatchLine,
    ClaimEvent,
    Coverage,
    NumberSeries,
)
from pne_tracker.models.clinic_quiz import ClinicQuiz, ClinicQuizUse
from pne_tracker.models.code_table import OwnCode, TableEdition
from pne_tracker.models.curriculum_choice import (
    ClinicHomework,
    EpisodeMove,
    PackChoice,
    PlannerWeights,
    SectionChoice,
    SectionWording,
)
from pne_tracker.models.deletion import Deletion, LegalHold
from pne_tracker.models.dialects import InEither, common
from pne_tracker.models.door import (
    AccountSession,
    ApiToken,
    AuthenticatorApp,
    Passkey,
    RecoveryCode,
    SignInLink,
    SignInTry,
    SpentChallenge,
)
from pne_tracker.models.entry_move import EntryMove
from pne_tracker.models.episode import (
    CareTeamMember,
    Diagnosis,
    Episode,
    YellowFlag,
)
from pne_tracker.models.evidence import Check, CheckKind, MarkKind, SectionMark, SectionState
from pne_tracker.models.goal import ClinicGoal, CompletionMonth
from pne_tracker.models.homework import UNSETTLED, Entry, EntryStatus, Homework
from pne_tracker.models.message import IS_UNREAD, OF_PATIENTS, Message, MessageKind
from pne_tracker.models.organisation import (
    Clinic,
    ExternalOrganisation,
    ExternalProvider,
    Fee,
    FeeBefore,
    PackVersion,
    Payer,
)
from pne_tracker.models.outcome import OutcomeScore
from pne_tracker.models.paper import IssuedPaper
from pne_tracker.models.patient import Condition, Consent, ConsentKind, ContactPoint, Patient
from pne_tracker.models.private import PatientKey
from pne_tracker.models.recall import RecallCard
from pne_tracker.models.received import ReceivedAnswer
from pne_tracker.models.reminder import UNCOUNTED, OutboxMessage, Reminder
from pne_tracker.models.reminder_rules import (
    CalendarFeed,
    MessageWording,
    PushSubscription,
    ReminderChoice,
    ReminderRules,
    ReminderSweep,
)
from pne_tracker.models.sealing import (
    Sealed,
    SealedText,
    asks_to_forget,
    forget_old_pages,
    give_keys,
    keys_of,
    place_of,
    seal_into,
    unsealed,
)
from pne_tracker.models.staff_task import Beat, InboundText, StaffTask, StaffTaskKind
from pne_tracker.models.stall import StallAsk
from pne_tracker.models.standing import (
    COUNT_KEY,
    EVERYBODY,
    NO_DAY,
    CompletionChange,
    CompletionCount,
    EpisodeGist,
    EpisodeStanding,
    HomeworkStanding,
    MessageStanding,
)
from pne_tracker.models.summary import SummaryWish
from pne_tracker.models.tenancy import (
    UNSCOPED,
    Scope,
    TenantError,
    built_once,
    enter_scope,
    leave_scope,
    scope_of,
)
from pne_tracker.models.threshold import AllowedElsewhere
from pne_tracker.models.tools import Drawing, LadderMove, OwnLog, PracticeRun
from pne_tracker.models.visit import (
    IS_DRAFT,
    Addendum,
    BillingLine,
    Decision,
    Treatment,
    Visit,
    VisitHomework,
    VisitScore,
    VisitSection,
)

__all__ = [
    "COUNT_KEY",
    "EVERYBODY",
    "IS_DRAFT",
    "IS_UNREAD",
    "NO_DAY",
    "OF_PATIENTS",
    "UNCOUNTED",
    "UNSCOPED",
    "UNSETTLED",
    "Account",
    "AccountClinic",
    "AccountSession",
    "Addendum",
    "AllowedElsewhere",
    "Amendment",
    "ApiToken",
    "Appointment",
    "AppointmentStatus",
    "AuditEvent",
    "AuthenticatorApp",
    "Barrier",
    "Base",
    "Beat",
    "BillingLine",
    "BreakGlass",
    "CalendarFeed",
    "CareTeamMember",
    "CaregiverAccess",
    "Check",
    "CheckKind",
    "Claim",
    "ClaimBatch",
    "ClaimBatchLine",
    "ClaimEvent",
    "Clinic",
    "ClinicGoal",
    "ClinicHomework",
    "ClinicQuiz",
    "ClinicQuizUse",
    "CompletionChange",
    "CompletionCount",
    "CompletionMonth",
    "Condition",
    "Consent",
    "ConsentKind",
    "ContactPoint",
    "Coverage",
    "Decision",
    "Deletion",
    "Diagnosis",
    "Discipline",
    "Drawing",
    "Entry",
    "EntryMove",
    "EntryStatus",
    "Episode",
    "EpisodeGist",
    "EpisodeMove",
    "EpisodeStanding",
    "EpisodeStatus",
    "ExternalOrganisation",
    "ExternalProvider",
    "Fee",
    "FeeBefore",
    "Homework",
    "HomeworkStanding",
    "InEither",
    "InboundText",
    "Invitation",
    "IssuedPaper",
    "LadderMove",
    "LegalHold",
    "MarkKind",
    "Message",
    "MessageKind",
    "MessageStanding",
    "MessageStatus",
    "MessageWording",
    "NumberSeries",
    "Organisation",
    "OutboxMessage",
    "OutcomeScore",
    "OwnCode",
    "OwnLog",
    "PackChoice",
    "PackVersion",
    "PaperKind",
    "Passkey",
    "Patient",
    "PatientKey",
    "Payer",
    "PlannerWeights",
    "PracticeRun",
    "PushSubscription",
    "RecallCard",
    "ReceivedAnswer",
    "RecoveryCode",
    "Reminder",
    "ReminderChoice",
    "ReminderRules",
    "ReminderStatus",
    "ReminderSweep",
    "Scope",
    "Sealed",
    "SealedText",
    "SectionChoice",
    "SectionMark",
    "SectionState",
    "SectionWording",
    "SignInLink",
    "SignInTry",
    "SpentChallenge",
    "StaffTask",
    "StaffTaskKind",
    "StallAsk",
    "SummaryWish",
    "TableEdition",
    "TenantError",
    "TenantOwned",
    "Treatment",
    "Visit",
    "VisitHomework",
    "VisitScore",
    "VisitSection",
    "VisitStatus",
    "YellowFlag",
    "add_events",
    "asks_to_forget",
    "begin_look",
    "built_once",
    "common",
    "end_look",
    "enter_scope",
    "forget_old_pages",
    "give_keys",
    "keys_of",
    "leave_scope",
    "new_id",
    "place_of",
    "scope_of",
    "seal_into",
    "unsealed",
]
