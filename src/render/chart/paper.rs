//! What every drawing is made on: an SVG that grows, its colours, and texts of which it is known
//! how wide they are.

use std::fmt::Write;

use super::super::font::{FAMILY, Font};
use super::super::look::{self, LIGHT};
use crate::report::document::Tone;

/// Twice what is shown, so that a sharp screen shows it sharp.
pub const WIDTH: u32 = 1336;

/// Sizes of letters, in the same pixels: large enough to be read on a telephone, where a picture
/// is a quarter as wide.
pub(super) const TEXT: f64 = 28.0;
pub(super) const SMALL: f64 = 25.0;

/// Colours, the same in all drawings and those of the mails; none of them says anything alone.
pub(super) const INK: &str = LIGHT.ink;
pub(super) const SOFT: &str = LIGHT.quiet;
pub(super) const ACTUAL: &str = LIGHT.accent;
pub(super) const EARLIER: &str = look::of(Tone::Muted).fill;
pub(super) const GAIN: &str = look::of(Tone::Good).fill;
pub(super) const LOSS: &str = look::of(Tone::Bad).fill;
const RULE: &str = LIGHT.line;

/// Where a text stands beside its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Letters {
    pub(super) size: f64,
    pub(super) colour: &'static str,
    pub(super) bold: bool,
}

impl Letters {
    pub(super) const fn new(size: f64, colour: &'static str) -> Self {
        Self { size, colour, bold: false }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }
}

/// An SVG in the making.
pub(super) struct Paper {
    svg: String,
}

impl Paper {
    /// A white page, which stays a part of the picture where a mail program inverts colours.
    pub(super) fn new(height: f64) -> Self {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height:.0}\" viewBox=\"0 0 {WIDTH} {height:.0}\" font-family=\"{FAMILY}\">\
             <rect width=\"{WIDTH}\" height=\"{height:.0}\" fill=\"#ffffff\"/>"
        );
        Self { svg }
    }

    pub(super) fn push(&mut self, what: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.svg.write_fmt(what);
    }

    pub(super) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), look: &str) {
        self.push(format_args!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" {look}/>"
        ));
    }

    /// A rule behind the figures.
    pub(super) fn rule(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.line(from, to, &format!("stroke=\"{RULE}\" stroke-width=\"2\""));
    }

    /// A text on its base line.
    pub(super) fn text(
        &mut self,
        (x, y): (f64, f64),
        anchor: Anchor,
        letters: Letters,
        text: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if letters.bold { " font-weight=\"700\"" } else { "" };
        let (size, colour, text) = (letters.size, letters.colour, escaped(text));
        self.push(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size:.1}\" text-anchor=\"{anchor}\"{weight} fill=\"{colour}\">{text}</text>"
        ));
    }

    pub(super) fn finish(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }
}

/// The font draws ’ as wide as a Chinese letter: “Nov ’25” would fall apart.
fn straight(text: &str) -> String {
    text.replace('’', "'")
}

fn escaped(text: &str) -> String {
    straight(text).replace('&', "&amp;").replace('<', "&lt;")
}

/// How wide texts are, and how they are made to fit.
#[derive(Clone, Copy)]
pub(super) struct Ruler<'a>(pub(super) &'a Font);

impl Ruler<'_> {
    /// With a little more, since bold letters are wider.
    pub(super) fn width(self, text: &str, size: f64) -> f64 {
        self.0.width(&straight(text)) * size * 1.06
    }

    pub(super) fn widest<'t>(self, texts: impl Iterator<Item = &'t str>, size: f64) -> f64 {
        texts.map(|text| self.width(text, size)).fold(0.0, f64::max)
    }

    /// The largest size up to `most` at which each of the texts is no wider than `room`.
    pub(super) fn size_for<'t>(
        self,
        texts: impl Iterator<Item = &'t str>,
        room: f64,
        most: f64,
    ) -> f64 {
        let widest = self.widest(texts, most);
        if widest > room { most * room / widest } else { most }
    }

    /// A text in lines that are no wider than `room`: broken at spaces, and inside a word where
    /// that alone is too wide or is Chinese.
    pub(super) fn wrap(self, text: &str, room: f64, size: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for piece in pieces(text) {
            let longer = format!("{line}{piece}");
            if self.width(longer.trim_end(), size) <= room {
                line = longer;
                continue;
            }
            lines.push(std::mem::take(&mut line));
            for c in piece.chars() {
                if !line.is_empty() && self.width(&format!("{line}{c}"), size) > room {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        }
        lines.push(line);
        lines.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    }

    /// Every how many of evenly spaced texts there is room for, at least one space apart.
    pub(super) fn every<'t>(
        self,
        texts: impl Iterator<Item = &'t str> + Clone,
        apart: f64,
        size: f64,
    ) -> usize {
        let widths: Vec<f64> = texts.map(|text| self.width(text, size) + size / 2.0).collect();
        (1..widths.len().max(2))
            .find(|every| {
                let shown: Vec<f64> = widths.iter().rev().step_by(*every).copied().collect();
                shown.windows(2).all(|two| (two[0] + two[1]) / 2.0 <= apart * *every as f64)
            })
            .unwrap_or(widths.len().max(1))
    }
}

/// What no line begins with.
const CLOSING: &str = "，。、；：）”》％！？";

/// Words with the space after them, and Chinese letter by letter.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars() {
        let part_of_word = c.is_ascii() && c != ' ';
        let joins = CLOSING.contains(c) || open && (part_of_word || c == ' ');
        match pieces.last_mut().filter(|_| joins) {
            Some(last) => last.push(c),
            None => pieces.push(c.to_string()),
        }
        open = part_of_word;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_a_drawing_may_hold_them() {
        let mut paper = Paper::new(100.0);
        let look = Letters::new(TEXT, INK);
        paper.text((0.0, 0.0), Anchor::Start, look, "Nov ’25 <b> & Co");
        let svg = paper.finish();
        assert!(svg.contains(">Nov '25 &lt;b> &amp; Co</text>"), "{svg}");
    }

    #[test]
    fn texts_are_broken_where_they_may_be() {
        let font = Font::load(None).unwrap();
        let wrap = |text: &str, room: f64| Ruler(&font).wrap(text, room, 10.0);
        assert_eq!(wrap("Average order value", 75.0), ["Average order", "value"]);
        assert_eq!(wrap("方案通过率（区域）", 54.0), ["方案通过率", "（区域）"]);
        assert_eq!(wrap("（代理商）", 44.0), ["（代理", "商）"]);
        assert_eq!(wrap("CRM系统 A", 45.0), ["CRM系统", "A"]);
        assert!(wrap("Unbreakableword", 30.0).len() > 1);
        assert_eq!(wrap("", 30.0), Vec::<String>::new());
    }

    #[test]
    fn evenly_spaced_texts_leave_out_what_has_no_room() {
        let font = Font::load(None).unwrap();
        let every = |apart: f64| {
            let texts = ["Jan", "Feb", "Mar", "Apr", "May", "Jun"];
            Ruler(&font).every(texts.into_iter(), apart, 20.0)
        };
        assert_eq!([every(60.0), every(25.0), every(1.0)], [1, 2, 6]);
    }
}
