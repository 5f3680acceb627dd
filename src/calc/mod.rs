//! Floor 1: judgements. Facts and targets in, scorecards with reasons out; pure and exact, with no
//! clock, no I/O and no dataframe.

pub mod actions;
mod adjustment;
pub mod attainment;
pub mod award;
pub mod bands;
pub mod causes;
pub mod change;
pub mod coefficient;
pub mod composite;
pub mod contract;
pub mod correction;
pub mod course;
pub mod dimension_targets;
pub mod explain;
pub mod figures;
pub mod judge;
pub mod lint;
#[cfg(test)]
mod lint_tests;
pub mod movement;
pub mod outlook;
pub mod pace;
pub mod participation;
pub mod peers;
pub mod periods;
pub mod playbook;
pub mod propose;
pub mod proration;
#[cfg(test)]
mod proration_tests;
pub mod reconcile;
pub mod recovery;
pub mod restatement;
#[cfg(test)]
mod scale_tests;
pub mod score;
pub mod seasons;
pub mod simulate;
pub mod spread;
pub mod streak;
pub mod talent;
pub mod tally;
pub mod targets;
#[cfg(test)]
mod targets_tests;
#[cfg(test)]
mod tests;
pub mod tilt;
pub mod warning;

pub use award::{BandEdges, CoefficientAward, NextBand, NoCoefficient, Pay, Payout, SecondStep};
pub use composite::{CompositeScore, Part};
pub use dimension_targets::{PartCase, PartScore, part_periods, parts_asked};
pub use figures::Figures;
pub use judge::{Case, judge};
pub use lint::{Lint, TargetAbout, TargetDoubt, TargetQuestion};
pub use movement::Movement;
pub use outlook::Outlook;
pub use pace::Pace;
pub use peers::NotRanked;
pub use periods::{judged_periods, judged_years, known_periods, whole_year};
pub use proration::{Attendance, Days};
pub use reconcile::{
    Comparison, DimensionBooks, ReconcileCase, ReconcileState, Reconciliation, reconcile,
};
pub use recovery::{Recovery, RecoveryState};
pub use score::{
    Change, PeerGroup, PeerStanding, Reason, Score, Scorecards, TargetBasis, Warning, Within,
};
pub use seasons::{SeasonSource, Seasons};
pub use streak::Streak;
pub use tally::Tally;
pub use targets::{TargetBook, TargetPiece, TargetStep};
