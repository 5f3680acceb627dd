//! Floor 4: one file per command. Each makes a plan, a value that can be printed and compared,
//! then applies it.

pub mod checks;
pub mod default_project;
pub mod due;
pub mod error;
pub mod gather;
pub mod progress;
pub mod recipients;

use chrono::{DateTime, Utc};

pub use error::AppError;
pub use progress::{Progress, Station};

/// What a command knows of the world outside, handed in at the door.
pub struct Surroundings<'a> {
    /// The environment's variables.
    pub env: &'a [(String, String)],
    /// When the command began.
    pub now: DateTime<Utc>,
    /// The time of a receipt.
    pub clock: &'a (dyn Fn() -> DateTime<Utc> + Sync),
    pub progress: &'a dyn Progress,
}
