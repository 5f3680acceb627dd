//! Floor 3: letters to their recipients, each accounted for.

pub mod address;
pub mod channel;
pub mod dispatch;
mod dkim;
pub mod folder;
pub mod letter;
pub mod mime;
mod pause;
pub mod receipt;
mod schedule;
pub mod smtp;

pub use channel::Channel;
pub use dispatch::dispatch;
pub use letter::{Attachment, CSV, Identity, Letter, PDF, Picture, XLSX};
pub use receipt::{Receipt, State, Tally};

#[cfg(test)]
mod schedule_tests;
#[cfg(test)]
mod tests;
