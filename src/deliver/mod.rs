//! Floor 3: letters to their recipients, each accounted for.

pub mod address;
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
pub mod receipt;
mod schedule;
pub mod smtp;

pub use bounce::Bounce;
pub use channel::Channel;
pub use chat::{Message, PostReceipt, Poster};
pub use dispatch::dispatch;
pub use letter::{Attachment, Identity, Letter, PDF, Picture, XLSX};
pub use receipt::{Receipt, State, Tally};

#[cfg(test)]
mod schedule_tests;
#[cfg(test)]
mod tests;
