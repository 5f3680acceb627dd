//! The unit's own figures, compared three ways: with the target, with earlier periods, with peers.

use super::desk::{Desk, muted, plain, strong, without_bar};
use super::digits::places;
use super::document::{Cell, Column, ReportKind, Table, Tone};
use super::pace;
use super::units::{left, right};
use super::{shortened, spark};
use crate::calc::score::{Change, PeerStanding, Score, TargetBasis};
use crate::model::{Absence, Exact, Figure, Grain, Metric, MetricId, MetricUnit, UnitId};

/// The unit's figures of the period: against target, earlier periods and peers.
pub(super) fn of_period(desk: &Desk<'_>) -> impl Iterator<Item = Table> {
    let now = scores(desk, Desk::score);
    [with_target(desk, &now), with_earlier(desk, &now), with_peers(desk, &now)]
        .into_iter()
        .flatten()
}

/// The unit's figures over longer periods: the year to date, and the last three months.
pub(super) fn over_time(desk: &Desk<'_>) -> impl Iterator<Item = Table> {
    // A figure without a target says little about a year that is not over.
    let mut to_date = scores(desk, Desk::score_to_date);
    to_date.retain(|(metric, score)| {
        score.target.known().is_some() || desk.briefing.headline.contains(&metric.id)
    });
    let now = scores(desk, Desk::score);
    let mut year = year_to_date(desk, &to_date);
    // What is said of the period's targets holds for the year's.
    let said = target_notes(desk, &now);
    year.iter_mut().for_each(|table| table.notes.retain(|note| !said.contains(note)));
    [year, over_three_months(desk, &now)].into_iter().flatten()
}

type Scored<'a> = (&'a Metric, &'a Score);

fn scores<'a>(
    desk: &Desk<'a>,
    look_up: impl Fn(&Desk<'a>, &UnitId, &MetricId) -> Option<&'a Score>,
) -> Vec<Scored<'a>> {
    desk.metrics()
        .filter_map(|metric| Some((metric, look_up(desk, desk.unit, &metric.id)?)))
        .filter(|(_, score)| says_anything(score))
        .collect()
}

/// Whether there is any figure; a metric that a unit cannot have, as a person no market share, is
/// named once with its reason instead of in every table.
fn says_anything(score: &Score) -> bool {
    [&score.actual, &score.target, &score.previous, &score.year_ago]
        .iter()
        .any(|figure| figure.known().is_some())
}

fn with_target(desk: &Desk<'_>, scores: &[Scored<'_>]) -> Option<Table> {
    let words = &desk.words;
    let mut columns = target_columns(desk);
    columns.insert(1, left(&words.mail.status).under());
    columns.extend([spark::column(desk), right(&words.column.rank).under()]);
    let rows: Vec<Vec<Cell>> = scores
        .iter()
        .map(|(metric, score)| {
            let mut row = target_row(desk, metric, score);
            row.insert(1, status(desk, score));
            let trend = spark::cell(desk, desk.unit, metric);
            row.extend([trend, desk.rank(score.standing.as_ref())]);
            row
        })
        .collect();
    let mut notes = vec![amounts(desk)];
    notes.extend(rank_notes(desk, scores));
    notes.extend(target_notes(desk, scores));
    table("metrics", words.table.metrics.text(), columns, rows, notes)
}

/// The word of a score; none where the target's cell says why nothing is judged.
fn status(desk: &Desk<'_>, score: &Score) -> Cell {
    let (tone, word) = desk.tone(score);
    match tone {
        Tone::Muted => desk.nothing(),
        _ => Cell { text: word.to_owned(), tone, ..Cell::default() },
    }
}

