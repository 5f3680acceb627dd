//! `attain targets`: targets before anybody is judged against them.

mod load;
pub mod reconcile;
mod sheet;
