//! A bonus coefficient in words: by which plan and rule, from which numbers, what it pays, and what
//! the next band would take.

use super::desk::Desk;
use super::document::{Notice, Tone};
use super::words::{Words, inside};
use crate::calc::{BandEdges, CoefficientAward, NextBand, NoCoefficient, Pay, SecondStep};
use crate::model::plan::{CoefficientMode, DaysBy, SecondAxis, SecondOf};
use crate::model::{Absence, Exact, Figure, Metric, MetricUnit};

/// The notice about an award.
pub(super) fn notice(desk: &Desk<'_>, award: &CoefficientAward) -> Notice {
    let words = &desk.words.coefficient;
    let basis = basis(desk, award);
    let mut lines: Vec<String> = Vec::new();
    let plan = award.plan.as_ref().and_then(|plan| plan.shown(desk.language));
    lines.extend(plan.map(|plan| words.plan.fill(&[("plan", plan)])));
    let coefficient = match &award.coefficient {
        Ok(coefficient) => coefficient,
        Err(why) => {
            lines.push(none(desk, award, &basis, why));
            let title = words.absent_title.text().to_owned();
            return Notice { tone: Tone::Muted, title, lines };
        }
    };
    let shown = desk.numbers.coefficient(coefficient);
    lines.extend(by_bands(desk, award, &basis));
    lines.extend(parts(desk, award));
    lines.extend(second(desk, award));
    lines.extend(award.uncapped.as_ref().map(|uncapped| {
        let uncapped = desk.numbers.coefficient(uncapped);
        words.capped.fill(&[("uncapped", &uncapped), ("cap", &shown)])
    }));
    lines.extend(pay(desk, award, &shown));
    let is_top = award.band.as_ref().is_some_and(|(_, to)| to.is_none());
    match &award.next {
        Some(next) => lines.extend(next_band(desk, award, &basis, next)),
        None if is_top && award.uncapped.is_none() => lines.push(words.top.text().to_owned()),
        None => {}
    }
    lines.extend(award.point.as_ref().map(|point| {
        words.point.fill(&[("basis", &basis), ("more", &desk.numbers.coefficient(point))])
    }));
    let tone = if award.next.is_none() { Tone::Good } else { Tone::Plain };
    Notice { tone, title: words.title.fill(&[("coefficient", &shown)]), lines }
}

pub(super) fn basis(desk: &Desk<'_>, award: &CoefficientAward) -> String {
    let words = &desk.words.coefficient;
    award.metric().and_then(|id| desk.metric(id)).map_or_else(
        || words.composite_basis.text().to_owned(),
        |metric| words.metric_basis.fill(&[("metric", &desk.label_inside(metric))]),
    )
}

/// Why there is none.
pub(super) fn none(
    desk: &Desk<'_>,
    award: &CoefficientAward,
    basis: &str,
    why: &NoCoefficient,
) -> String {
    let words = &desk.words.coefficient;
    let absence = |why: &Absence| inside(desk.absence(*why));
    match why {
        NoCoefficient::NoPlan { day, role } => {
            let day = day.to_string();
            match role {
                Some(role) => words.no_plan_role.fill(&[("day", &day), ("role", role)]),
                None => words.no_plan.fill(&[("day", &day)]),
            }
        }
        NoCoefficient::Participation { days, least, by } => {
            let phrase = match by {
                DaysBy::CalendarDays => &words.participation,
                DaysBy::WorkingDays => &words.participation_working,
            };
            phrase.fill(&[
                ("there", &days.there.to_string()),
                ("of", &days.of.to_string()),
                ("least", &desk.numbers.share(least)),
            ])
        }
        NoCoefficient::Basis(why) => {
            words.absent.fill(&[("basis", basis), ("absence", &absence(why))])
        }
        NoCoefficient::Second(why) => {
            let axis = award.plan.as_ref().and_then(|plan| plan.second.as_ref());
            let basis = axis.map_or_else(String::new, |axis| second_basis(desk, axis));
            words.absent.fill(&[("basis", &basis), ("absence", &absence(why))])
        }
    }
}

