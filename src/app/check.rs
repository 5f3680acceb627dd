//! `attain check`: config and extracts load; all that is wrong is said, and nothing is computed
//! for a report.

use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;

use super::checks::{RowCount, describe};
use super::gather::Depth;
use super::wording::read_reports;
use super::{AppError, Surroundings, aims, due, gather, load_project};
use crate::model::{Diagnostic, Exact, Period, Total};
use crate::report::quality::{QualityFacts, SourceFacts};

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    pub period: String,
    pub rows: Vec<RowCount>,
    pub people: usize,
    pub targets: usize,
    /// What each extract holds of the period, and when its last row is of.
    pub sources: Vec<CheckedSource>,
    /// Where the rows of the period went, to the last digit.
    pub reconciliation: Vec<Reconciled>,
    /// How many reports the period would have, and how many of them reach their owner.
    pub reports: usize,
    pub reached: usize,
    /// The templates that take the place of the program's, or are the project's alone.
    pub own_templates: Vec<String>,
    /// The files of words with phrases that are not as they are built in.
    pub own_words: Vec<OwnWords>,
    /// Rows that are set aside, and what holds a run.
    pub found: Vec<Diagnostic>,
    pub holds: bool,
}

/// What an extract holds of the period.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedSource {
    pub extract: String,
    pub in_period: Option<u64>,
    pub last: Option<NaiveDate>,
}

/// A metric's total and its parts.
#[derive(Clone, Debug, Serialize)]
pub struct Reconciled {
    pub extract: String,
    pub metric: String,
    pub total: Exact,
    pub credited: Exact,
    pub unassigned: Exact,
    pub rejected: Exact,
    pub overlay: Exact,
    pub difference: Exact,
}

/// A file of words and what is the project's own in it.
#[derive(Clone, Debug, Serialize)]
pub struct OwnWords {
    pub file: String,
    /// Such as `gap.short`.
    pub phrases: Vec<String>,
}

/// Checks a project for a month or a quarter.
///
/// # Errors
/// A config or extracts that cannot be used at all.
pub async fn check(
    dir: &Path,
    period: Option<Period>,
    as_of: Option<NaiveDate>,
    around: &Surroundings<'_>,
) -> Result<Checked, AppError> {
    let project = load_project(dir, around)?;
    let today = due::today(&project, as_of, around);
    let period = due::judged_period(period, today, project.fiscal)?;
    let (words, templates) = read_reports(&project.dir)?;
    let gathered = gather::gather(&project, period, around).await?;
    let judged = gather::judge(&project, &gathered, (period, today), Depth::Check, around)?;
    let questions = judged.cards.questions.iter().map(aims::describe);
    let rejected = judged.rejects.iter().map(describe);
    // What concerns the whole comes before single rows.
    let whole = judged.held.iter().cloned().chain(judged.notes).chain(templates.notes);
    let found: Vec<Diagnostic> = whole.chain(rejected).chain(questions).collect();
    let QualityFacts { sources, totals, unreached, .. } = judged.quality;
    Ok(Checked {
        sources: sources.into_iter().map(source).collect(),
        reconciliation: totals.iter().map(reconciled).collect(),
        reports: judged.reports,
        reached: judged.reports - unreached.len(),
        period: period.to_string(),
        rows: judged.counts,
        people: gathered.org.people.len(),
        targets: gathered.targets.len() + gathered.by_dimension.len(),
        own_templates: templates.own,
        own_words: words
            .own
            .into_iter()
            .map(|(file, phrases)| OwnWords { file, phrases })
            .collect(),
        holds: judged.held.has_errors(),
        found,
    })
}

fn source(facts: SourceFacts) -> CheckedSource {
    let SourceFacts { extract, in_period, last, .. } = facts;
    CheckedSource { extract: extract.to_string(), in_period, last }
}

fn reconciled(total: &Total) -> Reconciled {
    Reconciled {
        extract: total.extract.to_string(),
        metric: total.metric.to_string(),
        total: total.total.clone(),
        credited: total.credited.clone(),
        unassigned: total.unassigned.clone(),
        rejected: total.rejected.clone(),
        overlay: total.overlay.clone(),
        difference: total.difference(),
    }
}
