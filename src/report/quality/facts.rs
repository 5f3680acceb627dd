//! What a data-quality report tells.

use chrono::NaiveDate;

use crate::model::{Consequence, Exact, ExtractId, Finding, RejectKind, Rhythm, Total, UnitId};
use crate::report::Shortfall;

/// All of it, gathered once for all such reports of a run.
#[derive(Clone, Debug, Default)]
pub struct QualityFacts {
    /// By extract; none where the run stopped before all were read.
    pub sources: Vec<SourceFacts>,
    /// By extract, kind and column.
    pub rejects: Vec<RejectReason>,
    pub findings: Vec<Finding>,
    /// Of the judged period.
    pub totals: Vec<Total>,
    pub unreached: Vec<Unreached>,
    /// What an owner who cannot be reached does to the run.
    pub unreached_then: Consequence,
    /// What stopped the run before its data could be looked at.
    pub stopped_by: Vec<Shortfall>,
}

/// What there is to know of an extract.
#[derive(Clone, Debug)]
pub struct SourceFacts {
    pub extract: ExtractId,
    /// As the config names it; empty where it does not.
    pub responsible: String,
    /// None of a table whose rows have no day.
    pub rhythm: Option<Rhythm>,
    pub rows: u64,
    pub rejected: u64,
    /// Above this share of set-aside rows the run holds; none where it never does.
    pub allowed: Option<Exact>,
    /// Rows of the judged period, and the last day with a row before its end.
    pub in_period: Option<u64>,
    pub last: Option<NaiveDate>,
}

impl SourceFacts {
    /// The share of set-aside rows, where it is above the one that is allowed.
    pub fn above(&self) -> Option<(Exact, &Exact)> {
        let share = Exact::from(self.rejected).over(&Exact::from(self.rows))?;
        let allowed = self.allowed.as_ref()?;
        (share > *allowed).then_some((share, allowed))
    }
}

/// Rows of an extract that were set aside for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectReason {
    pub extract: ExtractId,
    pub kind: RejectKind,
    pub column: String,
    pub rows: usize,
    /// Some of them.
    pub samples: Vec<Sample>,
}

/// A row that was set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    pub file: String,
    pub row: u64,
    pub value: String,
}

/// A report that its owner cannot get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// Whom the report is about.
    pub unit: UnitId,
    /// Who is responsible; none where nobody is.
    pub owner: Option<UnitId>,
    pub mail: Option<String>,
    pub why: Unreachable,
}

/// Why an owner cannot be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    Nobody,
    NoAddress,
    BadAddress,
    OtherDomain,
}

impl QualityFacts {
    /// How many things hold the run, and how many are only to be looked at.
    pub fn counts(&self) -> [usize; 2] {
        let above = self.sources.iter().filter(|source| source.above().is_some()).count();
        let of = |then| self.findings.iter().filter(|finding| finding.then == then).count();
        let unreached =
            |then| usize::from(!self.unreached.is_empty() && self.unreached_then == then);
        [
            self.stopped_by.len() + above + of(Consequence::Hold) + unreached(Consequence::Hold),
            of(Consequence::Warn) + unreached(Consequence::Warn),
        ]
    }

    /// What of it is about some extracts.
    pub fn about(&self, extracts: &[ExtractId]) -> Self {
        let is_one = |extract: &ExtractId| extracts.contains(extract);
        Self {
            sources: self.sources.iter().filter(|of| is_one(&of.extract)).cloned().collect(),
            rejects: self.rejects.iter().filter(|of| is_one(&of.extract)).cloned().collect(),
            findings: self.findings.iter().filter(|of| is_one(&of.extract)).cloned().collect(),
            totals: self.totals.iter().filter(|of| is_one(&of.extract)).cloned().collect(),
            unreached: Vec::new(),
            unreached_then: self.unreached_then,
            stopped_by: self.stopped_by.clone(),
        }
    }

    /// Whether there is anything to mend.
    pub fn says_something(&self) -> bool {
        self.counts() != [0, 0] || !self.rejects.is_empty()
    }
}
