//! Why the operator is told.

use serde::Serialize;

use crate::app::AppError;
use crate::report::notice::{CauseWords, NoticeWords};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    Failed,
    /// Held by a check of the data.
    Held,
    CutOff,
    BadConfig,
    InPart,
    /// All that could be sent was; some owners have no address that may be mailed.
    Suppressed,
    /// The mails wait for a person's approval.
    Waits,
    /// The first mails were not all taken, and the others wait.
    Stopped,
    /// The window is over, and mails wait for a person.
    Overdue,
    Bounced,
    /// The window is over, and the data are not complete.
    Missed,
    ChatFailed,
    /// Who is responsible for data was not reached.
    NotReminded,
    /// A step of the schedule beside its runs.
    ScheduleFailed,
    /// Mails went out that are marked as provisional.
    Provisional,
}

impl Cause {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Held => "held",
            Self::CutOff => "cut-off",
            Self::BadConfig => "bad-config",
            Self::InPart => "in-part",
            Self::Suppressed => "suppressed",
            Self::Waits => "waits",
            Self::Stopped => "stopped",
            Self::Overdue => "overdue",
            Self::Bounced => "bounced",
            Self::Missed => "missed",
            Self::ChatFailed => "chat-failed",
            Self::NotReminded => "not-reminded",
            Self::ScheduleFailed => "schedule-failed",
            Self::Provisional => "provisional",
        }
    }

    pub(super) fn words(self, words: &NoticeWords) -> &CauseWords {
        match self {
            Self::Failed => &words.failed_run,
            Self::Held => &words.held_run,
            Self::CutOff => &words.cut_off,
            Self::BadConfig => &words.bad_config,
            Self::InPart => &words.in_part,
            Self::Suppressed => &words.suppressed_mails,
            Self::Waits => &words.waits,
            Self::Stopped => &words.stopped,
            Self::Overdue => &words.overdue,
            Self::Bounced => &words.bounced,
            Self::Missed => &words.missed,
            Self::ChatFailed => &words.chat_failed,
            Self::NotReminded => &words.not_reminded,
            Self::ScheduleFailed => &words.schedule_failed,
            Self::Provisional => &words.provisional_run,
        }
    }

    /// Whether the mails that did not arrive belong to it.
    pub(super) fn lists_mails(self) -> bool {
        self.is_told_by_mails() || self == Self::CutOff
    }

    /// Whether where the mails stand says all that was found.
    pub(super) fn is_told_by_mails(self) -> bool {
        use Cause::{InPart, Overdue, Stopped, Suppressed, Waits};
        matches!(self, InPart | Suppressed | Waits | Stopped | Overdue)
    }

    /// Of a command that stopped.
    pub(super) fn of(why: &AppError) -> Self {
        match why {
            AppError::Usage(_) => Self::BadConfig,
            AppError::Held(_) => Self::Held,
            AppError::Failed(_) => Self::Failed,
            AppError::CutOff(_) | AppError::TakenOver(_) => Self::CutOff,
        }
    }
}
