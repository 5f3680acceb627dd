//! Floor 3: what every run leaves behind in an object store. Created once, never overwritten, never
//! deleted.

mod alerts;
pub mod award_reasons;
pub mod claims;
pub mod error;
pub mod journal;
pub mod manifest;
mod names;
pub mod outbox;
pub mod past;
pub mod reasons;
mod reasons_pace;
pub mod results;
pub mod run;
pub mod shared;
pub mod standing;
pub mod stored;
pub mod told;

pub use claims::{Claim, Held, Holder};
pub use error::LedgerError;
pub use journal::Journal;
pub use manifest::{
    CorrectionRecord, Finished, HashedFile, Input, Manifest, RunState, config_hash, sha256,
};
pub use outbox::{Approval, Outbox, PlannedMail, Withheld};
pub use run::{Ledger, Run, RunSummary};
pub use shared::Lock;
pub use standing::{Standing, Standings};
pub use stored::{ReportFormat, Stored, Table, TableFormat};
pub use told::Told;
