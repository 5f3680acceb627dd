//! What every drawing is made on: an SVG that grows, its rules, and the measures of the page.

use std::fmt::Write;

use super::super::font::FAMILY;

/// Twice what is shown, so that a sharp screen shows it sharp.
pub const WIDTH: u32 = 1336;
pub const HEIGHT: u32 = 460;
pub(super) const TOP: f64 = 70.0;
pub(super) const BOTTOM: f64 = 400.0;

/// An SVG in the making, and where on it figures are drawn.
pub(super) struct Paper {
    svg: String,
    pub(super) left: f64,
    pub(super) right: f64,
}

impl Paper {
    /// A white page that keeps so much room beside the drawing.
    pub(super) fn new(beside_left: f64, beside_right: f64) -> Self {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"{FAMILY}\" font-size=\"22\">\
             <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>"
        );
        Self { svg, left: beside_left, right: f64::from(WIDTH) - beside_right }
    }

    /// The horizontal rules, each with its text on the left.
    pub(super) fn rules(&mut self, ticks: &[(f64, String)]) {
        for (position, text) in ticks {
            let (y, left, right) = (y_of(*position), self.left, self.right);
            self.push(format_args!(
                "<line x1=\"{left:.1}\" y1=\"{y:.1}\" x2=\"{right:.1}\" y2=\"{y:.1}\" stroke=\"#dfe5ea\" stroke-width=\"2\"/>"
            ));
            self.text((left - 12.0, y + 8.0), "end", "#52606d", text);
        }
    }

    pub(super) fn push(&mut self, what: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.svg.write_fmt(what);
    }

    pub(super) fn text(&mut self, (x, y): (f64, f64), anchor: &str, colour: &str, text: &str) {
        // The font draws this apostrophe as wide as a Chinese letter: “Nov ’25” would fall apart.
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('’', "'");
        self.push(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>"
        ));
    }

    pub(super) fn finish(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }
}

/// The width that a text takes at most, roughly: letters of East Asian scripts are square.
pub(super) fn room(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 12.5 } else { 22.0 }).sum()
}

pub(super) fn y_of(position: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * position.clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_a_drawing_may_hold_them() {
        let mut paper = Paper::new(0.0, 0.0);
        paper.text((0.0, 0.0), "start", "#000000", "Nov ’25 <b> & Co");
        let svg = paper.finish();
        assert!(svg.contains(">Nov '25 &lt;b> &amp; Co</text>"), "{svg}");
    }
}
