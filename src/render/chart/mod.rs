//! Charts: an SVG of our own, drawn by resvg with the one font.

mod columns;
mod lines;
mod paper;
mod rows;
#[cfg(test)]
mod tests;
mod waterfall;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

pub use self::paper::WIDTH;
use super::font::{FAMILY, Font};
use crate::report::document::{Along, Chart, Drawing};

/// Why a chart could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    #[error("the font has no “{glyph}”, which would be an empty box in “{text}”")]
    Glyph { glyph: char, text: String },
    #[error("the drawing is no SVG: {0}")]
    Svg(#[from] usvg::Error),
    #[error("the picture cannot be written: {0}")]
    Png(#[from] png::EncodingError),
}

/// Draws a chart as a PNG, twice as large as it is shown.
///
/// # Errors
/// A character that the font lacks.
pub fn draw(chart: &Chart, font: &Font) -> Result<Vec<u8>, ChartError> {
    let svg = svg(chart, font)?;
    let options = usvg::Options {
        fontdb: font.faces.clone(),
        font_family: FAMILY.to_owned(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(&svg, &options)?;
    let size = tree.size().to_int_size();
    let Some(mut picture) = Pixmap::new(size.width(), size.height()) else {
        unreachable!("a drawing has a size above zero")
    };
    resvg::render(&tree, Transform::default(), &mut picture.as_mut());
    encode(&picture)
}

/// The chart as an SVG whose texts are texts.
///
/// # Errors
/// A character that the font lacks.
pub fn svg(chart: &Chart, font: &Font) -> Result<String, ChartError> {
    for text in texts(chart) {
        if let Some(glyph) = font.lacks(text) {
            return Err(ChartError::Glyph { glyph, text: text.to_owned() });
        }
    }
    Ok(match &chart.drawing {
        Drawing::Lines { labels, lines } => lines::draw(font, &chart.ticks, labels, lines),
        Drawing::Waterfall { along, steps, axis_note } => {
            let in_columns = || columns::draw(font, &chart.ticks, steps, axis_note);
            let drawn = Some(in_columns).filter(|_| *along == Along::Time).and_then(|draw| draw());
            drawn.unwrap_or_else(|| rows::draw(font, &chart.ticks, steps, axis_note))
        }
    })
}

/// All that is written on a drawing.
fn texts(chart: &Chart) -> Vec<&str> {
    let mut texts: Vec<&str> = chart.ticks.iter().map(|(_, text)| text.as_str()).collect();
    match &chart.drawing {
        Drawing::Lines { labels, lines } => {
            texts.extend(labels.iter().map(String::as_str));
            texts.extend(lines.iter().flat_map(|l| [l.label.as_str(), l.last_text.as_str()]));
        }
        Drawing::Waterfall { steps, axis_note, .. } => {
            texts.extend(steps.iter().flat_map(|s| [s.label.as_str(), s.text.as_str()]));
            texts.push(axis_note);
        }
    }
    texts
}

fn encode(picture: &Pixmap) -> Result<Vec<u8>, ChartError> {
    let rgb: Vec<u8> =
        picture.data().chunks_exact(4).flat_map(|pixel| &pixel[..3]).copied().collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, picture.width(), picture.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Balanced);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(bytes)
}
