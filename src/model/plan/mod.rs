//! The plan: when to warn, how to rank, and which coefficient an attainment earns. One file for
//! each section of `plan.toml`.

mod coefficient;
mod composite;
mod rank;
mod reconcile;
mod warning;

pub use coefficient::{Band, CoefficientBasis, CoefficientRule};
pub use composite::{MissingPart, Weight};
pub use rank::{RankRule, RankWithin};
pub use reconcile::{Buffer, BufferSide, BufferSize, ReconcileRule};
pub use warning::{WarningBasis, WarningEdges, WarningRule};

/// Everything that turns figures into judgements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub warning: WarningRule,
    pub rank: RankRule,
    pub coefficient: Option<CoefficientRule>,
    pub reconcile: ReconcileRule,
}
