//! What templates see: a document with marks and colours instead of tones, and bars in pieces.

use schemars::JsonSchema;
use serde::Serialize;

use super::look::{self, LOOK, Look, Piece};
use super::table_view::{TableView, table};
use super::text;
use crate::report::document::{Block, Document, Notice, Provenance, Section, Tile, Tone, Trend};

/// The whole of a report, as its templates may use it.
#[derive(JsonSchema, Serialize)]
pub struct View<'a> {
    /// Colours and marks.
    pub look: Look,
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
    /// Titles of the warnings that stand further below, for the head.
    pub alerts: Vec<AlertView<'a>>,
    /// The headline figures.
    pub tiles: Vec<TileView<'a>>,
    /// The tiles for the text part.
    pub tile_lines: Vec<String>,
    /// The first tile alone, then the others two to a row; the last row is filled up with an empty
    /// one.
    pub tile_rows: Vec<Vec<TileView<'a>>>,
    /// The answers to the reader's questions, in the order in which they are asked.
    pub sections: Vec<SectionView<'a>>,
    /// Where the figures come from.
    pub provenance: &'a Provenance,
}

/// A warning of the head.
#[derive(JsonSchema, Serialize)]
pub struct AlertView<'a> {
    /// What it is: “黄色预警：回款率”.
    pub title: &'a str,
    /// The mark of its tone.
    pub mark: &'static str,
    /// The class that gives it its colour.
    pub class: &'static str,
}

/// What answers one question of the reader.
#[derive(JsonSchema, Serialize)]
pub struct SectionView<'a> {
    /// A stable name: `standing`, `heading`, `pay`, `why`, `next` …
    pub key: &'static str,
    /// Empty where the blocks speak for themselves.
    pub title: &'a str,
    /// What its tables and charts are headed by: `h3`, or `h2` where the section has no title.
    pub heading: &'static str,
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
    /// The bar in pieces; empty where there is no ratio.
    pub bar: Vec<Piece>,
    /// The mark of its tone, before the word; empty for none.
    pub mark: &'static str,
    /// The class that gives it its colour.
    pub class: &'static str,
    /// How it stands, in a word: “达标”, “黄色预警”.
    pub tone_word: &'a str,
    /// Moves against the previous period and the year before, each a short line.
    pub changes: &'a [String],
    /// The last months as blocks, “▃▅▂█”; empty for none.
    pub trend: &'a str,
    /// What is read aloud for them.
    pub trend_spoken: &'a str,
}

/// Something to notice, with its reason.
#[derive(JsonSchema, Serialize)]
pub struct NoticeView<'a> {
    /// What it is: “黄色预警：回款率”.
    pub title: &'a str,
    /// The rule, the numbers and what they mean, each a sentence.
    pub lines: &'a [String],
    /// The mark of its tone, before the title; empty for none.
    pub mark: &'static str,
    /// The class that gives the title its colour; that of the background ends in a `t`.
    pub class: &'static str,
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
    /// What stands above the picture; empty where the section's title says it.
    pub title: &'a str,
    /// What the picture says, in a sentence with its most important numbers.
    pub alt: &'a str,
    /// The name by which the mail finds the picture: `src="cid:{{ chart.cid }}"`.
    pub cid: String,
    /// How high it is shown, in pixels, where it is 668 wide.
    pub height: u32,
}

impl<'a> View<'a> {
    pub fn new(document: &'a Document, picture: impl Fn(usize) -> (String, u32)) -> Self {
        let tiles: Vec<TileView<'a>> = document.tiles.iter().map(tile).collect();
        let (first, others) = tiles.split_at(tiles.len().min(1));
        let pairs = others.chunks(2).map(|row| {
            let mut row = row.to_vec();
            row.resize_with(2, TileView::default);
            row
        });
        let tile_rows = first.iter().map(|one| vec![one.clone()]).chain(pairs).collect();
        let mut charts = 0;
        let mut next_picture = || {
            charts += 1;
            picture(charts - 1)
        };
        let sections =
            document.sections.iter().map(|one| section(one, &mut next_picture)).collect();
        let urgent = |notice: &&Notice| matches!(notice.tone, Tone::Watch | Tone::Bad);
        Self {
            look: LOOK,
            lang: document.language.tag(),
            subject: &document.subject,
            company: &document.company,
            unit_name: &document.unit_name,
            title: &document.title,
            period_text: &document.period_text,
            preheader: &document.preheader,
            lead: &document.lead,
            alerts: document.notices().filter(urgent).map(alert).collect(),
            tile_lines: tile_lines(&tiles),
            tiles,
            tile_rows,
            sections,
            provenance: &document.provenance,
        }
    }
}

fn alert(notice: &Notice) -> AlertView<'_> {
    let look = look::of(notice.tone);
    AlertView { title: &notice.title, mark: look.mark, class: look.class }
}

fn section<'a>(
    section: &'a Section,
    next_picture: &mut impl FnMut() -> (String, u32),
) -> SectionView<'a> {
    // A title that says what the section's says already is not repeated.
    let own = |title: &'a str| if title == section.title { "" } else { title };
    let blocks = section.blocks.iter().map(|block| match block {
        Block::Text { lines } => BlockView::Text { lines },
        Block::Notice(one) => BlockView::Notice { notice: notice(one) },
        Block::Chart(chart) => {
            let title = own(&chart.title);
            let (cid, height) = next_picture();
            BlockView::Chart { chart: ChartView { title, alt: &chart.alt, cid, height } }
        }
        Block::Table(one) => BlockView::Table { table: table(one, own(&one.title)) },
    });
    let blocks = blocks.collect();
    let heading = if section.title.is_empty() { "h2" } else { "h3" };
    SectionView { key: section.key, title: &section.title, heading, blocks }
}

fn tile(tile: &Tile) -> TileView<'_> {
    let look = look::of(tile.tone);
    let (trend, trend_spoken) = match &tile.trend {
        Some(Trend { blocks, spoken }) => (blocks.as_str(), spoken.as_str()),
        None => ("", ""),
    };
    TileView {
        label: &tile.label,
        value: &tile.value,
        target: &tile.target,
        attainment: &tile.attainment,
        bar: look::bar(tile.tone, tile.reach, tile.bar_percent),
        mark: look.mark,
        class: look.class,
        tone_word: &tile.tone_word,
        changes: &tile.changes,
        trend,
        trend_spoken,
    }
}

/// Each tile in a line that lines up with the others, and its changes in one below it.
fn tile_lines(tiles: &[TileView<'_>]) -> Vec<String> {
    let row = |tile: &TileView<'_>| {
        let word = format!("{} {}", tile.mark, tile.tone_word);
        let word = word.trim_start().to_owned();
        [tile.label, tile.value, tile.target, tile.attainment, &word].map(str::to_owned).to_vec()
    };
    let heads = text::columns(&tiles.iter().map(row).collect::<Vec<_>>());
    let below = tiles.iter().map(|tile| {
        let mut said: Vec<&str> = tile.changes.iter().map(String::as_str).collect();
        said.extend(Some(tile.trend).filter(|trend| !trend.is_empty()));
        format!("  {}", said.join("  "))
    });
    heads.into_iter().zip(below).flat_map(|(head, below)| [head, below]).collect()
}

fn notice(notice: &Notice) -> NoticeView<'_> {
    let look = look::of(notice.tone);
    NoticeView {
        title: &notice.title,
        lines: &notice.lines,
        mark: look.mark,
        class: look.class,
        ink: look.ink,
        fill: look.fill,
        tint: look.tint,
    }
}
