//! The plan: when to warn, how to rank, and which coefficient an attainment earns. One file for
//! each section of `plan.toml`.

use std::sync::Arc;

mod coefficient;
mod composite;
mod participation;
mod rank;
mod reconcile;
mod talent;
mod tilt;
mod warning;

pub use coefficient::{
    Band, CoefficientBasis, CoefficientMode, CoefficientPlan, FactorBand, SecondAxis,
    SecondMissing, SecondOf,
};
pub use composite::{CompositeRule, MissingPart, Weight};
pub use participation::{DaysBy, Participation};
pub use rank::{RankBy, RankGroup, RankRule, RankWithin};
pub use reconcile::{Buffer, BufferSide, BufferSize, ReconcileRule};
pub use talent::{MissingQuarter, TalentBasis, TalentRule, TalentSource};
pub use tilt::{Resource, ShareBy, TiltRule};
pub use warning::{WarningBasis, WarningEdges, WarningRule};

/// Everything that turns figures into judgements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub warning: WarningRule,
    pub rank: RankRule,
    /// Who stands out over several quarters.
    pub talent: Option<TalentRule>,
    /// How resources lean towards those above target.
    pub tilt: Option<TiltRule>,
    /// The weighted attainment over several metrics, where the plan has one.
    pub composite: Option<CompositeRule>,
    /// In order: the first that holds for a unit and a day counts.
    pub coefficients: Vec<Arc<CoefficientPlan>>,
    pub reconcile: ReconcileRule,
}

impl Plan {
    /// A plan that warns and ranks, and has nothing else.
    pub fn new(warning: WarningRule, rank: RankRule) -> Self {
        let (talent, tilt, composite, coefficients) = (None, None, None, Vec::new());
        let reconcile = ReconcileRule::default();
        Self { warning, rank, talent, tilt, composite, coefficients, reconcile }
    }
}
