//! Who below needs attention, and why.

use super::desk::{Desk, plain, strong};
use super::document::{Cell, ReportKind, Table, Tone};
use super::units::{below, home_name, left, table};
use super::warned;
use super::words::Phrase;
use crate::calc::score::{Score, Warning};
use crate::model::plan::WarningBasis;
use crate::model::{Exact, Level, Metric, UnitId};

/// A warned metric of a unit below.
pub(super) struct Concern<'a> {
    pub(super) metric: &'a Metric,
    pub(super) score: &'a Score,
}

/// Everything below that is warned, the most severe first: by warning, departments before people,
/// then metric in the order of the reports, then attainment, then id. Whoever is responsible for the unit itself reads
/// about their own figures in their own report.
pub(super) fn concerns<'a>(desk: &Desk<'a>) -> Vec<Concern<'a>> {
    let own = desk.briefing.org.units.get(desk.unit).and_then(|unit| unit.owner.as_ref());
    let below: Vec<&UnitId> = below(desk).into_iter().filter(|id| Some(*id) != own).collect();
    let mut concerns: Vec<(usize, Concern<'a>)> = Vec::new();
    for (place, metric) in desk.metrics().enumerate() {
        let scores = below.iter().filter_map(|id| desk.score(id, &metric.id));
        concerns.extend(
            scores
                .filter(|score| score.warning != Warning::None)
                .map(|score| (place, Concern { metric, score })),
        );
    }
    concerns.sort_by(|(place, a), (other, b)| {
        let attainment =
            |concern: &Concern<'a>| warned::judged(desk, concern.score).attainment.known().cloned();
        (b.score.warning.cmp(&a.score.warning))
            .then_with(|| a.score.level.cmp(&b.score.level))
            .then_with(|| place.cmp(other))
            .then_with(|| attainment(a).cmp(&attainment(b)))
            .then_with(|| a.score.unit.cmp(&b.score.unit))
    });
    concerns.into_iter().map(|(_, concern)| concern).collect()
}

/// Whether anybody below has an attainment of the metric.
pub(super) fn is_judged_below(desk: &Desk<'_>, metric: &Metric) -> bool {
    below(desk)
        .into_iter()
        .filter_map(|id| desk.score(id, &metric.id))
        .any(|score| score.attainment.known().is_some())
}

/// The table of those who need attention, one row each, the most severe first.
pub(super) fn attention(desk: &Desk<'_>) -> Option<Table> {
    if desk.kind == ReportKind::Person {
        return None;
    }
    let words = &desk.words.column;
    let columns = vec![
        left(&words.unit),
        left(&words.department).under(),
        left(&words.warning),
        left(&words.reason),
        left(&words.action).under(),
    ];
    let concerns = concerns(desk);
    let mut units: Vec<(&UnitId, Vec<&Concern<'_>>)> = Vec::new();
    for concern in &concerns {
        match units.iter_mut().find(|(unit, _)| **unit == concern.score.unit) {
            Some((_, all)) => all.push(concern),
            None => units.push((&concern.score.unit, vec![concern])),
        }
    }
    let rows = units.iter().map(|(unit, all)| concern_row(desk, unit, all)).collect();
    let mut table = table(desk, "attention", desk.words.table.attention.text(), columns, rows)?;
    table.notes.extend(rules(desk));
    Some(table)
}

/// When a figure warns: the edges of all metrics, those of the ones that have their own, and when
/// a warning goes up.
pub(super) fn rules(desk: &Desk<'_>) -> Vec<String> {
    let (rule, words) = (&desk.briefing.plan.warning, &desk.words.action);
    let edges = |phrase: &Phrase, metric: &str, yellow_below: &Exact, red_below: &Exact| {
        phrase.fill(&[
            ("metric", metric),
            ("since", warned::since(desk)),
            ("red", &desk.numbers.share(red_below)),
            ("yellow", &desk.numbers.share(yellow_below)),
        ])
    };
    let mut said = vec![edges(&words.edges, "", &rule.yellow_below, &rule.red_below)];
    said.extend(desk.metrics().filter_map(|metric| {
        let own = rule.own.get(&metric.id)?;
        let phrase = match own.basis {
            WarningBasis::Month => &words.own_edges,
            WarningBasis::Ytd => &words.own_edges_to_date,
        };
        Some(edges(phrase, desk.label(metric), &own.yellow_below, &own.red_below))
    }));
    let escalates = |months: u32| words.escalates.fill(&[("months", &months.to_string())]);
    said.extend(rule.escalate_after.map(escalates));
    said
}

/// A unit with all that it is warned for, the worst first.
fn concern_row(desk: &Desk<'_>, unit: &UnitId, concerns: &[&Concern<'_>]) -> Vec<Cell> {
    let worst = concerns.first().map(|concern| concern.score);
    let (tone, word) = worst.map_or((Tone::Plain, ""), |score| desk.tone(score));
    let goes_up = |score: &Score| score.warning == Warning::Red || score.is_escalated();
    let red = concerns.iter().any(|concern| goes_up(concern.score));
    let person = desk.briefing.org.level(unit) == Some(Level::Person);
    let words = &desk.words.action;
    let action = match (person, red) {
        (true, true) => &words.person_red,
        (true, false) => &words.person_yellow,
        (false, true) => &words.department_red,
        (false, false) => &words.department_yellow,
    };
    let reasons: Vec<String> = concerns
        .iter()
        .filter_map(|concern| {
            let (metric, score) = (concern.metric, concern.score);
            let to_date = warned::is_to_date(score);
            let phrase = if to_date { &words.reason_to_date } else { &words.reason };
            let judged = warned::judged(desk, score);
            let reason = phrase.fill(&[
                ("metric", &desk.label_inside(metric)),
                ("since", warned::since(desk)),
                ("attainment", &desk.numbers.attainment(judged.attainment.known()?)),
                ("gap", &desk.gap(metric, judged.gap.as_ref()?)),
            ]);
            Some(match warned::streak(desk, score) {
                Some(streak) => words.lasting.fill(&[("reason", &reason), ("streak", &streak)]),
                None => reason,
            })
        })
        .collect();
    vec![
        strong(desk.name(unit)),
        plain(home_name(desk, unit)),
        Cell { text: word.to_owned(), tone, ..Cell::default() },
        plain(reasons.join(desk.words.list.clause.text())),
        plain(action.text()),
    ]
}
