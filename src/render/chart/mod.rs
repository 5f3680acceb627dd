//! Charts: an SVG of our own, drawn by resvg with the one font.

mod lines;
mod paper;
mod waterfall;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

use self::paper::{HEIGHT, Paper, WIDTH, room};
use super::font::{FAMILY, Font};
use crate::report::document::{Chart, Drawing};

/// Why a chart could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ChartError {
    #[error("the font has no “{0}”, which the chart would show as an empty box")]
    Glyph(char),
    #[error("the drawing is no SVG: {0}")]
    Svg(#[from] usvg::Error),
    #[error("the picture cannot be written: {0}")]
    Png(#[from] png::EncodingError),
}

/// The least room beside the drawing, for the texts of the rules and for the last figures.
const BESIDE_LEFT: f64 = 104.0;
const BESIDE_RIGHT: f64 = 196.0;

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
    let Some(mut picture) = Pixmap::new(WIDTH, HEIGHT) else {
        unreachable!("the size is a constant above zero")
    };
    resvg::render(&tree, Transform::default(), &mut picture.as_mut());
    encode(&picture)
}

/// The chart as an SVG whose texts are texts.
///
/// # Errors
/// A character that the font lacks.
pub fn svg(chart: &Chart, font: &Font) -> Result<String, ChartError> {
    let shown: String = texts(chart).collect();
    if let Some(missing) = font.lacks(&shown) {
        return Err(ChartError::Glyph(missing));
    }
    let rules = widest(chart.ticks.iter().map(|(_, text)| text.as_str()));
    let left = BESIDE_LEFT.max(rules + 20.0);
    let right = match &chart.drawing {
        Drawing::Lines { lines, .. } => {
            BESIDE_RIGHT.max(widest(lines.iter().map(|line| line.last_text.as_str())) + 22.0)
        }
        Drawing::Waterfall { .. } => 24.0,
    };
    let mut paper = Paper::new(left, right);
    paper.rules(&chart.ticks);
    match &chart.drawing {
        Drawing::Lines { labels, lines } => lines::draw(&mut paper, labels, lines),
        Drawing::Waterfall { steps } => waterfall::draw(&mut paper, steps),
    }
    Ok(paper.finish())
}

fn widest<'a>(texts: impl Iterator<Item = &'a str>) -> f64 {
    texts.map(room).fold(0.0, f64::max)
}

fn texts(chart: &Chart) -> impl Iterator<Item = &str> {
    let ticks = chart.ticks.iter().map(|(_, text)| text.as_str());
    let drawn: Vec<&str> = match &chart.drawing {
        Drawing::Lines { labels, lines } => labels
            .iter()
            .map(String::as_str)
            .chain(lines.iter().flat_map(|line| [line.label.as_str(), line.last_text.as_str()]))
            .collect(),
        Drawing::Waterfall { steps } => {
            steps.iter().flat_map(|step| [step.label.as_str(), step.text.as_str()]).collect()
        }
    };
    ticks.chain(drawn)
}

fn encode(picture: &Pixmap) -> Result<Vec<u8>, ChartError> {
    let rgb: Vec<u8> =
        picture.data().chunks_exact(4).flat_map(|pixel| &pixel[..3]).copied().collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Balanced);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb)?;
    writer.finish()?;
    Ok(bytes)
}
