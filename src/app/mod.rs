//! Floor 4: one file per command. Each makes a plan, a value that can be printed and compared,
//! then applies it.

pub mod adjustments;
mod aims;
pub mod alerts;
pub mod approve;
pub mod attachments;
pub mod bounces;
mod briefing;
pub mod causes;
pub mod chat;
pub mod check;
pub mod checks;
mod claim;
pub mod default_project;
mod delivering;
pub mod demo;
mod dry_run;
pub mod due;
pub mod earlier;
pub mod error;
pub mod explain;
mod finality;
pub mod gather;
pub mod init;
pub mod letters;
pub mod lock;
mod outbox;
pub mod outcome;
mod pack;
pub mod page;
mod plan;
pub mod progress;
pub mod quality;
pub mod recipients;
pub mod recorded;
pub mod rerun;
pub mod resume;
pub mod run;
pub mod runs;
pub mod schedule;
pub mod show;
pub mod simulate;
pub mod talent;
pub mod targets;
mod test_send;
pub mod verify;
pub mod wording;
pub mod write;

use std::path::Path;

use chrono::{DateTime, Utc};

use crate::settings::Project;
use crate::store::Kept;

pub use error::AppError;
pub use progress::{Progress, Station};

/// What a command knows of the world outside, handed in at the door.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The environment's variables.
    pub env: &'a [(String, String)],
    /// When the command began.
    pub now: DateTime<Utc>,
    /// The time of a receipt.
    pub clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
    pub progress: &'a dyn Progress,
    /// The files of an earlier run, where one is computed again; they are read in place of those of
    /// now.
    pub kept: Option<&'a Kept>,
}

impl Surroundings<'_> {
    /// A variable's value.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.env.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Reads the project in a folder.
///
/// # Errors
/// Usage, with all that is wrong in its config.
pub fn load_project(dir: &Path, around: &Surroundings<'_>) -> Result<Project, AppError> {
    Project::load(dir, around.env).map_err(AppError::Usage)
}
