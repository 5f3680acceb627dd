//! Floor 2: scorecards become documents: what to say, in which words and number formats.

mod attention;
pub mod briefing;
mod calendar;
mod chart;
mod compose;
mod desk;
mod digits;
pub mod document;
mod figures;
#[cfg(test)]
mod fixture;
mod inputs;
mod lead;
mod notices;
mod numbers;
pub mod page;
mod provenance;
mod reconcile;
mod rewording;
mod targets;
#[cfg(test)]
mod tests;
mod tiles;
mod units;
mod warned;
mod words;

pub use briefing::{Briefing, InputFacts, RejectedFacts};
pub use calendar::period_text;
pub use compose::compose;
pub use words::{WordBook, word_files};
