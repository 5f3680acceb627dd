//! Which fields a template asks for, and whether its view has them: said when a project is loaded,
//! for every branch of every template, and not only for those that a sample happens to reach.
//!
//! tera keeps its own parser to itself, so the code of templates is read here once more. What is
//! not understood, or cannot be decided without values, is left to rendering on samples: nothing is
//! refused on a guess.

mod expression;
#[cfg(test)]
mod law_tests;
#[cfg(test)]
mod sample_tests;
mod scope;
mod shape;
mod syntax;
#[cfg(test)]
mod tests;
mod tokens;
mod walk;

pub use shape::Schema;
pub use walk::Trees;
