//! Floor 1: judgements. Facts and targets in, scorecards with reasons out; pure and exact, with no
//! clock, no I/O and no dataframe.

pub mod actions;
pub mod attainment;
pub mod causes;
pub mod change;
pub mod coefficient;
pub mod composite;
pub mod figures;
pub mod judge;
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

pub use judge::{Case, judge};
pub use periods::{judged_periods, known_periods};
pub use reconcile::{Comparison, ReconcileCase, ReconcileState, Reconciliation, reconcile};
pub use score::{
    Basis, Change, CoefficientAward, NextBand, PeerGroup, PeerStanding, Reason, Score, Scorecards,
    TargetBasis, Warning,
};
pub use streak::Streak;
pub use targets::{TargetBook, TargetPiece};
