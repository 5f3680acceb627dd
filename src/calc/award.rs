//! A bonus coefficient with all that led to it.

use std::sync::Arc;

use chrono::NaiveDate;

use super::bands::Slice;
use super::composite::Part;
use super::participation::DaysThere;
use crate::model::plan::{CoefficientBasis, CoefficientPlan, DaysBy};
use crate::model::{Absence, Exact, Figure, MetricId, Period, UnitId};

/// The next band that earns more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextBand {
    /// What is earned where it begins, with second axis and cap.
    pub coefficient: Exact,
    /// The attainment where it begins.
    pub from: Exact,
    /// How much of the basis metric is missing to get there; none for a composite.
    pub missing: Option<Exact>,
}

/// A half-open band [from, to); `to` is none for the last.
pub type BandEdges = (Exact, Option<Exact>);

/// What the second metric did to the coefficient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondStep {
    pub metric: MetricId,
    pub figure: Figure,
    /// The band that holds the figure; none where it is absent.
    pub band: Option<BandEdges>,
    /// None where there is no coefficient for want of the figure.
    pub factor: Option<Exact>,
}

/// Why there is no coefficient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoCoefficient {
    /// No plan holds for the unit on the period's last day.
    NoPlan { day: NaiveDate, role: Option<String> },
    /// There for too little of the period.
    Participation { days: DaysThere, least: Exact, by: DaysBy },
    /// The attainment that it is read from is not known.
    Basis(Absence),
    /// The figure of the second metric is not known.
    Second(Absence),
}

impl NoCoefficient {
    /// The word of the results tables.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPlan { .. } => "no_plan",
            Self::Participation { .. } => "participation",
            Self::Basis(why) | Self::Second(why) => why.code(),
        }
    }
}

/// What a coefficient pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pay {
    /// The plan does not pay at this grain, or the unit is no person, or there is no coefficient.
    Nothing,
    /// Neither the person nor the plan has a base.
    NoBase,
    Paid(Payout),
}

/// Base of a month × months × coefficient, rounded once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payout {
    /// Of one month.
    pub base: Exact,
    pub months: usize,
    pub amount: Exact,
}

/// A bonus coefficient, or the named reason why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoefficientAward {
    pub period: Period,
    pub unit: UnitId,
    /// The plan that holds on the period's last day; none where no plan does.
    pub plan: Option<Arc<CoefficientPlan>>,
    /// The attainment that was looked up in the bands; none without a plan.
    pub value: Option<Figure>,
    /// Of a composite: each metric's weight and attainment, as used.
    pub parts: Vec<Part>,
    /// The band that holds the attainment.
    pub band: Option<BandEdges>,
    /// In the mode `marginal`: what each band's slice brings.
    pub slices: Vec<Slice>,
    /// What the bands alone give.
    pub earned: Option<Exact>,
    pub second: Option<SecondStep>,
    /// What the cap cut down: the coefficient before it.
    pub uncapped: Option<Exact>,
    pub coefficient: Result<Exact, NoCoefficient>,
    pub next: Option<NextBand>,
    /// In the modes `marginal` and `linear`: what one more point of attainment adds.
    pub point: Option<Exact>,
    pub pay: Pay,
}

impl CoefficientAward {
    pub fn coefficient(&self) -> Option<&Exact> {
        self.coefficient.as_ref().ok()
    }

    /// The metric that the coefficient is read from; none for a composite, or without a plan.
    pub fn metric(&self) -> Option<&MetricId> {
        match &self.plan.as_ref()?.basis {
            CoefficientBasis::Metric(metric) => Some(metric),
            CoefficientBasis::Composite(_) => None,
        }
    }

    pub fn payout(&self) -> Option<&Payout> {
        match &self.pay {
            Pay::Paid(payout) => Some(payout),
            Pay::Nothing | Pay::NoBase => None,
        }
    }
}
