//! Why a command stopped, and the exit code that says so.

use crate::ledger::LedgerError;
use crate::model::{Diagnostic, Diagnostics, Place};

/// Why a command did not come to its end. Nothing was mailed, but for [`AppError::CutOff`] and
/// [`AppError::TakenOver`], where some mails may be out.
#[derive(Debug)]
pub enum AppError {
    /// The config or the arguments cannot be used.
    Usage(Diagnostics),
    /// A check of the data holds the run.
    Held(Diagnostics),
    /// Something outside broke: a disk, a network, a server.
    Failed(Diagnostic),
    /// Something outside broke after mails had begun to leave.
    CutOff(Diagnostic),
    /// Another process took the period over; this one has stopped.
    TakenOver(Diagnostic),
}

impl AppError {
    /// As documented: 1 failed, 2 bad usage or config, 3 held by a check, or by
    /// another process that has the period.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) | Self::CutOff(_) => 1,
            Self::Usage(_) => 2,
            Self::Held(_) | Self::TakenOver(_) => 3,
        }
    }

    /// What to mend.
    pub fn diagnostics(&self) -> Vec<&Diagnostic> {
        match self {
            Self::Usage(found) | Self::Held(found) => found.iter().collect(),
            Self::Failed(why) | Self::CutOff(why) | Self::TakenOver(why) => vec![why],
        }
    }

    /// A file or folder that could not be written.
    pub fn write(path: &std::path::Path, why: &std::io::Error) -> Self {
        Self::Failed(Diagnostic::error(
            Place::file(path.display().to_string()),
            format!("it cannot be written: {why}"),
            "check that the folder is there, may be written to, and has room",
        ))
    }
}

impl From<LedgerError> for AppError {
    fn from(why: LedgerError) -> Self {
        match why {
            LedgerError::TakenOver { .. } => Self::TakenOver(why.into()),
            _ => Self::Failed(why.into()),
        }
    }
}
