//! What is judged, and why: the results of `calc`, which reports print and tables store.

use std::collections::BTreeMap;

use serde::Serialize;

use super::actions::FollowUp;
use super::award::CoefficientAward;
use super::causes::Causes;
use super::composite::CompositeScore;
use super::dimension_targets::PartScore;
use super::lint::TargetQuestion;
use super::outlook::Outlook;
use super::pace::Pace;
use super::peers::NotRanked;
use super::proration::Days;
use super::seasons::SeasonSource;
use super::streak::Streak;
use super::talent::TalentList;
use super::tilt::Tilt;
use crate::model::{Absence, Exact, Figure, Level, MetricId, Period, TargetOrigin, UnitId};

/// How a figure moved against a base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A share of the base: 0.1 is ten percent more.
    Relative(Exact),
    /// For shares: the difference itself, 0.1 is ten percentage points more.
    Points(Exact),
    /// Nothing comparable to move from.
    Absent(Absence),
}

/// Where a target comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetBasis {
    /// A row of the target table for just this unit and period.
    Given(TargetOrigin),
    /// A longer period's level, which holds for each of its parts.
    Carried(TargetOrigin),
    /// The months' parts of longer targets, or the sum of shorter ones.
    Spread(Vec<TargetOrigin>),
    /// Nobody set one for the unit: the sum over so many units below that have one.
    SumOfBelow(usize),
    /// There is none.
    None,
}

/// How severe a shortfall is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Warning {
    None,
    Yellow,
    Red,
}

impl Warning {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

/// What the members of a peer group share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Within {
    /// They lie below one unit.
    Unit(UnitId),
    /// They are people of one role.
    Role(String),
    /// They are people of a group that the plan names.
    Group(String),
}

/// Who is compared with whom: the units of one level that share something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PeerGroup {
    pub level: Level,
    /// How many units lie above a department, so that regions are not ranked among their own
    /// parts; 0 for people.
    pub depth: usize,
    pub within: Within,
}

/// A unit among its peers. Only units with a figure are counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerStanding {
    pub group: PeerGroup,
    /// How many peers have a figure, the unit itself among them.
    pub peers: usize,
    /// Mean (see [`Exact::mean`]) and median of what is ranked; none where they are kept back from
    /// a report's readers.
    pub mean: Option<Exact>,
    pub median: Option<Exact>,
    /// 1 is best; ties share the better rank (1, 1, 3).
    pub rank: usize,
    /// Ranked by attainment; else, where nobody has a target, by the figure itself.
    pub by_attainment: bool,
}

/// Why a judgement came out as it did; `report` puts it into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is no target, actual or ratio: the named absence.
    Absent(Absence),
    /// Attainment lies below the edge that makes a warning.
    /// `to_date`: it is the attainment of the year to date.
    Below { warning: Warning, attainment: Exact, edge: Exact, to_date: bool },
    /// Attainment reaches the edge under which a warning begins.
    Reached { attainment: Exact, edge: Exact, to_date: bool },
    /// The warning has lasted for two months or more.
    Streak(Streak),
    /// A yellow warning that has lasted so long that it goes up as a red one does.
    Escalated { after: u32 },
    /// No rows for the unit in a covered period: a known zero.
    NoRows,
    /// The metric is not one that the plan warns about.
    NotWarned,
    /// The unit has a figure and stands in no ranking.
    NotRanked(NotRanked),
    /// The target was put together from others.
    TargetBasis(TargetBasis),
    /// The target was spread by what months came to a year before: of whom.
    Season(SeasonSource),
    /// The target was shortened, month by month, for the days that the person was there.
    Prorated { days: Days, working: bool },
    /// Taken out of all judgements, for the reasons that somebody wrote.
    Exempt { why: Vec<String> },
    /// The target was shortened for days that are exempt: those that are judged, out of all.
    ExemptDays { days: Days, working: bool, why: Vec<String> },
}

/// One metric of one unit in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    pub period: Period,
    pub unit: UnitId,
    pub level: Level,
    pub parent: Option<UnitId>,
    pub metric: MetricId,
    pub actual: Figure,
    pub target: Figure,
    pub target_basis: TargetBasis,
    /// 1 is on target.
    pub attainment: Figure,
    /// Actual − target, also where the target is zero or below.
    pub gap: Option<Exact>,
    pub previous: Figure,
    pub mom: Change,
    pub year_ago: Figure,
    pub yoy: Change,
    pub standing: Option<PeerStanding>,
    pub warning: Warning,
    /// Months in a row with a warning, this one among them; 0 without one, and for other periods.
    pub streak: u32,
    pub reasons: Vec<Reason>,
}

impl Score {
    /// Whether a yellow warning goes up as a red one does.
    pub fn is_escalated(&self) -> bool {
        self.reasons.iter().any(|reason| matches!(reason, Reason::Escalated { .. }))
    }
}

/// All judgements of a run.
#[derive(Clone, Debug, Default)]
pub struct Scorecards {
    pub scores: BTreeMap<(Period, UnitId, MetricId), Score>,
    pub coefficients: BTreeMap<(Period, UnitId), CoefficientAward>,
    /// The way through the fiscal year, by the judged month.
    pub pace: BTreeMap<(UnitId, MetricId), Pace>,
    /// In a quarter's last month, where the plan has lists.
    pub talent: Option<TalentList>,
    pub tilt: Option<Tilt>,
    /// The targets of the judged month's year against those below them.
    pub reconciliation: super::reconcile::Reconciliation,
    /// The targets of dimensions' values, by period, unit, metric, dimension and value.
    pub parts: Vec<PartScore>,
    /// What is to be asked about the year's targets.
    pub questions: Vec<TargetQuestion>,
    pub composites: BTreeMap<(Period, UnitId), CompositeScore>,
    /// The measures that were agreed on, and what became of them; by unit, due date and id.
    pub actions: Vec<FollowUp>,
    /// Why the units that are warned in the judged month are behind.
    pub causes: Causes,
    /// In a quarter's run: the targets of the next one.
    pub outlook: Option<Outlook>,
}

impl Scorecards {
    /// The score of a metric, where it was judged.
    pub fn score(&self, period: Period, unit: &UnitId, metric: &MetricId) -> Option<&Score> {
        self.scores.get(&(period, unit.clone(), metric.clone()))
    }

    /// All scores of a unit in a period, by metric.
    pub fn of_unit(&self, period: Period, unit: &UnitId) -> impl Iterator<Item = &Score> {
        let first = (period, unit.clone(), MetricId::from(""));
        self.scores
            .range(first..)
            .map(|(_, score)| score)
            .take_while(move |score| score.period == period && score.unit == *unit)
    }

    /// The composite of a unit, where the plan has one.
    pub fn composite(&self, period: Period, unit: &UnitId) -> Option<&CompositeScore> {
        self.composites.get(&(period, unit.clone()))
    }

    /// The coefficient of a unit, where the plan gives one at this period's grain.
    pub fn coefficient(&self, period: Period, unit: &UnitId) -> Option<&CoefficientAward> {
        self.coefficients.get(&(period, unit.clone()))
    }
}
