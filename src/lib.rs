//! attain: the monthly job of sales operations, from CRM extracts to mailed reports.
//!
//! The rooms and their floors are described in `ARCHITECTURE.md`.

pub mod app;
pub mod calc;
pub mod cli;
pub mod data;
pub mod deliver;
pub mod ledger;
pub mod model;
pub mod render;
pub mod report;
pub mod sample;
pub mod settings;
pub mod store;
