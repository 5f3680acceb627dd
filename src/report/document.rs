//! What a report says: finished words and numbers, in one language, before any markup.
//!
//! `render` arranges these blocks and computes nothing: every text here is final, every order is
//! the reader's, and every position on a drawing lies between 0 and 1.

use chrono::NaiveDate;
mod drawing;

use schemars::JsonSchema;
use serde::Serialize;

pub use drawing::{Along, Chart, Drawing, Line, LineStyle, Step, StepRole};

use crate::model::{Language, Period, UnitId};

/// Which report it is; each has a folder of templates under `reports/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ReportKind {
    Person,
    Department,
    Company,
    /// The lists of talent and bonus.
    Hr,
    /// The retrospective pack of a quarter, for a department or the company.
    Pack,
    /// What extracts still lack, to whoever is responsible for them.
    Reminder,
    /// What is to be mended in the data.
    Quality,
}

impl ReportKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Person,
        Self::Department,
        Self::Company,
        Self::Hr,
        Self::Pack,
        Self::Reminder,
        Self::Quality,
    ];

    /// The name of its folder of templates.
    pub fn code(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Department => "department",
            Self::Company => "company",
            Self::Hr => "hr",
            Self::Pack => "pack",
            Self::Reminder => "reminder",
            Self::Quality => "quality",
        }
    }
}

/// How a value feels to its reader; colour follows it, and a word always says the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Tone {
    /// On or above target.
    Good,
    /// Yellow: below 80 % by default.
    Watch,
    /// Red: below 60 % by default.
    Bad,
    /// Short of target without a warning, or nothing to judge.
    #[default]
    Plain,
    /// Absent figures and remarks.
    Muted,
}

/// A whole report for one unit, in one language.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    pub kind: ReportKind,
    pub language: Language,
    #[serde(skip)]
    pub unit: UnitId,
    #[serde(skip)]
    pub period: Period,
    /// Subject of the mail, one line.
    pub subject: String,
    /// The company's name.
    pub company: String,
    /// Name of the unit that is reported on, with its place in the tree for a person.
    pub unit_name: String,
    pub title: String,
    /// The period in words: “2026年10月”.
    pub period_text: String,
    /// What a mail client shows beside the subject: the one sentence that matters.
    pub preheader: String,
    /// The answer in one or two sentences: where the unit stands.
    pub lead: Vec<String>,
    pub tiles: Vec<Tile>,
    /// The answers to the reader's questions, in the order in which they are asked.
    pub sections: Vec<Section>,
    pub provenance: Provenance,
}

impl Document {
    /// All blocks, in the order of reading.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }

    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.blocks().filter_map(|block| match block {
            Block::Notice(notice) => Some(notice),
            _ => None,
        })
    }

    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }

    /// The pictures of a mail are numbered in this order.
    pub fn charts(&self) -> impl Iterator<Item = &Chart> {
        self.blocks().filter_map(|block| match block {
            Block::Chart(chart) => Some(chart),
            _ => None,
        })
    }
}

/// What answers one question of the reader.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// A stable name: `standing`, `heading`, `pay`, `why`, `next` …
    pub key: &'static str,
    /// Empty where the blocks speak for themselves.
    pub title: String,
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    /// Sentences, each a paragraph.
    Text {
        lines: Vec<String>,
    },
    Notice(Notice),
    Chart(Chart),
    Table(Table),
}

/// One headline figure.
#[derive(Clone, Debug, Default, JsonSchema, Serialize)]
pub struct Tile {
    /// The metric.
    pub label: String,
    /// In the locale's short form: “812.4万”, “¥8.12M”.
    pub value: String,
    /// “目标 900 万”, or the named absence.
    pub target: String,
    /// “90.3 %”; empty where there is none.
    pub attainment: String,
    /// Share of the bar that is filled, in percent, 0 to 100; none where there is no ratio.
    pub bar_percent: Option<u8>,
    /// The attainment on a longer scale, see [`Cell::reach`].
    pub reach: Option<u8>,
    /// The last months as blocks, see [`Trend`]; none without a figure.
    pub trend: Option<Trend>,
    /// How it stands.
    pub tone: Tone,
    /// The tone in a word: “达标”, “黄色预警”.
    pub tone_word: String,
    /// “环比 +3.2 %”, “同比 −1.0 %”: short lines under the figure.
    pub changes: Vec<String>,
}

