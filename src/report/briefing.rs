//! Everything a report is written from; `app` gathers it, once for all reports of a run.

use chrono::NaiveDate;

use super::finality::Finality;
use super::seen::Sight;
use super::words::WordBook;
use crate::calc::score::Scorecards;
use crate::model::plan::Plan;
use crate::model::{
    Bilingual, CauseRules, Dimension, DimensionTarget, FiscalYear, Metric, MetricId, Org, Period,
    Playbook, Target, Total, WorkCalendar,
};
use crate::settings::{ActionSettings, ExtractSettings};

/// A file that was read, for the provenance of the numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFacts {
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// How many rows of an extract were read, and how many of them were set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedFacts {
    pub extract: String,
    pub rows: u64,
    pub rejected: u64,
}

/// The form of the plan sheets: the table of actions, and the extract, that they are read as.
#[derive(Clone, Copy, Debug)]
pub struct PlanForm<'a> {
    pub actions: &'a ActionSettings,
    pub extract: &'a ExtractSettings,
}

/// What all reports of a run are written from.
#[derive(Clone, Copy, Debug)]
pub struct Briefing<'a> {
    pub org: &'a Org,
    /// In the order of the config; reports keep it.
    pub metrics: &'a [Metric],
    /// The metrics of the tiles, the main one first.
    pub headline: &'a [MetricId],
    pub cards: &'a Scorecards,
    /// As they were set, for the table of targets.
    pub targets: &'a [Target],
    /// Those of product lines and the like, beside them.
    pub by_dimension: &'a [DimensionTarget],
    pub dimensions: &'a [Dimension],
    pub plan: &'a Plan,
    pub causes: &'a CauseRules,
    pub playbook: &'a Playbook,
    /// None where warned mails carry no plan sheet.
    pub plan_form: Option<PlanForm<'a>>,
    /// The phrases of the reports.
    pub words: &'a WordBook,
    pub company: &'a Bilingual,
    /// An ISO 4217 code such as `CNY`.
    pub currency: &'a str,
    pub fiscal: FiscalYear,
    /// Which days are worked.
    pub calendar: &'a WorkCalendar,
    /// The period that is reported on: a month, a quarter or a year.
    pub judged: Period,
    pub as_of: NaiveDate,
    /// Of the run: 1 for the first of the period.
    pub version: u32,
    pub program_version: &'a str,
    /// In hexadecimal digits.
    pub config_hash: &'a str,
    pub inputs: &'a [InputFacts],
    pub rejected: &'a [RejectedFacts],
    /// How the run stands to a provisional one.
    pub finality: Finality<'a>,
    /// What a report's readers may see besides; of the whole of a run, nothing.
    pub sight: Sight,
    /// Where the rows of the judged period went, by extract and metric.
    pub totals: &'a [Total],
}
