//! Floor 2: extracts become checked rows, and rows become facts. The only room with polars.

pub mod facts;
pub mod frame;
pub mod org;
pub mod rows;
pub mod targets;

pub use frame::{Frame, Frames, InputFile, Reject};
