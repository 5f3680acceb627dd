//! Floor 3: letters to their recipients, each accounted for.

pub mod address;
pub mod books;
pub mod bounce;
pub mod channel;
pub mod chat;
pub mod dispatch;
mod dkim;
pub mod folder;
mod http;
pub mod letter;
pub mod mime;
mod pause;
pub mod ping;
mod reason;
mod schedule;
mod settle;
pub mod smtp;

pub use crate::model::{Entry, Receipt, State, Tally};
pub use books::{Books, Outgoing, Sealed, seal, send_unrecorded};
pub use bounce::Bounce;
pub use channel::Channel;
pub use chat::{Message, PostReceipt, Poster};
pub use dispatch::dispatch;
pub use letter::{Attachment, CSV, Identity, Letter, PDF, Picture, XLSX};

#[cfg(test)]
mod schedule_tests;
#[cfg(test)]
mod tests;
