//! `attain explain`: every figure is the sum of its rows, and the command says so.

mod asked;
mod law;
mod readers;
mod versions;
