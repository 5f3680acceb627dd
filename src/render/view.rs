//! What templates see: a document with colours instead of tones, tiles in rows, tables as lines.

use schemars::JsonSchema;
use serde::Serialize;

use super::text;
use crate::report::document::{
    Align, Block, Cell, Document, Notice, Provenance, Section, Table, Tile, Tone,
};

/// The whole of a report, as its templates may use it.
#[derive(JsonSchema, Serialize)]
pub struct View<'a> {
    /// Language of the report as HTML writes it: `zh-CN` or `en`.
    pub lang: &'static str,
    /// Subject of the mail, one line.
    pub subject: &'a str,
    /// The company's name.
    pub company: &'a str,
    /// Name of the person, department or company that is reported on; a person's with its department.
    pub unit_name: &'a str,
    /// What kind of report it is, in words.
    pub title: &'a str,
    /// The period in words: “2026年10月”.
    pub period_text: &'a str,
    /// The one sentence that mail clients show beside the subject.
    pub preheader: &'a str,
    /// The answer in a sentence or two, each a paragraph.
    pub lead: &'a [String],
    /// The headline figures.
    pub tiles: Vec<TileView<'a>>,
    /// The same tiles, three to a row, the last row filled up with empty ones.
    pub tile_rows: Vec<Vec<TileView<'a>>>,
    /// The answers to the reader's questions, in the order in which they are asked.
    pub sections: Vec<SectionView<'a>>,
    /// Where the figures come from.
    pub provenance: &'a Provenance,
}

/// What answers one question of the reader.
#[derive(JsonSchema, Serialize)]
pub struct SectionView<'a> {
    /// A stable name: `standing`, `heading`, `pay`, `why`, `next` …
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
    /// A warning, a coefficient, what is not judged.
    Notice { notice: NoticeView<'a> },
    /// A picture.
    Chart { chart: ChartView<'a> },
    /// A table.
    Table { table: TableView<'a> },
}

/// A headline figure. An empty one, without label, fills up the last row.
#[derive(Clone, Default, JsonSchema, Serialize)]
pub struct TileView<'a> {
    /// The metric.
    pub label: &'a str,
    /// The figure in its short form: “812.4万”.
    pub value: &'a str,
    /// “目标 900万”, or why there is none.
    pub target: &'a str,
    /// “90.3%”; empty where there is none.
    pub attainment: &'a str,
    /// Whether there is a ratio to draw.
    pub has_bar: bool,
    /// How much of the bar is filled, 0 to 100.
    pub bar_percent: u8,
    /// How it stands, in a word: “达标”, “黄色预警”.
    pub tone_word: &'a str,
    /// Moves against the previous period and the year before, each a short line.
    pub changes: &'a [String],
    /// Colour of letters.
    pub ink: &'static str,
    /// Colour of the bar.
    pub fill: &'static str,
}

/// Something to notice, with its reason.
#[derive(JsonSchema, Serialize)]
pub struct NoticeView<'a> {
    /// What it is: “黄色预警：回款率”.
    pub title: &'a str,
    /// The rule, the numbers and what they mean, each a sentence.
    pub lines: &'a [String],
    /// Colour of the title.
    pub ink: &'static str,
    /// Colour of the edge.
    pub fill: &'static str,
    /// Colour of the background.
    pub tint: &'static str,
}

/// A picture that goes with the mail.
#[derive(JsonSchema, Serialize)]
pub struct ChartView<'a> {
    /// What stands above the picture.
    pub title: &'a str,
    /// What the picture says, in a sentence with its most important numbers.
    pub alt: &'a str,
    /// The name by which the mail finds the picture: `src="cid:{{ chart.cid }}"`.
    pub cid: String,
}

/// A table with full figures.
#[derive(JsonSchema, Serialize)]
pub struct TableView<'a> {
    /// A stable name: `metrics`, `attention`, `departments`, `people`, `pace` …
    pub key: &'static str,
    /// What stands above the table.
    pub title: &'a str,
    /// Size of letters in pixels; smaller where there are many columns.
    pub font_size: u8,
    /// The columns, left to right.
    pub columns: Vec<ColumnView<'a>>,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<CellView<'a>>>,
    /// Remarks under the table.
    pub notes: &'a [String],
    /// The table as lines of text, its columns aligned: for the text part.
    pub lines: Vec<String>,
}

/// The head of a column.
#[derive(JsonSchema, Serialize)]
pub struct ColumnView<'a> {
    /// What the column holds.
    pub label: &'a str,
    /// Where its text stands.
    pub align: Align,
}

/// A cell of a table.
#[derive(JsonSchema, Serialize)]
pub struct CellView<'a> {
    /// What it says.
    pub text: &'a str,
    /// Where it stands, as its column.
    pub align: Align,
    /// Whether it must not be broken: figures, and words so short that a narrow column would turn
    /// a date into two lines, or Chinese into one letter a line.
    pub one_line: bool,
    /// Whether it is a row's own name, or a sum.
    pub strong: bool,
    /// Colour of letters.
    pub ink: &'static str,
    /// Colour of the background; empty for none.
    pub tint: &'static str,
    /// Colour of the bar.
    pub fill: &'static str,
    /// Whether there is a small bar under the text.
    pub has_bar: bool,
    /// How much of that bar is filled, 0 to 100.
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