fn rank_notes(desk: &Desk<'_>, scores: &[Scored<'_>]) -> Vec<String> {
    let words = &desk.words.table;
    let ranked = || scores.iter().filter_map(|(_, score)| score.standing.as_ref());
    [
        (ranked().next().is_some(), &words.rank_note),
        (ranked().any(|standing| standing.by_attainment), &words.rank_by_attainment),
        (ranked().any(|standing| !standing.by_attainment), &words.rank_by_value),
    ]
    .into_iter()
    .filter(|(applies, _)| *applies)
    .map(|(_, phrase)| phrase.text().to_owned())
    .collect()
}

/// How targets came about that nobody gave for just this unit and period.
fn target_notes(desk: &Desk<'_>, scores: &[Scored<'_>]) -> Vec<String> {
    let words = &desk.words.table;
    let of = |wanted: fn(&TargetBasis) -> bool| -> Vec<&Metric> {
        let has = |(_, score): &&Scored<'_>| {
            score.target.known().is_some() && wanted(&score.target_basis)
        };
        scores.iter().filter(has).map(|(metric, _)| *metric).collect()
    };
    let spread = of(|basis| matches!(basis, TargetBasis::Spread(_)));
    let carried = of(|basis| matches!(basis, TargetBasis::Carried(_)));
    let summed = of(|basis| matches!(basis, TargetBasis::SumOfBelow(_)));
    let in_parts = |(metric, score): &&Scored<'_>| {
        let has_part = |target: &Exact| places(metric, target) > metric.decimals;
        metric.unit == MetricUnit::Count && score.target.known().is_some_and(has_part)
    };
    let fractions = scores.iter().filter(in_parts).map(|(metric, _)| *metric).collect();
    [
        (&words.spread, spread),
        (&words.fractions, fractions),
        (&words.carried, carried),
        (&words.sum_of_below, summed),
    ]
    .into_iter()
    .filter(|(_, metrics)| !metrics.is_empty())
    .map(|(phrase, metrics)| phrase.fill(&[("metrics", &desk.labels(&metrics))]))
    .chain(shortened::notes(
        desk,
        scores.iter().map(|(metric, score)| (*metric, &score.reasons[..])),
    ))
    .collect()
}

fn year_to_date(desk: &Desk<'_>, scores: &[Scored<'_>]) -> Option<Table> {
    let words = &desk.words.table;
    let title = if desk.has_calendar_year() { &words.year_to_date } else { &words.fiscal_to_date };
    let mut columns = target_columns(desk);
    columns.push(right(&desk.words.column.yoy));
    let rows = scores
        .iter()
        .map(|(metric, score)| {
            let mut row = target_row(desk, metric, score);
            row[3] = without_bar(row[3].clone());
            row.push(change(desk, metric, &score.yoy));
            row
        })
        .collect();
    table("year_to_date", title.text(), columns, rows, target_notes(desk, scores))
}

fn target_columns(desk: &Desk<'_>) -> Vec<Column> {
    let words = &desk.words.column;
    vec![
        left(&words.metric),
        right(&words.actual),
        right(&words.target).under(),
        right(&words.attainment),
        right(&words.gap).under(),
    ]
}

fn target_row(desk: &Desk<'_>, metric: &Metric, score: &Score) -> Vec<Cell> {
    vec![
        strong(desk.label(metric)),
        desk.figure(metric, &score.actual, score.target.known()),
        match score.target.known() {
            Some(target) => plain(desk.numbers.full(metric, target, None)),
            // Metrics without a target are named once, with what is not judged.
            None if score.target.absence() == Some(Absence::NoTarget) => desk.nothing(),
            None => desk.figure(metric, &score.target, None),
        },
        desk.attainment(score),
        desk.gap_cell(metric, score),
    ]
}

