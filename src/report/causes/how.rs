//! How it is to be mended.

use crate::calc::causes::Cause;
use crate::calc::score::Warning;
use crate::model::{Level, Metric, MetricId};
use crate::report::desk::Desk;
use crate::report::how::{proposals, proposed};

/// Measures that are named in a card; the notice above has the others.
const MOST_MEASURES: usize = 2;

/// What the play-book has for the causes and for what missed its target; else who is to act.
pub(super) fn how(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<String> {
    let mut of: Vec<&MetricId> =
        cause.main_drivers().iter().map(|part| &part.name.metric).collect();
    of.push(&metric.id);
    of.extend(cause.missed().map(|process| &process.metric));
    let measures: Vec<String> = proposals(desk, desk.unit)
        .iter()
        .filter(|proposal| of.contains(&&proposal.play.metric))
        .take(MOST_MEASURES)
        .filter_map(|proposal| proposed(desk, proposal))
        .collect();
    if measures.is_empty() {
        who_acts(desk, cause)
    } else {
        Some(measures.join(desk.words.list.sentence.text()))
    }
}

/// Who is to do what, by the warning.
fn who_acts(desk: &Desk<'_>, cause: &Cause) -> Option<String> {
    let words = &desk.words.warning;
    let phrase = match (desk.briefing.org.level(&cause.unit)?, cause.warning) {
        (_, Warning::None) => return None,
        (Level::Person, Warning::Yellow) => &words.person_yellow,
        (Level::Person, Warning::Red) => &words.person_red,
        (Level::Department, Warning::Yellow) => &words.department_yellow,
        (Level::Department, Warning::Red) => &words.department_red,
        (Level::Company, Warning::Yellow) => &words.company_yellow,
        (Level::Company, Warning::Red) => &words.company_red,
    };
    Some(phrase.text().to_owned())
}
