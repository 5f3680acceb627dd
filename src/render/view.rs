//! What templates see: a document with colours instead of tones, tiles in rows, tables as lines.

use serde::Serialize;

use super::text;
use crate::report::document::{
    Align, Block, Cell, Document, Notice, Provenance, Section, Table, Tile, Tone,
};

/// The whole of a report, as its templates may use it.
#[derive(Serialize)]
pub struct View<'a> {
    pub lang: &'static str,
    pub subject: &'a str,
    pub company: &'a str,
    pub unit_name: &'a str,
    pub title: &'a str,
    pub period_text: &'a str,
    pub preheader: &'a str,
    pub lead: &'a [String],
    pub tiles: Vec<TileView<'a>>,
    /// The same tiles, three to a row, the last row filled up with empty ones.
    pub tile_rows: Vec<Vec<TileView<'a>>>,
    pub sections: Vec<SectionView<'a>>,
    pub provenance: &'a Provenance,
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
    Notice { notice: NoticeView<'a> },
    Chart { chart: ChartView<'a> },
    Table { table: TableView<'a> },
}

#[derive(Clone, Serialize, Default)]
pub struct TileView<'a> {
    pub label: &'a str,
    pub value: &'a str,
    pub target: &'a str,
    pub attainment: &'a str,
    pub has_bar: bool,
    pub bar_percent: u8,
    pub tone_word: &'a str,
    pub changes: &'a [String],
    pub ink: &'static str,
    pub fill: &'static str,
}

#[derive(Serialize)]
pub struct NoticeView<'a> {
    pub title: &'a str,
    pub lines: &'a [String],
    pub ink: &'static str,
    pub fill: &'static str,
    pub tint: &'static str,
}

#[derive(Serialize)]
pub struct ChartView<'a> {
    pub title: &'a str,
    pub alt: &'a str,
    pub cid: String,
}

#[derive(Serialize)]
pub struct TableView<'a> {
    pub key: &'static str,
    pub title: &'a str,
    /// Smaller where there are many columns.
    pub font_size: u8,
    pub columns: Vec<ColumnView<'a>>,
    pub rows: Vec<Vec<CellView<'a>>>,
    pub notes: &'a [String],
    /// For the text part.
    pub lines: Vec<String>,
}

#[derive(Serialize)]
pub struct ColumnView<'a> {
    pub label: &'a str,
    pub align: Align,
}

#[derive(Serialize)]
pub struct CellView<'a> {
    pub text: &'a str,
    pub align: Align,
    /// Whether it must not be broken: figures, and words so short that a narrow column would turn
    /// a date into two lines, or Chinese into one letter a line.
    pub one_line: bool,
    pub strong: bool,
    pub ink: &'static str,
    /// Background; empty for none.
    pub tint: &'static str,
    pub fill: &'static str,
    pub has_bar: bool,
    pub bar_percent: u8,
}

/// Columns of text that stay on one line, where a Chinese letter takes two.
const UNBROKEN: usize = 12;

/// Letters, bars and backgrounds of a tone. Contrast of letters is at least 4.5 on white and on
/// the background.
pub(super) struct Colours {
    pub(super) ink: &'static str,
    pub(super) fill: &'static str,
    pub(super) tint: &'static str,
}

pub(super) fn colours(tone: Tone) -> Colours {
    let (ink, fill, tint) = match tone {
        Tone::Good => ("#17693d", "#2f9e63", "#e8f5ee"),
        Tone::Watch => ("#855600", "#e0a526", "#fdf4dd"),
        Tone::Bad => ("#b3261e", "#d64545", "#fcebea"),
        Tone::Plain => ("#1f2933", "#52708f", "#eef2f6"),
        Tone::Muted => ("#5a6572", "#9aa5b1", "#f3f5f7"),
    };
    Colours { ink, fill, tint }
}

impl<'a> View<'a> {
    pub fn new(document: &'a Document, cid: impl Fn(usize) -> String) -> Self {
        let tiles: Vec<TileView<'a>> = document.tiles.iter().map(tile).collect();
        let tile_rows = tiles
            .chunks(3)
            .map(|row| {
                let mut row = row.to_vec();
                row.resize_with(3, TileView::default);
                row
            })
            .collect();
        let mut charts = 0;
        let mut next_cid = || {
            charts += 1;
            cid(charts - 1)
        };
        let sections = document.sections.iter().map(|one| section(one, &mut next_cid)).collect();
        Self {
            lang: document.language.tag(),
            subject: &document.subject,
            company: &document.company,
            unit_name: &document.unit_name,
            title: &document.title,
            period_text: &document.period_text,
            preheader: &document.preheader,
            lead: &document.lead,
            tiles,
            tile_rows,
            sections,
            provenance: &document.provenance,
        }
    }
}

fn section<'a>(section: &'a Section, next_cid: &mut impl FnMut() -> String) -> SectionView<'a> {
    let blocks = section.blocks.iter().map(|block| match block {
        Block::Text { lines } => BlockView::Text { lines },
        Block::Notice(one) => BlockView::Notice { notice: notice(one) },
        Block::Chart(chart) => {
            let chart = ChartView { title: &chart.title, alt: &chart.alt, cid: next_cid() };
            BlockView::Chart { chart }
        }
        Block::Table(one) => BlockView::Table { table: table(one) },
    });
    SectionView { key: section.key, title: &section.title, blocks: blocks.collect() }
}

fn tile(tile: &Tile) -> TileView<'_> {
    let Colours { ink, fill, .. } = colours(tile.tone);
    TileView {
        label: &tile.label,
        value: &tile.value,
        target: &tile.target,
        attainment: &tile.attainment,
        has_bar: tile.bar_percent.is_some(),
        bar_percent: tile.bar_percent.unwrap_or(0),
        tone_word: &tile.tone_word,
        changes: &tile.changes,
        ink,
        fill,
    }
}

fn notice(notice: &Notice) -> NoticeView<'_> {
    let Colours { ink, fill, tint } = colours(notice.tone);
    NoticeView { title: &notice.title, lines: &notice.lines, ink, fill, tint }
}

fn table(table: &Table) -> TableView<'_> {
    TableView {
        key: table.key,
        title: &table.title,
        font_size: if table.columns.len() > 7 { 12 } else { 13 },
        columns: table
            .columns
            .iter()
            .map(|column| ColumnView { label: &column.label, align: column.align })
            .collect(),
        rows: table
            .rows
            .iter()
            .map(|row| row.iter().zip(&table.columns).map(|(c, col)| cell(c, col.align)).collect())
            .collect(),
        notes: &table.notes,
        lines: text::lines(table),
    }
}

fn cell(cell: &Cell, align: Align) -> CellView<'_> {
    let Colours { ink, fill, tint } = colours(cell.tone);
    let marked = matches!(cell.tone, Tone::Watch | Tone::Bad);
    CellView {
        text: &cell.text,
        align,
        one_line: align == Align::Right || text::width(&cell.text) <= UNBROKEN,
        strong: cell.strong,
        ink,
        tint: if marked { tint } else { "" },
        fill,
        has_bar: cell.bar_percent.is_some(),
        bar_percent: cell.bar_percent.unwrap_or(0),
    }
}
