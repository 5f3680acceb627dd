//! Floor 2: extracts become checked rows, and rows become facts. The only room with polars.

pub mod actions;
pub mod calendar;
pub mod cell;
pub mod columns;
pub mod decode;
pub mod exemptions;
pub mod facts;
mod footer;
pub mod frame;
#[cfg(test)]
mod fuzz;
pub mod joins;
mod kept;
pub mod keys;
mod limits;
pub mod load;
pub mod mixed;
mod months;
pub mod org;
pub mod parquet;
pub mod profile;
mod references;
pub mod rows;
pub mod source;
pub mod sql;
pub mod targets;
pub mod typed;

pub use frame::{Frame, Frames, InputFile, Reject};
