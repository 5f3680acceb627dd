//! Floor 3: what every run leaves behind in an object store. Created once, never overwritten, never
//! deleted.

mod alerts;
pub mod award_reasons;
pub mod error;
pub mod manifest;
mod names;
pub mod past;
pub mod reasons;
mod reasons_pace;
pub mod results;
pub mod run;
pub mod stored;

pub use error::LedgerError;
pub use manifest::{Finished, HashedFile, Input, Manifest, RunState, config_hash, sha256};
pub use run::{Ledger, Run, RunSummary};
pub use stored::{ReportFormat, Stored, Table, TableFormat};