/// How the bands alone came to what they give.
fn by_bands(desk: &Desk<'_>, award: &CoefficientAward, basis: &str) -> Option<String> {
    let words = &desk.words.coefficient;
    let value = desk.numbers.attainment(award.value.as_ref()?.known()?);
    let earned = desk.numbers.coefficient(award.earned.as_ref()?);
    let edges = award.band.as_ref()?;
    let share = |value: &Exact| desk.numbers.share(value);
    let band = band(desk, edges, &share);
    let gaps = [("basis", basis), ("value", &value), ("band", &band), ("coefficient", &earned)];
    Some(match award.plan.as_ref()?.mode {
        CoefficientMode::Flat => words.band.fill(&gaps),
        CoefficientMode::Linear if edges.1.is_none() => words.band.fill(&gaps),
        CoefficientMode::Linear => words.linear.fill(&gaps),
        CoefficientMode::Marginal => {
            let slices: Vec<String> = award
                .slices
                .iter()
                .map(|slice| {
                    let to = if slice.to == *award.value.as_ref()?.known()? {
                        value.clone()
                    } else {
                        share(&slice.to)
                    };
                    Some(words.slice.fill(&[
                        ("from", &share(&slice.from)),
                        ("to", &to),
                        ("rate", &desk.numbers.coefficient(&slice.rate)),
                    ]))
                })
                .collect::<Option<_>>()?;
            let slices = slices.join(desk.words.list.comma.text());
            let gaps = [("basis", basis), ("value", &value), ("slices", &slices)];
            let gaps = [&gaps[..], &[("coefficient", earned.as_str())]].concat();
            if award.slices.is_empty() {
                words.no_slice.fill(&[
                    ("basis", basis),
                    ("value", &value),
                    ("coefficient", &earned),
                ])
            } else {
                words.marginal.fill(&gaps)
            }
        }
    })
}

/// The half-open band in words.
fn band(desk: &Desk<'_>, edges: &BandEdges, show: &dyn Fn(&Exact) -> String) -> String {
    band_text(desk.words, edges, show)
}

/// The half-open band in words; `show` writes an edge.
pub(super) fn band_text(
    words: &Words,
    (from, to): &BandEdges,
    show: &dyn Fn(&Exact) -> String,
) -> String {
    let words = &words.coefficient;
    let from_text = show(from);
    let Some(to) = to else { return words.from.fill(&[("from", &from_text)]) };
    let to_text = show(to);
    if from.is_positive() {
        words.between.fill(&[("from", &from_text), ("to", &to_text)])
    } else {
        words.below.fill(&[("to", &to_text)])
    }
}

/// What a composite is made of.
fn parts(desk: &Desk<'_>, award: &CoefficientAward) -> Option<String> {
    if award.parts.is_empty() {
        return None;
    }
    let words = &desk.words.coefficient;
    let said: Vec<String> = award
        .parts
        .iter()
        .filter_map(|part| {
            let attainment = match &part.counted {
                Figure::Known(share) => desk.numbers.attainment(share),
                Figure::Absent(absence) => inside(desk.absence(*absence)),
            };
            Some(words.part.fill(&[
                ("metric", &desk.label_inside(desk.metric(&part.metric)?)),
                ("attainment", &attainment),
                ("weight", &desk.numbers.share(&part.weight)),
            ]))
        })
        .collect();
    Some(words.parts.fill(&[("parts", &said.join(desk.words.list.clause.text()))]))
}

/// What the second metric is called where it decides.
pub(super) fn second_basis(desk: &Desk<'_>, axis: &SecondAxis) -> String {
    let Some(metric) = desk.metric(&axis.metric) else { return axis.metric.to_string() };
    let label = desk.label_inside(metric);
    match axis.of {
        SecondOf::Attainment => desk.words.coefficient.metric_basis.fill(&[("metric", &label)]),
        SecondOf::Actual => label,
    }
}

