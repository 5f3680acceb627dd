//! The rows of a card: what, when, where, who and why, each from the parts of the gap.

use super::conclusion::{amount_text, change_text, exceeds_whole, finding, main_months, state_of};
use super::{base_name, period_of, score_of, span_of, spanning};
use crate::calc::causes::{Base, Cause, CustomerGroup, CustomerKind, Customers, Part, Split};
use crate::model::{DimensionId, Direction, Exact, Metric};
use crate::report::desk::Desk;

/// Parts that are named of one split.
const MOST_PARTS: usize = 3;

/// Actual, target and gap.
pub(super) fn what(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<String> {
    let score = score_of(desk, cause)?;
    let (actual, target) = (score.actual.known()?, score.target.known()?);
    Some(desk.words.cause.what_line.fill(&[
        ("period", &period_of(desk, cause)),
        ("metric", &desk.label_inside(metric)),
        ("actual", &desk.numbers.short(metric, actual, Some(target))),
        ("target", &desk.numbers.target_short(metric, target)),
        ("attainment", &desk.numbers.attainment(score.attainment.known()?)),
        ("gap", &desk.gap(metric, &cause.gap)),
    ]))
}

/// Which months made the gap: of the cause's own period, and of the year to date for a month.
pub(super) fn when(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<String> {
    let words = &desk.words.cause;
    let longer = spanning(desk, cause)?;
    let months = longer.months.as_ref().filter(|months| months.parts.len() > 1)?;
    let span = span_of(desk, longer);
    let gap = desk.gap(metric, &longer.gap);
    let gaps = [("span", span.as_str()), ("gap", &gap)];
    if !is_short(metric, &longer.gap) {
        return Some(words.months_fine.fill(&gaps));
    }
    Some(match main_months(desk, metric, months) {
        Some(named) => words.months_named.fill(&[gaps[0], gaps[1], ("months", &named)]),
        None => {
            let least = desk.numbers.share(&desk.briefing.causes.least_share);
            let bad = months.parts.iter().filter(|part| is_short(metric, &part.amount));
            let largest = bad.max_by(|a, b| {
                let size = a.amount.abs().cmp(&b.amount.abs());
                size.then_with(|| b.name.cmp(&a.name))
            })?;
            words.months_even.fill(&[
                gaps[0],
                gaps[1],
                ("name", &desk.month_text(largest.name)),
                ("share", &desk.numbers.part(largest.share.as_ref()?)),
                ("least", &least),
            ])
        }
    })
}

/// By each dimension, what made most for the worse.
pub(super) fn place(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<String> {
    let words = &desk.words.cause;
    let of = |(id, split): &(DimensionId, Split<String>)| {
        let dimension = desk.briefing.dimensions.iter().find(|one| one.id == *id)?;
        let name = |value: &String| match value.is_empty() {
            true => words.unnamed.text().to_owned(),
            false => value.clone(),
        };
        let values = worst(desk, metric, split, name)?;
        Some(words.by_dimension.fill(&[
            ("dimension", dimension.label.get(desk.language)),
            ("change", &against(desk, metric, split.base, &split.whole)),
            ("values", &values),
        ]))
    };
    let said: Vec<String> = cause.dimensions.iter().filter_map(of).collect();
    (!said.is_empty()).then(|| said.join(desk.words.list.sentence.text()))
}

/// The units and people right below, and the customers.
pub(super) fn who(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<String> {
    let words = &desk.words.cause;
    let units = cause.units.as_ref().and_then(|units| {
        let values = worst(desk, metric, units, |id| desk.name(id))?;
        Some(words.by_units.fill(&[("values", &values)]))
    });
    let customers =
        cause.customers.iter().filter_map(|customers| by_customers(desk, metric, customers));
    let said: Vec<String> = units.into_iter().chain(customers).collect();
    (!said.is_empty()).then(|| said.join(desk.words.list.sentence.text()))
}

/// Where each factor stands, and what may be concluded.
pub(super) fn why(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<String> {
    let words = &desk.words.cause;
    let base = cause.drivers.as_ref().map_or(Base::Target, |drivers| drivers.split.base);
    let parts = cause.drivers.iter().flat_map(|drivers| &drivers.split.parts);
    let mut clauses: Vec<String> = parts
        .filter(|part| !part.is_main())
        .filter_map(|part| state_of(desk, part, base))
        .collect();
    clauses.extend(finding(desk, metric, cause));
    let others = cause.process.iter().filter(|process| {
        let mut parts = cause.drivers.iter().flat_map(|drivers| &drivers.split.parts);
        !parts.any(|part| part.name.metric == process.metric)
    });
    clauses.extend(others.filter_map(|process| {
        let metric = desk.metric(&process.metric)?;
        let phrase = if process.is_met() { &words.process_met } else { &words.process_missed };
        Some(phrase.fill(&[
            ("metric", &desk.label_inside(metric)),
            ("actual", &desk.numbers.short(metric, &process.actual, Some(&process.target))),
            ("target", &desk.numbers.target_short(metric, &process.target)),
            ("attainment", &desk.numbers.attainment(&process.attainment)),
        ]))
    }));
    let text = clauses.join(desk.words.list.clause.text());
    (!clauses.is_empty()).then(|| words.sentence.fill(&[("text", &text)]))
}

/// Whether an amount is for the worse.
fn is_short(metric: &Metric, amount: &Exact) -> bool {
    match metric.direction {
        Direction::Higher => amount.is_negative(),
        Direction::Lower => amount.is_positive(),
    }
}

/// The largest parts for the worse, with their shares where the whole is for the worse as well.
fn worst<N>(
    desk: &Desk<'_>,
    metric: &Metric,
    split: &Split<N>,
    name: impl Fn(&N) -> String,
) -> Option<String> {
    let words = &desk.words.cause;
    let mut bad: Vec<&Part<N>> =
        split.parts.iter().filter(|part| is_short(metric, &part.amount)).collect();
    bad.sort_by_key(|part| std::cmp::Reverse(part.amount.abs()));
    bad.truncate(MOST_PARTS);
    // A share above the whole is hard to picture, and so are those beside it.
    let offset = split.is_telling() && bad.iter().any(|part| exceeds_whole(part));
    let shown = |part: &Part<N>| {
        let (name, amount) =
            (name(&part.name), amount_text(desk, metric, split.base, &part.amount));
        let gaps = [("name", name.as_str()), ("amount", &amount)];
        match part.share.as_ref().filter(|_| split.is_telling() && !offset) {
            Some(share) => {
                words.part_share.fill(&[gaps[0], gaps[1], ("share", &desk.numbers.part(share))])
            }
            None => words.part.fill(&gaps),
        }
    };
    let named: Vec<String> = bad.into_iter().map(shown).collect();
    let text = named.join(desk.words.list.comma.text());
    match (named.is_empty(), offset) {
        (true, _) => None,
        (false, false) => Some(text),
        (false, true) => Some(words.offset.fill(&[("parts", &text)])),
    }
}

/// “与去年同期相比减少62.3万元”, or the gap.
fn against(desk: &Desk<'_>, metric: &Metric, base: Base, whole: &Exact) -> String {
    match base {
        Base::Target => desk.gap(metric, whole),
        _ => desk.words.cause.compared.fill(&[
            ("base", base_name(desk, base)),
            ("change", &change_text(desk, metric, whole)),
        ]),
    }
}

fn by_customers(desk: &Desk<'_>, metric: &Metric, customers: &Customers) -> Option<String> {
    let words = &desk.words.cause;
    let dimension = desk.briefing.dimensions.iter().find(|one| one.id == customers.dimension)?;
    let base = customers.groups.base;
    let group = |part: &Part<CustomerGroup>| {
        let phrase = match part.name.kind {
            CustomerKind::Gained => &words.gained,
            CustomerKind::Grown => &words.grown,
            CustomerKind::Shrunk => &words.shrunk,
            CustomerKind::Lost => &words.lost,
            CustomerKind::Ahead => &words.ahead,
            CustomerKind::Behind => &words.behind,
            CustomerKind::Unnamed => &words.nameless,
        };
        let amount = amount_text(desk, metric, base, &part.amount);
        let count = desk.numbers.whole(part.name.count as u64);
        phrase.fill(&[("count", &count), ("amount", &amount)])
    };
    let groups: Vec<String> = customers.groups.parts.iter().map(group).collect();
    let mut text = words.by_customers.fill(&[
        ("dimension", dimension.label.get(desk.language)),
        ("change", &against(desk, metric, base, &customers.groups.whole)),
        ("groups", &groups.join(desk.words.list.comma.text())),
    ]);
    let named = worst(desk, metric, &customers.named, |one| match one.customer.is_empty() {
        true => words.unnamed.text().to_owned(),
        false => one.customer.clone(),
    });
    if let Some(named) = named {
        text.push_str(&words.customers_named.fill(&[("values", &named)]));
    }
    Some(words.sentence.fill(&[("text", &text)]))
}
