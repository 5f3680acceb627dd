//! What the template of the pack sees: finished words and numbers as they stand in the document,
//! pictures as names of files, and the colours of the mails.

use serde::Serialize;

use super::super::view::colours;
use crate::report::document::{
    Block, Chapter, Notice, Pack, Provenance, Section, Table, Tile, Tone,
};

/// The whole of a pack, as `pack.json`.
#[derive(Serialize)]
pub struct PackView<'a> {
    /// `zh-CN`, `en`.
    pub lang: &'static str,
    pub company: &'a str,
    pub unit_name: &'a str,
    pub title: &'a str,
    pub period_text: &'a str,
    pub lead: &'a [String],
    pub tiles: &'a [Tile],
    pub contents_title: &'a str,
    /// With the gaps `{page}` and `{pages}`.
    pub page_phrase: &'a str,
    pub chapters: Vec<ChapterView<'a>>,
    pub provenance: &'a Provenance,
    pub look: Look,
}

#[derive(Serialize)]
pub struct ChapterView<'a> {
    pub key: &'static str,
    pub title: &'a str,
    pub sections: Vec<SectionView<'a>>,
}

#[derive(Serialize)]
pub struct SectionView<'a> {
    pub key: &'static str,
    /// Empty where the blocks speak for themselves.
    pub title: &'a str,
    pub blocks: Vec<BlockView<'a>>,
}

/// A piece of a section; templates ask for its `kind` first.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum BlockView<'a> {
    Text { lines: &'a [String] },
    Notice(&'a Notice),
    Chart(ChartView<'a>),
    Table(&'a Table),
}

#[derive(Serialize)]
pub struct ChartView<'a> {
    pub key: &'static str,
    pub title: &'a str,
    pub alt: &'a str,
    /// The path of its SVG: `/pack/chart-1.svg`.
    pub file: String,
}

/// The colours, in one place for mails and pages.
#[derive(Serialize)]
pub struct Look {
    pub accent: &'static str,
    pub tones: Tones,
}

/// By the names that tiles, notices and cells give as their `tone`.
#[derive(Serialize)]
pub struct Tones {
    pub good: ToneView,
    pub watch: ToneView,
    pub bad: ToneView,
    pub plain: ToneView,
    pub muted: ToneView,
}

#[derive(Serialize)]
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
        let colours = colours(tone);
        ToneView { ink: colours.ink, fill: colours.fill, tint: colours.tint }
    };
    Look {
        accent: "#0b5394",
        tones: Tones {
            good: tone(Tone::Good),
            watch: tone(Tone::Watch),
            bad: tone(Tone::Bad),
            plain: tone(Tone::Plain),
            muted: tone(Tone::Muted),
        },
    }
}
