//! The plan: when to warn, how to rank, and which coefficient an attainment earns. One file for
//! each section of `plan.toml`.

mod coefficient;
mod composite;
mod rank;
mod talent;
mod tilt;
mod warning;

pub use coefficient::{Band, CoefficientBasis, CoefficientRule};
pub use composite::{MissingPart, Weight};
pub use rank::{RankRule, RankWithin};
pub use talent::{MissingQuarter, TalentBasis, TalentRule, TalentSource};
pub use tilt::{Resource, ShareBy, TiltRule};
pub use warning::{WarningBasis, WarningEdges, WarningRule};

/// Everything that turns figures into judgements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub warning: WarningRule,
    pub rank: RankRule,
    pub coefficient: Option<CoefficientRule>,
    /// Who stands out over several quarters.
    pub talent: Option<TalentRule>,
    /// How resources lean towards those above target.
    pub tilt: Option<TiltRule>,
}
