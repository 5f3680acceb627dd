//! What the template of the pack sees: finished words and numbers as they stand in the document,
//! pictures as names of files, and the colours of the mails.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::look::{LIGHT, of};
use crate::report::document::{
    Block, Chapter, Notice, Pack, Provenance, Section, Table, Tile, Tone,
};

/// The whole of a pack, as `pack.json`.
#[derive(JsonSchema, Serialize)]
pub struct PackView<'a> {
    /// Language of the booklet: `zh-CN` or `en`.
    pub lang: &'static str,
    /// The company's name.
    pub company: &'a str,
    /// Name of the unit that is looked back on.
    pub unit_name: &'a str,
    /// What the booklet is called.
    pub title: &'a str,
    /// The quarter in words.
    pub period_text: &'a str,
    /// The answer in a sentence or two, each a paragraph.
    pub lead: &'a [String],
    /// The headline figures, for the cover.
    pub tiles: &'a [Tile],
    /// What stands above the list of contents.
    pub contents_title: &'a str,
    /// The foot of a page, with the gaps `{page}` and `{pages}`.
    pub page_phrase: &'a str,
    /// The chapters, in the order of reading.
    pub chapters: Vec<ChapterView<'a>>,
    /// Where the figures come from.
    pub provenance: &'a Provenance,
    /// The colours.
    pub look: Look,
}

/// A chapter: a bookmark, with its sections below it.
#[derive(JsonSchema, Serialize)]
pub struct ChapterView<'a> {
    /// A stable name: `headline`, `targets`, `months`, `drivers`, `plan` …
    pub key: &'static str,
    /// What stands above the chapter.
    pub title: &'a str,
    /// What it consists of.
    pub sections: Vec<SectionView<'a>>,
}

/// A part of a chapter.
#[derive(JsonSchema, Serialize)]
pub struct SectionView<'a> {
    /// A stable name.
    pub key: &'static str,
    /// Empty where the blocks speak for themselves.
    pub title: &'a str,
    /// What the section consists of, in the order of reading.
    pub blocks: Vec<BlockView<'a>>,
}

/// A piece of a section; templates ask for its `kind` first.
#[derive(JsonSchema, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum BlockView<'a> {
    /// Sentences, each a paragraph.
    Text { lines: &'a [String] },
    /// Something to notice, with its reason.
    Notice(&'a Notice),
    /// A picture.
    Chart(ChartView<'a>),
    /// A table.
    Table(&'a Table),
}

/// A picture.
#[derive(JsonSchema, Serialize)]
pub struct ChartView<'a> {
    /// A stable name: `trend`, `drivers`, `months` …
    pub key: &'static str,
    /// What stands above the picture.
    pub title: &'a str,
    /// What the picture says, in a sentence with its most important numbers.
    pub alt: &'a str,
    /// The path of its SVG: `/pack/chart-1.svg`.
    pub file: String,
}

/// The colours, in one place for mails and pages.
#[derive(JsonSchema, Serialize)]
pub struct Look {
    /// The colour of what leads the eye.
    pub accent: &'static str,
    /// Of remarks and labels.
    pub quiet: &'static str,
    /// Of rules between rows.
    pub line: &'static str,
    /// Of the empty part of a bar.
    pub track: &'static str,
    /// The colours of how things stand.
    pub tones: Tones,
}

/// By the names that tiles, notices and cells give as their `tone`.
#[derive(JsonSchema, Serialize)]
pub struct Tones {
    /// On or above target.
    pub good: ToneView,
    /// A yellow warning.
    pub watch: ToneView,
    /// A red warning.
    pub bad: ToneView,
    /// Short of target without a warning, or nothing to judge.
    pub plain: ToneView,
    /// Absent figures and remarks.
    pub muted: ToneView,
}

/// The colours of a tone.
#[derive(JsonSchema, Serialize)]
pub struct ToneView {
    /// Of letters.
    pub ink: &'static str,
    /// Of bars and marks.
    pub fill: &'static str,
    /// Of backgrounds.
    pub tint: &'static str,
}

/// The path of the picture with this number, counted from 0 over all chapters.
pub(super) fn chart_file(index: usize) -> String {
    format!("/pack/chart-{}.svg", index + 1)
}

impl<'a> PackView<'a> {
    pub fn new(pack: &'a Pack) -> Self {
        let document = &pack.document;
        let mut charts = 0..;
        let mut next_file = move || chart_file(charts.next().unwrap_or_default());
        Self {
            lang: document.language.tag(),
            company: &document.company,
            unit_name: &document.unit_name,
            title: &document.title,
            period_text: &document.period_text,
            lead: &document.lead,
            tiles: &document.tiles,
            contents_title: &pack.contents_title,
            page_phrase: &pack.page_phrase,
            chapters: pack.chapters.iter().map(|one| chapter(one, &mut next_file)).collect(),
            provenance: &document.provenance,
            look: look(),
        }
    }
}

fn chapter<'a>(chapter: &'a Chapter, next_file: &mut impl FnMut() -> String) -> ChapterView<'a> {
    let sections = chapter.sections.iter().map(|one| section(one, next_file)).collect();
    ChapterView { key: chapter.key, title: &chapter.title, sections }
}

fn section<'a>(section: &'a Section, next_file: &mut impl FnMut() -> String) -> SectionView<'a> {
    let blocks = section.blocks.iter().map(|block| match block {
        Block::Text { lines } => BlockView::Text { lines },
        Block::Notice(notice) => BlockView::Notice(notice),
        Block::Chart(chart) => BlockView::Chart(ChartView {
            key: chart.key,
            title: &chart.title,
            alt: &chart.alt,
            file: next_file(),
        }),
        Block::Table(table) => BlockView::Table(table),
    });
    SectionView { key: section.key, title: &section.title, blocks: blocks.collect() }
}

fn look() -> Look {
    let tone = |tone| {
        let colours = of(tone);
        ToneView { ink: colours.ink, fill: colours.fill, tint: colours.tint }
    };
    Look {
        accent: LIGHT.accent,
        quiet: LIGHT.quiet,
        line: LIGHT.line,
        track: LIGHT.track,
        tones: Tones {
            good: tone(Tone::Good),
            watch: tone(Tone::Watch),
            bad: tone(Tone::Bad),
            plain: tone(Tone::Plain),
            muted: tone(Tone::Muted),
        },
    }
}
