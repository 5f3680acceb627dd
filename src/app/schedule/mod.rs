//! `attain schedule`: stays up, and runs each month and quarter when it is due.
//!
//! [`plan`] decides, from values alone; [`watch`] asks it, does what it says and rests; [`job`] is
//! the work on a real project. What was done is known from the ledger, so that a schedule that was
//! ended anywhere goes on where it was.

pub mod arrivals;
pub mod event;
pub mod forecast;
pub mod job;
pub mod plan;
pub mod remind;
pub mod watch;
pub mod window;
#[cfg(test)]
mod years_tests;
