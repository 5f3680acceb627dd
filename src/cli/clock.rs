//! The one place that reads the clock.

use chrono::{DateTime, Utc};

/// Now.
#[allow(clippy::disallowed_methods, reason = "this is the door the lint guards")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
