//! What stands between a plan of mails and its delivery: a person's approval, and a first few mails.

use std::num::NonZeroUsize;

/// Before the mails leave, all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// None leaves before a person has approved the plan.
    pub approve: bool,
    /// So many go first, and the others only where all of these were taken.
    pub canary: Option<NonZeroUsize>,
}
