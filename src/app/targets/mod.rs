//! `attain targets`: targets before anybody is judged against them.

mod given;
pub mod load;
pub mod propose;
pub mod reconcile;
mod table;
mod weights;
