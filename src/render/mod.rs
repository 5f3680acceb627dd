//! Floor 3: documents become HTML, text and pictures, rows become workbooks. Nothing is summed, sorted or fetched here.

pub mod chart;
pub mod fields;
pub mod folder;
pub mod font;
pub mod index;
pub mod look;
pub mod pdf;
mod plain;
pub mod sample;
mod table_view;
pub mod templates;
#[cfg(test)]
mod tests;
pub mod text;
pub mod view;
pub mod workbook;

pub use font::Font;
pub use index::{IndexEntry, IndexPage};
pub use plain::plain_page;
pub use templates::{Image, Rendered, Templates, template_files};
pub use workbook::{WorkbookError, workbook};
