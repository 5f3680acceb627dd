//! Where the rows of an extract went, by what they come to.

use super::{Exact, ExtractId, MetricId};

/// One metric's sum over all rows of its extract, and where it went. All parts are in the metric's
/// own unit, over all dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    pub extract: ExtractId,
    pub metric: MetricId,
    /// Over every good row, in a pass of its own.
    pub total: Exact,
    /// Of the rows whose owner is known.
    pub credited: Exact,
    /// Of the rows without owner.
    pub unassigned: Exact,
    /// Of the rows whose owner is in no extract of people or units, or whose shares cannot be.
    pub rejected: Exact,
    /// Of the rows without a date, such as deals still open.
    pub undated: Exact,
    /// Overlay credit, which is nobody's part of the total.
    pub overlay: Exact,
}

impl Total {
    /// What is left unexplained; zero, or there is a slip in the program.
    pub fn difference(&self) -> Exact {
        let parts = [&self.credited, &self.unassigned, &self.rejected, &self.undated];
        &self.total - &parts.into_iter().sum::<Exact>()
    }
}
