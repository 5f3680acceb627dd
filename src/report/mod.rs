//! Floor 2: scorecards become documents: what to say, in which words and number formats.

pub mod document;
