//! Floor 3: what every run leaves behind in an object store. Created once, never overwritten, never
//! deleted.

pub mod award_reasons;
pub mod error;
pub mod manifest;
pub mod past;
pub mod reasons;
mod reasons_pace;
pub mod results;
pub mod run;
pub mod shared;
pub mod stored;

pub use error::LedgerError;
pub use manifest::{
    CorrectionRecord, Finished, HashedFile, Input, Manifest, RunState, config_hash, sha256,
};
pub use run::{Ledger, Run, RunSummary};
pub use shared::Lock;
pub use stored::{ReportFormat, Stored, Table, TableFormat};
