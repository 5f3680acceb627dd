//! Floor 3: letters to their recipients, each accounted for.

pub mod address;
pub mod books;
pub mod channel;
pub mod dispatch;
mod dkim;
pub mod folder;
pub mod letter;
pub mod mime;
mod pause;
mod schedule;
mod settle;
pub mod smtp;

pub use crate::model::{Entry, Receipt, State, Tally};
pub use books::{Books, Outgoing, Sealed, seal, send_unrecorded};
pub use channel::Channel;
pub use dispatch::dispatch;
pub use letter::{Attachment, Identity, Letter, PDF, Picture, XLSX};

#[cfg(test)]
mod schedule_tests;
#[cfg(test)]
mod tests;
