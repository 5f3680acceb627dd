//! Floor 4: arguments, exit codes, progress, and what a person sees on the terminal.

pub mod args;
pub mod clock;
pub mod progress;
