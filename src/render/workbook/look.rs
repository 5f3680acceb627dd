//! What the parts of a sheet look like, and how numbers are shown.

use std::collections::HashMap;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, FormatUnderline};

use super::super::look::{self, LIGHT};
use super::is_number;
use crate::model::round;
use crate::report::document::Tone;
use crate::report::sheet::{ColumnKind, Look, SheetCell};

const ACCENT: &str = LIGHT.accent;
const HEAD: &str = LIGHT.track;
const RULE: &str = LIGHT.line;
const QUIET: &str = LIGHT.quiet;
/// Where something is to be filled in: no tone, since it says nothing of how things stand.
const OPEN: &str = "#fff8e1";

/// The parts of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    Title,
    /// A line below the title.
    Below,
    Caption,
    Head {
        right: bool,
        first: bool,
    },
    Row,
    Total,
    Note,
}

/// What decides the format of a cell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Style {
    part: Part,
    number: String,
    right: bool,
    wrap: bool,
    open: bool,
    tone: Option<Tone>,
    strong: bool,
    indent: u8,
    link: bool,
    /// Editing the cell must not make a formula of its text.
    quoted: bool,
}

impl Style {
    /// `first` is a cell at the left edge; texts of the others keep away from what is left of them.
    pub fn of(cell: &SheetCell, kind: ColumnKind, part: Part, first: bool) -> Self {
        let (content, look) = match cell {
            SheetCell::Shown(inner, look) => (inner.content(), *look),
            cell => (cell, Look::default()),
        };
        let result = match content {
            SheetCell::Formula(formula) => formula.result.content(),
            content => content,
        };
        Self {
            part,
            number: number_of(result, kind, look.decimals),
            right: is_number(kind),
            wrap: matches!(kind, ColumnKind::Text | ColumnKind::Open),
            open: kind == ColumnKind::Open,
            tone: look.tone,
            strong: look.strong,
            indent: look.indent + u8::from(!first),
            link: matches!(content, SheetCell::Link { .. }),
            quoted: matches!(content, SheetCell::Text(text) if begins_a_formula(text)),
        }
    }
}

/// Whether a program could take a text for a formula once it is edited, or copied elsewhere.
fn begins_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

/// In a column of text, or one to be filled in, an amount that is whole is shown as one.
fn number_of(cell: &SheetCell, kind: ColumnKind, decimals: Option<u8>) -> String {
    let places = |decimals: u8| match decimals {
        0 => String::new(),
        decimals => format!(".{}", "0".repeat(usize::from(decimals))),
    };
    let in_text = matches!(kind, ColumnKind::Text | ColumnKind::Open);
    match (cell, decimals) {
        (SheetCell::Amount(_), Some(decimals)) => format!("#,##0{}", places(decimals)),
        (SheetCell::Amount(value), None) if in_text && round::half_up(value, 0) == *value => {
            "#,##0".to_owned()
        }
        (SheetCell::Amount(_), None) => "#,##0.00".to_owned(),
        (SheetCell::Percent(_), decimals) => format!("0{}%", places(decimals.unwrap_or(1))),
        (SheetCell::Points(_, words), decimals) => {
            let number = format!("0{}", places(decimals.unwrap_or(1)));
            let around = words.split("{number}").map(quoted).collect::<Vec<_>>();
            around.join(&number)
        }
        (SheetCell::Whole(_), _) => "#,##0".to_owned(),
        (SheetCell::Date(_), _) => "yyyy-mm-dd".to_owned(),
        _ => match kind {
            ColumnKind::Amount => "#,##0.00".to_owned(),
            ColumnKind::Percent => "0.0%".to_owned(),
            ColumnKind::Whole => "#,##0".to_owned(),
            ColumnKind::Date => "yyyy-mm-dd".to_owned(),
            ColumnKind::Text | ColumnKind::Open => "General".to_owned(),
        },
    }
}

/// Words of a number format.
fn quoted(words: &str) -> String {
    match words {
        "" => String::new(),
        words => format!("\"{}\"", words.replace('"', "")),
    }
}

/// The formats that a book has met so far.
#[derive(Default)]
pub struct Formats {
    parts: HashMap<Part, Format>,
    styles: HashMap<Style, Format>,
}

impl Formats {
    /// Of a part that no cell differs in.
    pub fn of(&mut self, part: Part) -> &Format {
        self.parts.entry(part).or_insert_with(|| part_format(part))
    }

    pub fn styled(&mut self, style: &Style) -> &Format {
        if !self.styles.contains_key(style) {
            self.styles.insert(style.clone(), cell_format(style));
        }
        &self.styles[style]
    }
}

fn part_format(part: Part) -> Format {
    let format = Format::new().set_align(FormatAlign::VerticalCenter);
    match part {
        Part::Title => format.set_bold().set_font_size(14).set_font_color(ACCENT),
        Part::Below => format.set_font_color(QUIET),
        Part::Caption => format.set_bold().set_font_color(ACCENT),
        Part::Head { right, first } => {
            let format = format
                .set_bold()
                .set_background_color(HEAD)
                .set_border_bottom(FormatBorder::Thin)
                .set_border_bottom_color(ACCENT)
                .set_text_wrap();
            match right {
                true => format.set_align(FormatAlign::Right).set_indent(1),
                false => format.set_align(FormatAlign::Left).set_indent(u8::from(!first)),
            }
        }
        Part::Note => {
            Format::new().set_font_color(QUIET).set_text_wrap().set_align(FormatAlign::Top)
        }
        Part::Row | Part::Total => format,
    }
}

fn cell_format(style: &Style) -> Format {
    let mut format =
        Format::new().set_align(FormatAlign::VerticalCenter).set_num_format(&style.number);
    if style.wrap {
        format = format.set_text_wrap();
    }
    // A number keeps away from the text in the next column.
    format = match style.right {
        true => format.set_align(FormatAlign::Right).set_indent(1),
        false => format.set_align(FormatAlign::Left).set_indent(style.indent),
    };
    format = match (style.part, style.open) {
        (Part::Total, _) => format
            .set_bold()
            .set_background_color(look::of(Tone::Muted).tint)
            .set_border_top(FormatBorder::Thin)
            .set_border_top_color(ACCENT),
        (_, true) => {
            format.set_background_color(OPEN).set_border(FormatBorder::Thin).set_border_color(RULE)
        }
        _ => format.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(RULE),
    };
    if style.strong {
        format = format.set_bold();
    }
    if style.quoted {
        format = format.set_quote_prefix();
    }
    if style.link {
        format = format.set_font_color(ACCENT).set_underline(FormatUnderline::Single);
    }
    toned(format, style.tone)
}

/// Colour beside the word that says the same; behind it, too, where it is a warning.
fn toned(format: Format, tone: Option<Tone>) -> Format {
    let Some(tone) = tone else { return format };
    let colours = look::of(tone);
    match tone {
        Tone::Plain => format,
        Tone::Good | Tone::Muted => format.set_font_color(colours.ink),
        Tone::Watch | Tone::Bad => {
            format.set_font_color(colours.ink).set_background_color(colours.tint)
        }
    }
}
