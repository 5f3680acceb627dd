//! The booklet of a quarter: a template of the user's, laid out by typst, as a PDF.

mod glyphs;
#[cfg(test)]
mod tests;
mod view;
mod world;

use std::collections::BTreeSet;

use chrono::Datelike;
use typst::World;
use typst::diag::{SourceDiagnostic, SourceResult};
use typst::foundations::{Datetime, Smart};
use typst::text::Font as PageFont;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, Timestamp};

pub use self::view::PackView;
use self::view::chart_file;
use self::world::Desk;
pub use self::world::PATH;
use super::chart::{self, ChartError};
use super::font::Font;
use super::sample;
use super::templates::HELP;
use crate::model::{Diagnostic, Diagnostics, Language, Place, did_you_mean};
use crate::report::document::{Block, Chart, Pack};

/// Why a booklet could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    #[error("{}", .0.iter().map(Diagnostic::to_string).collect::<Vec<_>>().join("\n"))]
    Template(Diagnostics),
    #[error(
        "the font has no “{glyph}”, which the pack of {unit} would show as an empty box in “{text}”"
    )]
    Glyph { unit: String, glyph: char, text: String },
    #[error("the chart “{title}” in the pack of {unit} cannot be drawn: {why}")]
    Chart { unit: String, title: String, why: ChartError },
    #[error("the pack cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// How many booklets the layout of a text is remembered for, so that memory does not grow with them.
const REMEMBERED: usize = 2;

/// A booklet has to stay below 2 MB.
const LARGEST_TAGGED: usize = 1_800_000;

/// Lays a pack out and writes it. The same pack and template always give the same bytes.
///
/// # Errors
/// A template that asks for what is not there, by file and line, and a character that the font
/// lacks.
pub fn pdf(pack: &Pack, font: &Font, template: &str) -> Result<Vec<u8>, PdfError> {
    let mut drawings = Vec::new();
    for chart in charts(pack) {
        drawings.push(chart::svg(chart, font).map_err(|why| PdfError::Chart {
            unit: pack.document.unit.to_string(),
            title: chart.title.clone(),
            why,
        })?);
    }
    let desk = desk(pack, drawings, &font.pages, template)?;
    let laid_out = typst::compile::<PagedDocument>(&desk);
    let pages = laid_out.output.map_err(|slips| PdfError::Template(collect(&desk, &slips)))?;
    // A warning tells of a font that is not there, or of pages that do not settle.
    if !laid_out.warnings.is_empty() {
        return Err(PdfError::Template(collect(&desk, &laid_out.warnings)));
    }
    if let Some((glyph, text)) = glyphs::first_missing(&pages) {
        let unit = pack.document.unit.to_string();
        return Err(PdfError::Glyph { unit, glyph, text });
    }
    let bytes = write(pack, &pages, LARGEST_TAGGED)
        .map_err(|slips| PdfError::Template(collect(&desk, &slips)))?;
    typst::comemo::evict(REMEMBERED);
    Ok(bytes)
}