/// A row of months as block characters, which every mail program and a plain text can show.
#[derive(Clone, Debug, Default, JsonSchema, Serialize)]
pub struct Trend {
    /// One block for each month, from the lowest to a full one: “▃▅▂█”.
    pub blocks: String,
    /// What is read aloud in its place, with its most important numbers.
    pub spoken: String,
}

/// Something to notice, with its reason.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Notice {
    /// How it stands.
    pub tone: Tone,
    /// What it is: “黄色预警：回款率”.
    pub title: String,
    /// Sentences: the rule, the numbers, what would have taken the next band.
    pub lines: Vec<String>,
}

/// Where the text of a column stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Align {
    #[default]
    Left,
    Right,
}

/// A table with full figures.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Table {
    /// A stable name that templates can ask for: `attention`, `departments`, `people`, `pace`, `forecast`,
    /// `metrics`, `year_to_date`, `changes`, `rolling`, `peers`, `reconciliation`, `targets`.
    pub key: &'static str,
    /// What stands above it.
    pub title: String,
    /// The columns, left to right.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// Remarks under the table: bases of targets, absences, how ranks were made.
    pub notes: Vec<String>,
}

/// A column of a table.
#[derive(Clone, Debug, Default, JsonSchema, Serialize)]
pub struct Column {
    /// What the column holds.
    pub label: String,
    /// Where its text stands.
    pub align: Align,
    /// Whether a narrow page may put its cells below those of the column before.
    pub under: bool,
}

impl Column {
    /// The same, below the column before it where the page is narrow.
    #[must_use]
    pub fn under(self) -> Self {
        Self { under: true, ..self }
    }
}

/// A cell of a table.
#[derive(Clone, Debug, Default, JsonSchema, Serialize)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// How it stands.
    pub tone: Tone,
    /// A small bar behind or under the text, in percent of full, 0 to 100.
    pub bar_percent: Option<u8>,
    /// The attainment on a scale of 0 to 100 that goes a quarter beyond the target, which stands at
    /// 80: bars on it can be compared, and show what is above target.
    pub reach: Option<u8>,
    /// Whether it is a row's own name, or a sum.
    pub strong: bool,
    /// What is read aloud in place of a text of block characters; empty for any other text.
    pub spoken: String,
}

/// Where the numbers come from.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Provenance {
    /// What stands above it.
    pub title: String,
    /// Lines such as version, as-of, period covered, config hash.
    pub lines: Vec<String>,
    /// Each metric that the report shows, with its definition.
    pub definitions: Vec<Definition>,
    /// What stands above the definitions.
    pub definitions_title: String,
    /// What stands above the files.
    pub inputs_title: String,
    /// The files that were read.
    pub inputs: Vec<Input>,
}

/// A metric and what it means.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Definition {
    /// The metric.
    pub label: String,
    /// What it means, in a sentence.
    pub text: String,
}

/// A file that was read.
#[derive(Clone, Debug, JsonSchema, Serialize)]
pub struct Input {
    /// Where it lies, below the folder of data.
    pub path: String,
    /// In words: “1.2 MB”.
    pub size: String,
    /// The first 12 digits of its SHA-256, or of that of a list of files and hashes.
    pub hash: String,
}

/// The retrospective pack of a unit: the mail that summarises a quarter, and the whole of it as a
/// booklet. Tables in chapters are complete where the mail's are shortened.
#[derive(Clone, Debug, Serialize)]
pub struct Pack {
    /// The mail. Its head (company, unit, title, period, lead, tiles) is the booklet's cover, too.
    pub document: Document,
    /// The last day of the quarter: the booklet carries it as its date.
    #[serde(skip)]
    pub date: NaiveDate,
    /// What stands above the list of contents.
    pub contents_title: String,
    /// “第{page}页，共{pages}页” with both gaps left open, since only the pages know their numbers.
    pub page_phrase: String,
    pub chapters: Vec<Chapter>,
}

/// A chapter of a booklet: a bookmark, with its sections below it.
#[derive(Clone, Debug, Serialize)]
pub struct Chapter {
    /// A stable name: `headline`, `targets`, `months`, `trends`, `ranks`, `warnings`, `drivers`,
    /// `causes`, `conclusions`, `plan`, `coefficients`, `talent`, `tilt`, `next`, `definitions`,
    /// `quality`, `restatements`.
    pub key: &'static str,
    pub title: String,
    pub sections: Vec<Section>,
}
