//! Floor 2: scorecards become documents: what to say, in which words and number formats.

mod actions;
mod attention;
mod brevity;
pub mod briefing;
pub mod bulletin;
mod by_month;
mod calendar;
mod causes;
mod chart;
mod coefficient;
#[cfg(test)]
mod coefficient_tests;
mod compose;
mod composite;
mod correction;
mod desk;
mod digits;
pub mod document;
pub mod explanation;
mod figures;
mod finality;
#[cfg(test)]
mod fixture;
mod how;
mod hr;
#[cfg(test)]
mod hr_tests;
mod inputs;
mod lead;
pub mod notice;
mod notices;
mod numbers;
mod pace;
mod pack;
pub mod page;
mod parts;
pub mod plan_sheet;
mod provenance;
pub mod quality;
mod questions;
mod reconcile;
mod reminder;
mod rewording;
mod rules;
mod sections;
pub mod seen;
pub mod sheet;
mod shortened;
pub mod simulation;
mod spark;
pub mod statement;
mod talent;
pub mod target_sheet;
mod targets;
#[cfg(test)]
mod tests;
mod tiles;
mod tilt;
mod totals;
mod units;
mod warned;
mod waterfall;
mod words;

pub use briefing::{Briefing, InputFacts, PlanForm, RejectedFacts};
pub use calendar::period_text;
pub use compose::compose;
pub use correction::{CorrectionFacts, mark_correction};
pub use finality::{Finality, Replaced, ToldFigure};
pub use hr::compose_hr;
pub use pack::{PackFacts, RejectCount, Restatement, compose_pack, pack_file};
pub use reminder::{ReminderFacts, ReminderKind, Shortfall, compose_reminder};
pub use seen::{Addressed, InGroup, Seen, Sight, Sights};
pub use words::{WordBook, word_files};