/// With tags for readers that speak, unless these make the booklet too large to be mailed: every
/// cell of a table has one.
fn write(pack: &Pack, pages: &PagedDocument, largest_tagged: usize) -> SourceResult<Vec<u8>> {
    let write = |tagged| {
        let options = PdfOptions {
            ident: Smart::Custom(ident(pack)),
            creator: Smart::Custom(Some("attain".to_owned())),
            timestamp: date(pack).map(Timestamp::new_utc),
            tagged,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(pages, &options)
    };
    let bytes = write(true)?;
    if bytes.len() <= largest_tagged { Ok(bytes) } else { write(false) }
}

/// What a template asks for that is not there, found on samples and without any font.
pub(super) fn slips(template: &str) -> Diagnostics {
    let mut found = Diagnostics::default();
    for mut pack in [sample::pack(Language::Zh), sample::bare_pack(Language::En)] {
        few_rows(&mut pack);
        let blank = vec![BLANK.to_owned(); charts(&pack).count()];
        let Ok(desk) = desk(&pack, blank, &[], template) else {
            unreachable!("the samples can be written as JSON")
        };
        if let Err(slips) = typst::compile::<PagedDocument>(&desk).output {
            found.extend_new(collect(&desk, &slips));
        }
    }
    typst::comemo::evict(0);
    found
}

/// Enough to find what a template asks for, since it is tried whenever the program starts.
fn few_rows(pack: &mut Pack) {
    const FEW: usize = 3;
    let sections = pack.chapters.iter_mut().flat_map(|chapter| &mut chapter.sections);
    for block in sections.flat_map(|section| &mut section.blocks) {
        if let Block::Table(table) = block {
            table.rows.truncate(FEW);
        }
    }
}

/// A picture with nothing on it.
const BLANK: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1336\" height=\"460\"/>";

/// What the template may reach.
fn desk(
    pack: &Pack,
    drawings: Vec<String>,
    fonts: &[PageFont],
    template: &str,
) -> Result<Desk, serde_json::Error> {
    let drawings = (drawings.into_iter().enumerate())
        .map(|(index, svg)| (chart_file(index), svg.into_bytes()));
    let json = serde_json::to_vec(&PackView::new(pack))?;
    Ok(Desk::new(template, json, drawings, fonts, date(pack)))
}

/// In the order in which the view numbers them.
fn charts(pack: &Pack) -> impl Iterator<Item = &Chart> {
    let sections = pack.chapters.iter().flat_map(|chapter| &chapter.sections);
    sections.flat_map(|section| &section.blocks).filter_map(|block| match block {
        Block::Chart(chart) => Some(chart),
        _ => None,
    })
}

fn date(pack: &Pack) -> Option<Datetime> {
    let day = pack.date;
    let (month, day_of_month) = (day.month().try_into().ok()?, day.day().try_into().ok()?);
    Datetime::from_ymd_hms(day.year(), month, day_of_month, 0, 0, 0)
}

/// What stays the same between two versions of a booklet.
fn ident(pack: &Pack) -> String {
    let document = &pack.document;
    let language = document.language.tag();
    format!("attain/{}/{}/{language}", document.period, document.unit)
}

/// The template's lines, and what is wrong there.
fn collect(desk: &Desk, slips: &[SourceDiagnostic]) -> Diagnostics {
    let mut all = Diagnostics::default();
    all.extend_new(slips.iter().map(|slip| {
        let place = Place::file(format!("reports/{PATH}")).line(line(desk, slip));
        let hints: String = slip.hints.iter().map(|hint| format!("{}; ", hint.v)).collect();
        let help = format!("{hints}{}{HELP}", meant(desk, &slip.message));
        Diagnostic::error(place, slip.message.as_str(), help)
    }));
    all
}

/// “did you mean …?” for a field that is not there.
fn meant(desk: &Desk, message: &str) -> String {
    let asked = message.strip_prefix("dictionary does not contain key \"");
    let Some((asked, _)) = asked.and_then(|rest| rest.split_once('"')) else {
        return String::new();
    };
    let mut known = BTreeSet::new();
    collect_fields(&desk.json(), &mut known);
    did_you_mean(asked, known.iter().map(String::as_str))
}

fn collect_fields(value: &serde_json::Value, known: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            known.extend(fields.keys().cloned());
            fields.values().for_each(|value| collect_fields(value, known));
        }
        serde_json::Value::Array(values) => {
            values.iter().for_each(|value| collect_fields(value, known));
        }
        _ => {}
    }
}

/// The line of the template that a slip stands in, or that called what it stands in.
fn line(desk: &Desk, slip: &SourceDiagnostic) -> Option<usize> {
    use typst::WorldExt;
    let template = desk.main();
    let spans = std::iter::once(slip.span).chain(slip.trace.iter().map(|call| call.span.into()));
    let at = spans.filter(|span| span.id() == Some(template)).find_map(|span| desk.range(span))?;
    Some(desk.source(template).ok()?.lines().byte_to_line(at.start)? + 1)
}
