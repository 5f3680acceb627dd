//! Floor 1: judgements. Facts and targets in, scorecards with reasons out; pure and exact, with no
//! clock, no I/O and no dataframe.

pub mod score;

pub use score::{
    Basis, Change, CoefficientAward, NextBand, PeerGroup, PeerStanding, Reason, Score, Scorecards,
    TargetBasis, Warning,
};