/// What the second metric multiplies by.
fn second(desk: &Desk<'_>, award: &CoefficientAward) -> Option<String> {
    let words = &desk.words.coefficient;
    let step: &SecondStep = award.second.as_ref()?;
    let axis = award.plan.as_ref()?.second.as_ref()?;
    let factor = step.factor.as_ref()?;
    let basis = second_basis(desk, axis);
    let product = &(award.earned.as_ref()? * factor);
    let metric = desk.metric(&axis.metric).filter(|_| axis.of == SecondOf::Actual);
    let show = |value: &Exact| match metric {
        Some(metric) => edge(desk, metric, value),
        None => desk.numbers.share(value),
    };
    let (value, edges) = match (&step.figure, &step.band) {
        (Figure::Known(value), Some(edges)) => (value, edges),
        _ => {
            let why = step.figure.absence().unwrap_or(Absence::NoData);
            let why = inside(desk.absence(why));
            return Some(words.second_absent.fill(&[("basis", &basis), ("absence", &why)]));
        }
    };
    let limits: Vec<Exact> = axis.bands.iter().map(|band| band.from.clone()).collect();
    let value = match metric {
        Some(metric) => desk.numbers.against(metric, value, &limits),
        None => desk.numbers.share_against(value, &limits),
    };
    let band = band(desk, edges, &show);
    if *factor == Exact::one() {
        return Some(words.second_same.fill(&[
            ("basis", &basis),
            ("value", &value),
            ("band", &band),
        ]));
    }
    Some(words.second.fill(&[
        ("basis", &basis),
        ("value", &value),
        ("band", &band),
        ("factor", &desk.numbers.coefficient(factor)),
        ("earned", &desk.numbers.coefficient(award.earned.as_ref()?)),
        ("product", &desk.numbers.coefficient(product)),
    ]))
}

pub(super) fn edge(desk: &Desk<'_>, metric: &Metric, value: &Exact) -> String {
    match metric.unit {
        MetricUnit::Percent => desk.numbers.share(value),
        _ => desk.numbers.target_short(metric, value),
    }
}

/// What is paid; that there is no base only where others have one.
fn pay(desk: &Desk<'_>, award: &CoefficientAward, coefficient: &str) -> Option<String> {
    let words = &desk.words.coefficient;
    let payout = match &award.pay {
        Pay::Nothing => return None,
        Pay::NoBase => {
            let anybody = desk.briefing.sight.somebody_has_base;
            return anybody.then(|| words.no_base.text().to_owned());
        }
        Pay::Paid(payout) => payout,
    };
    let (base, amount) = (desk.numbers.cents(&payout.base), desk.numbers.cents(&payout.amount));
    let months = payout.months.to_string();
    let gaps = [("base", base.as_str()), ("coefficient", coefficient), ("amount", &amount)];
    Some(match payout.months {
        1 => words.pay.fill(&gaps),
        _ => words.pay_months.fill(&[&gaps[..], &[("months", months.as_str())]].concat()),
    })
}

/// What the band above would take: an amount where there is one, else the points of attainment.
fn next_band(
    desk: &Desk<'_>,
    award: &CoefficientAward,
    basis: &str,
    next: &NextBand,
) -> Option<String> {
    let value = award.value.as_ref()?.known()?;
    let metric = award.metric().and_then(|id| desk.metric(id));
    let missing = match (metric, &next.missing) {
        (Some(metric), Some(missing)) => desk.numbers.enough(metric, &missing.abs()),
        _ => desk.numbers.points_up(&(&next.from - value)),
    };
    Some(desk.words.coefficient.missing.fill(&[
        ("coefficient", &desk.numbers.coefficient(&next.coefficient)),
        ("missing", &missing),
        ("basis", basis),
        ("from", &desk.numbers.share(&next.from)),
    ]))
}
