//! What an explanation is told from; `app` finds it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::calc::TargetStep;
use crate::calc::explain::{Place, Step};
use crate::model::{
    CreditedRows, DateRange, Exact, LeftOut, Metric, MetricId, Period, RejectKind, Target, UnitId,
    WhyLeftOut,
};
use crate::report::briefing::Briefing;
use crate::report::seen::InGroup;

/// What is asked about a unit.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    Metric(&'a Metric),
    Coefficient,
    Composite,
    Rank,
}

/// One figure with all that was found about it.
#[derive(Clone, Copy)]
pub struct Explained<'a> {
    /// The period that it judges is the one that is asked about.
    pub briefing: &'a Briefing<'a>,
    pub unit: &'a UnitId,
    pub subject: Subject<'a>,
    /// None where the answer has no rows of its own.
    pub figure: Option<&'a FigureFound<'a>>,
    pub place: Option<&'a Place>,
    pub run: &'a RunFacts,
    /// None for the first version.
    pub before: Option<&'a Before>,
    pub entitled: &'a Entitled,
}

/// How a metric's figure comes about.
pub struct FigureFound<'a> {
    /// Up to the metric itself, which is the last.
    pub steps: Vec<Step<'a>>,
    pub rows: CreditedRows,
    pub left_out: Vec<LeftOut>,
    pub set_aside: Vec<SetAside>,
    pub target: TargetFound,
    /// Which months the extract of each part covers; none where it has no row.
    pub covered: BTreeMap<MetricId, Option<DateRange>>,
}

/// The rows of an extract that no check let pass; whose they are cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    pub extract: String,
    pub rows: u64,
    /// By file and row.
    pub first: Vec<SetAsideRow>,
}

/// Where such a row stands, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAsideRow {
    pub file: String,
    pub row: u64,
    pub column: String,
    pub value: String,
    pub kind: RejectKind,
    /// In the words of whatever read the cell.
    pub reason: String,
}

/// Where a target comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetFound {
    /// The rows that somebody wrote.
    pub rows: Vec<Target>,
    pub steps: Vec<TargetStep>,
    /// Of a target that nobody set: those below that it is the sum of.
    pub below: BTreeMap<UnitId, Exact>,
}

/// The run whose figure it is, and what is other than it was.
#[derive(Clone, Debug)]
pub struct RunFacts {
    pub period: Period,
    pub version: u32,
    pub as_of: NaiveDate,
    /// The state of the run, in words of the ledger.
    pub state: &'static str,
    /// Files that are not as the run read them.
    pub changed: Vec<ChangedFile>,
    /// What the run recorded otherwise than is found now.
    pub differs: Vec<Moved>,
    /// Whether the run recorded the figure at all.
    pub recorded: bool,
    /// Whether such a figure is found now: of some levels there is none.
    pub found: bool,
    /// Whether it is computed from what the run kept, and not from what lies there now.
    pub kept: bool,
    /// Files that the run kept and whose contents are gone, or are not as they were kept.
    pub lost: Vec<String>,
}

/// The version before, and what moved since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    pub version: u32,
    pub moved: Vec<Moved>,
    /// Files that the two versions read otherwise.
    pub changed: Vec<ChangedFile>,
}

/// A file of data or config.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ChangedFile {
    pub path: String,
    pub change: FileChange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileChange {
    Changed,
    Gone,
    New,
}

impl FileChange {
    /// A stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::New => "new",
        }
    }
}

/// A column of the results tables that an explanation compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    Actual,
    Target,
    Attainment,
    Warning,
    Rank,
    Composite,
    Coefficient,
    Amount,
}

impl Item {
    /// The column's name, or that of its table.
    pub fn code(self) -> &'static str {
        match self {
            Self::Actual => "actual",
            Self::Target => "target",
            Self::Attainment => "attainment",
            Self::Warning => "warning",
            Self::Rank => "rank",
            Self::Composite => "composite",
            Self::Coefficient => "coefficient",
            Self::Amount => "amount",
        }
    }
}

/// A value that is not what it was; as the tables write it, an absent one as the empty text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub item: Item,
    pub old: String,
    pub new: String,
}

/// What of others, and of the asked one, the reader may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitled {
    /// Everything: the operator.
    pub everything: bool,
    /// The units and people whose names and figures may stand beside the asked one.
    pub units: BTreeSet<UnitId>,
    /// The rows behind the figure, and who has which of them.
    pub rows: bool,
    pub coefficients: bool,
    /// What a coefficient pays.
    pub amounts: bool,
    /// What belongs to nobody, counted over the whole company.
    pub whole_company: bool,
    /// The metrics that are kept from the reader.
    pub kept: BTreeSet<MetricId>,
    /// Of those whom the asked one is ranked among.
    pub group: InGroup,
}

impl Entitled {
    /// What the operator sees.
    pub fn to_everything() -> Self {
        let units = BTreeSet::new();
        Self {
            everything: true,
            units,
            rows: true,
            coefficients: true,
            amounts: true,
            whole_company: true,
            kept: BTreeSet::new(),
            group: InGroup::Figures,
        }
    }

    /// What is allowed by both.
    pub fn and(self, other: &Self) -> Self {
        Self {
            everything: self.everything && other.everything,
            units: self.units.intersection(&other.units).cloned().collect(),
            rows: self.rows && other.rows,
            coefficients: self.coefficients && other.coefficients,
            amounts: self.amounts && other.amounts,
            whole_company: self.whole_company && other.whole_company,
            kept: self.kept.union(&other.kept).cloned().collect(),
            group: self.group.min(other.group),
        }
    }

    /// Whether the reader may know how many rows were left out for a reason, and their sum: those of
    /// nobody are counted over the whole company.
    pub fn counts(&self, why: WhyLeftOut) -> bool {
        self.whole_company || !why.is_nobodys()
    }

    /// Whether the reader may know such a value of the asked one.
    pub fn tells(&self, item: Item) -> bool {
        match item {
            Item::Amount => self.amounts,
            Item::Coefficient => self.coefficients,
            Item::Rank => self.group > InGroup::Nothing,
            Item::Actual | Item::Target | Item::Attainment | Item::Warning | Item::Composite => {
                true
            }
        }
    }

    pub fn to(&self, unit: &UnitId) -> bool {
        self.everything || self.units.contains(unit)
    }
}
