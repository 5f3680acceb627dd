//! A chart as SVG, drawn to a PNG by the pinned font.

use std::fmt::Write;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg;

use super::font::{FAMILY, Font};
use crate::report::document::{Chart, Line, LineStyle};

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

const WIDTH: u32 = 1336;
const HEIGHT: u32 = 460;
/// The least room beside the lines, for the texts of the rules and for the last figures.
const BESIDE_LEFT: f64 = 104.0;
const BESIDE_RIGHT: f64 = 196.0;
const TOP: f64 = 70.0;
const BOTTOM: f64 = 400.0;

/// Draws a chart, twice as large as it is shown.
///
/// # Errors
/// A character that the font lacks.
pub fn draw(chart: &Chart, font: &Font) -> Result<Vec<u8>, ChartError> {
    let svg = svg(chart);
    let shown: String = texts(chart).collect();
    if let Some(missing) = font.lacks(&shown) {
        return Err(ChartError::Glyph(missing));
    }
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

fn texts(chart: &Chart) -> impl Iterator<Item = &str> {
    let lines = chart.lines.iter().flat_map(|line| [line.label.as_str(), line.last_text.as_str()]);
    let ticks = chart.ticks.iter().map(|(_, text)| text.as_str());
    lines.chain(ticks).chain(chart.labels.iter().map(String::as_str))
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

fn svg(chart: &Chart) -> String {
    let span = Span::of(chart);
    let Span { left, right } = span;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" font-family=\"{FAMILY}\" font-size=\"22\">\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>"
    );
    for (position, text) in &chart.ticks {
        let y = y_of(*position);
        push(
            &mut svg,
            format_args!(
                "<line x1=\"{left:.1}\" y1=\"{y:.1}\" x2=\"{right:.1}\" y2=\"{y:.1}\" stroke=\"#dfe5ea\" stroke-width=\"2\"/>"
            ),
        );
        push_text(&mut svg, left - 12.0, y + 8.0, "end", "#52606d", text);
    }
    for (index, label) in chart.labels.iter().enumerate() {
        let x = span.x_of(index, chart.labels.len());
        push_text(&mut svg, x, BOTTOM + 36.0, "middle", "#52606d", label);
    }
    legend(&mut svg, left, &chart.lines);
    for line in chart.lines.iter().rev() {
        draw_line(&mut svg, span, line, chart.labels.len());
    }
    last_texts(&mut svg, right, &chart.lines);
    svg.push_str("</svg>");
    svg
}

fn legend(svg: &mut String, left: f64, lines: &[Line]) {
    let mut x = left;
    for line in lines {
        let (colour, dashes, width) = look(line.style);
        push(
            svg,
            format_args!(
                "<line x1=\"{x:.1}\" y1=\"28\" x2=\"{:.1}\" y2=\"28\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-dasharray=\"{dashes}\"/>",
                x + 44.0
            ),
        );
        push_text(svg, x + 54.0, 36.0, "start", "#1f2933", &line.label);
        x += 54.0 + room(&line.label) + 40.0;
    }
}

/// Each unbroken stretch of months is a line of its own: a month without figure is a gap.
fn draw_line(svg: &mut String, span: Span, line: &Line, months: usize) {
    let (colour, dashes, width) = look(line.style);
    for stretch in line.points.iter().enumerate().collect::<Vec<_>>().split(|(_, p)| p.is_none()) {
        let points: Vec<String> = stretch
            .iter()
            .filter_map(|(index, point)| {
                Some(format!("{:.1},{:.1}", span.x_of(*index, months), y_of((**point)?)))
            })
            .collect();
        if points.len() > 1 {
            push(
                svg,
                format_args!(
                    "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-dasharray=\"{dashes}\" stroke-linejoin=\"round\"/>",
                    points.join(" ")
                ),
            );
        }
        if line.style == LineStyle::Actual || points.len() == 1 {
            for point in &points {
                let (x, y) = point.split_once(',').unwrap_or_default();
                push(
                    svg,
                    format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"6\" fill=\"{colour}\"/>"),
                );
            }
        }
    }
}

/// The last figures beside the ends of their lines, moved apart where they would overlap: down, and
/// from the lowest rule up.
fn last_texts(svg: &mut String, right: f64, lines: &[Line]) {
    const APART: f64 = 28.0;
    let mut ends: Vec<(f64, &Line)> = lines
        .iter()
        .filter_map(|line| Some((y_of(line.points.last().copied().flatten()?), line)))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut above = f64::NEG_INFINITY;
    for (y, _) in &mut ends {
        *y = y.max(above + APART);
        above = *y;
    }
    let mut below = BOTTOM + APART;
    for (y, line) in ends.iter_mut().rev() {
        *y = y.min(below - APART);
        below = *y;
        push_text(svg, right + 14.0, *y + 8.0, "start", look(line.style).0, &line.last_text);
    }
}

fn look(style: LineStyle) -> (&'static str, &'static str, u32) {
    match style {
        LineStyle::Actual => ("#0b5394", "none", 5),
        LineStyle::Target => ("#8a5a00", "10 7", 3),
        LineStyle::YearAgo => ("#7b8794", "2 6", 3),
    }
}

/// Where the lines are drawn, from left to right.
#[derive(Clone, Copy)]
struct Span {
    left: f64,
    right: f64,
}

impl Span {
    /// As much as the texts beside the lines leave.
    fn of(chart: &Chart) -> Self {
        let widest =
            |texts: &mut dyn Iterator<Item = &String>| texts.map(|t| room(t)).fold(0.0, f64::max);
        let rules = widest(&mut chart.ticks.iter().map(|(_, text)| text));
        let last = widest(&mut chart.lines.iter().map(|line| &line.last_text));
        Self {
            left: BESIDE_LEFT.max(rules + 20.0),
            right: f64::from(WIDTH) - BESIDE_RIGHT.max(last + 22.0),
        }
    }

    fn x_of(self, index: usize, months: usize) -> f64 {
        let inset = 24.0;
        let steps = months.saturating_sub(1).max(1) as f64;
        self.left + inset + (self.right - self.left - 2.0 * inset) * index as f64 / steps
    }
}

/// The width that a text takes at most, roughly: letters of East Asian scripts are square.
fn room(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 12.5 } else { 22.0 }).sum()
}

fn y_of(position: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * position.clamp(0.0, 1.0)
}

fn push(svg: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = svg.write_fmt(what);
}

fn push_text(svg: &mut String, x: f64, y: f64, anchor: &str, colour: &str, text: &str) {
    // The font draws this apostrophe as wide as a Chinese letter: “Nov ’25” would fall apart.
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('’', "'");
    push(
        svg,
        format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>"
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_a_drawing_may_hold_them() {
        let mut svg = String::new();
        push_text(&mut svg, 0.0, 0.0, "start", "#000000", "Nov ’25 <b> & Co");
        assert!(svg.contains(">Nov '25 &lt;b> &amp; Co</text>"), "{svg}");
    }
}
