//! Floor 1: judgements. Facts and targets in, scorecards with reasons out; pure and exact, with no
//! clock, no I/O and no dataframe.

pub mod actions;
pub mod attainment;
pub mod award;
pub mod bands;
pub mod causes;
pub mod change;
pub mod coefficient;
pub mod composite;
pub mod figures;
pub mod judge;
pub mod participation;
pub mod peers;
pub mod periods;
pub mod playbook;
pub mod reconcile;
pub mod score;
pub mod spread;
pub mod streak;
pub mod targets;
#[cfg(test)]
mod tests;
pub mod warning;

pub use award::{BandEdges, CoefficientAward, NextBand, NoCoefficient, Pay, Payout, SecondStep};
pub use composite::{CompositeScore, Part};
pub use judge::{Case, judge};
pub use peers::NotRanked;
pub use periods::{judged_periods, known_periods};
pub use reconcile::{Comparison, ReconcileCase, ReconcileState, Reconciliation, reconcile};
pub use score::{
    Change, PeerGroup, PeerStanding, Reason, Score, Scorecards, TargetBasis, Warning, Within,
};
pub use streak::Streak;
pub use targets::{TargetBook, TargetPiece};