fn with_earlier(desk: &Desk<'_>, scores: &[Scored<'_>]) -> Option<Table> {
    let words = &desk.words.column;
    let columns = vec![
        left(&words.metric),
        right(&words.current),
        right(&words.mom),
        right(&words.previous).under(),
        right(&words.yoy),
        right(&words.year_ago).under(),
    ];
    let is_known = |figure: &Figure| figure.known().is_some();
    let rows = scores
        .iter()
        .filter(|(_, score)| is_known(&score.previous) || is_known(&score.year_ago))
        .map(|(metric, score)| {
            vec![
                strong(desk.label(metric)),
                desk.figure(metric, &score.actual, score.target.known()),
                change(desk, metric, &score.mom),
                desk.figure(metric, &score.previous, None),
                change(desk, metric, &score.yoy),
                desk.figure(metric, &score.year_ago, None),
            ]
        })
        .collect();
    table("changes", desk.words.table.changes.text(), columns, rows, Vec::new())
}

/// A change, or the word for its absence.
fn change(desk: &Desk<'_>, metric: &Metric, change: &Change) -> Cell {
    match change {
        Change::Absent(absence) => muted(desk.absence(*absence)),
        _ => plain(desk.change(metric, change)),
    }
}

/// A table of its own: beside month and year the six figures would not fit a mail. None of a
/// quarter, which is these three months itself.
fn over_three_months(desk: &Desk<'_>, scores: &[Scored<'_>]) -> Option<Table> {
    if desk.briefing.judged.grain() == Grain::Quarter {
        return None;
    }
    let words = &desk.words.column;
    let columns = vec![
        left(&words.metric),
        right(&words.rolling),
        right(&words.yoy),
        right(&words.year_ago).under(),
    ];
    let rows = scores
        .iter()
        .filter(|(metric, _)| desk.briefing.headline.contains(&metric.id))
        .filter_map(|(metric, _)| {
            let rolling = pace::rolling(desk, metric)?;
            Some(vec![
                strong(desk.label(metric)),
                desk.figure(metric, &rolling.actual, None),
                change(desk, metric, &rolling.yoy),
                desk.figure(metric, &rolling.year_ago, None),
            ])
        })
        .collect();
    table("rolling", desk.words.table.rolling.text(), columns, rows, Vec::new())
}

/// Mean and median of the groups that tell of nobody in particular.
fn with_peers(desk: &Desk<'_>, scores: &[Scored<'_>]) -> Option<Table> {
    let words = &desk.words.column;
    let own = if desk.kind == ReportKind::Person { &words.own_person } else { &words.own };
    let columns = vec![
        left(&words.metric),
        right(own),
        right(&words.mean),
        right(&words.median).under(),
        right(&words.rank),
    ];
    let least = desk.briefing.plan.rank.least_group;
    let rows = scores
        .iter()
        .filter_map(|(metric, score)| Some((metric, score, score.standing.as_ref()?)))
        .filter_map(|(metric, score, standing)| peer_row(desk, metric, score, standing))
        .collect();
    let note = desk.words.table.peers_note.fill(&[("least", &least.to_string())]);
    table("peers", desk.words.table.peers.text(), columns, rows, vec![note])
}

fn peer_row(
    desk: &Desk<'_>,
    metric: &Metric,
    score: &Score,
    standing: &PeerStanding,
) -> Option<Vec<Cell>> {
    let (mean, median) = (standing.mean.as_ref()?, standing.median.as_ref()?);
    let own = if standing.by_attainment { &score.attainment } else { &score.actual };
    let show = |value: &Exact| {
        if standing.by_attainment {
            desk.numbers.attainment(value)
        } else {
            desk.numbers.full(metric, value, None)
        }
    };
    Some(vec![
        strong(desk.label(metric)),
        match own.known() {
            Some(value) => plain(show(value)),
            None => own.absence().map_or_else(|| desk.nothing(), |why| muted(desk.absence(why))),
        },
        plain(show(mean)),
        plain(show(median)),
        desk.rank(score.standing.as_ref()),
    ])
}

fn amounts(desk: &Desk<'_>) -> String {
    desk.words.table.amounts.fill(&[("currency", desk.numbers.currency_name())])
}

fn table(
    key: &'static str,
    title: &str,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    notes: Vec<String>,
) -> Option<Table> {
    (!rows.is_empty()).then(|| Table { key, title: title.to_owned(), columns, rows, notes })
}
