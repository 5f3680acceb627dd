//! attain: the monthly job of sales operations, from CRM extracts to mailed reports.
//!
//! The rooms and their floors are described in `ARCHITECTURE.md`.

pub mod calc;
pub mod data;
pub mod model;
pub mod settings;
