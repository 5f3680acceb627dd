//! 目标对账: in the company's report, the targets that those below do not add up to, and what was
//! submitted otherwise than it was set.

use super::desk::{Desk, muted, plain, strong};
use super::document::{Cell, ReportKind, Table, Tone};
use super::units::{left, right, table};
use crate::calc::{Comparison, ReconcileState};
use crate::model::{DimensionId, Exact, Grain, Metric, Period};

/// The table; none but for the company, and none where everything adds up and nothing was submitted.
pub(super) fn reconciliation(desk: &Desk<'_>) -> Option<Table> {
    if desk.kind != ReportKind::Company {
        return None;
    }
    let words = &desk.words.reconcile;
    let columns = vec![
        left(&words.unit),
        left(&desk.words.column.metric).under(),
        left(&words.period).under(),
        right(&desk.words.column.target),
        right(&words.below).under(),
        right(&words.difference).under(),
        right(&words.submitted),
        right(&words.below_submitted).under(),
        left(&words.state),
    ];
    let found = &desk.briefing.cards.reconciliation;
    let mut shown: Vec<(&Comparison, &Metric)> = found
        .comparisons
        .iter()
        .filter(|one| matters(one))
        .filter_map(|one| Some((one, desk.metric(&one.metric)?)))
        .collect();
    shown.sort_by_key(|(one, _)| one.state);
    let rows = shown.iter().map(|(one, metric)| row(desk, one, metric)).collect();
    let year = Period::Year(desk.briefing.fiscal.year_of(desk.dates.last_day()));
    let title = words.title.fill(&[("year", &desk.period_text(year))]);
    let mut table = table(desk, "reconciliation", &title, columns, rows)?;
    let mismatches = found.count(ReconcileState::Mismatch);
    if mismatches > 0 {
        table.notes.push(match mismatches {
            1 => words.not_declared_one.text().to_owned(),
            several => words.not_declared.fill(&[("count", &several.to_string())]),
        });
    }
    table.notes.push(words.note_difference.text().to_owned());
    if shown.iter().any(|(one, _)| one.dimension.is_some()) {
        table.notes.push(words.note_parts.text().to_owned());
    }
    if shown.iter().any(|(one, _)| one.is_even) {
        table.notes.push(words.note_even.text().to_owned());
    }
    if shown.iter().any(|(one, _)| offered(one).is_some()) {
        table.notes.push(words.note_submitted.text().to_owned());
    }
    Some(table)
}

/// What was submitted is of interest for the year; its months are cut out of that.
fn matters(one: &Comparison) -> bool {
    matches!(one.state, ReconcileState::Mismatch | ReconcileState::WithinBuffer)
        || (one.period.grain() == Grain::Year
            && offer(one).is_some_and(|difference| !difference.is_zero()))
}

/// What was submitted: for the unit itself, else by those below it.
fn offered(one: &Comparison) -> Option<&Exact> {
    one.submitted.as_ref().or(one.below_submitted.as_ref())
}

/// How far what was submitted lies from the target.
fn offer(one: &Comparison) -> Option<Exact> {
    Some(offered(one)? - one.target.as_ref()?)
}

fn row(desk: &Desk<'_>, one: &Comparison, metric: &Metric) -> Vec<Cell> {
    let words = &desk.words.reconcile;
    let amount = |value: &Option<Exact>| match value {
        Some(value) => plain(desk.numbers.target(metric, value)),
        None => desk.nothing(),
    };
    let sum = |value: &Option<Exact>, count: usize| match value {
        Some(value) => plain(words.of_children.fill(&[
            ("value", &desk.numbers.target(metric, value)),
            ("count", &count.to_string()),
        ])),
        None => desk.nothing(),
    };
    let difference = match &one.difference {
        Some(difference) => plain(desk.numbers.difference(metric, difference)),
        None => desk.nothing(),
    };
    let of = |id: &DimensionId| desk.briefing.dimensions.iter().find(|known| known.id == *id);
    let unit = match one.dimension.as_ref().and_then(of) {
        Some(dimension) => words.by_dimension.fill(&[
            ("unit", &desk.name(&one.unit)),
            ("dimension", dimension.label.get(desk.language)),
        ]),
        None => desk.name(&one.unit),
    };
    vec![
        strong(unit),
        plain(desk.label(metric)),
        plain(desk.period_text(one.period)),
        amount(&one.target),
        sum(&one.below, one.counted),
        difference,
        amount(&one.submitted),
        sum(&one.below_submitted, one.submitters),
        result(desk, one, metric),
    ]
}

fn result(desk: &Desk<'_>, one: &Comparison, metric: &Metric) -> Cell {
    let words = &desk.words.reconcile;
    let size = |value: &Exact| desk.numbers.target(metric, &value.abs());
    let nothing = Exact::zero();
    let difference = one.difference.as_ref().unwrap_or(&nothing);
    match (one.state, offer(one)) {
        (ReconcileState::Mismatch, _) => {
            let phrase = match (difference.is_negative(), &one.dimension) {
                (true, None) => &words.mismatch_under,
                (false, None) => &words.mismatch_over,
                (true, Some(_)) => &words.parts_under,
                (false, Some(_)) => &words.parts_over,
            };
            let text = phrase.fill(&[("difference", &size(difference))]);
            Cell { text, tone: Tone::Bad, ..Cell::default() }
        }
        (ReconcileState::WithinBuffer, _) => plain(words.within_buffer.text()),
        (_, Some(offer)) => {
            let phrase = if offer.is_negative() { &words.lower } else { &words.higher };
            muted(phrase.fill(&[("difference", &size(&offer))]))
        }
        (_, None) => desk.nothing(),
    }
}
