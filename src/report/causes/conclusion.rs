//! The conclusion on a unit's metric, in one sentence. Every figure in it is looked up.

use super::{base_name, period_of, score_of};
use crate::calc::causes::{
    Base, Cause, CustomerMove, Driver, DriverBase, Finding, Part, Process, Split,
};
use crate::model::{Exact, Metric, MetricId, MetricUnit, Period};
use crate::report::desk::Desk;

/// Process metrics that are named on each side.
const MOST_PROCESS: usize = 2;

/// “华东区2024年第1季度销售额完成率85.0%，缺口195万元，其中3月占72.0%；客户拜访量（102.0%）达标；
/// 方案通过率仅60.0%，低于目标80%（占缺口的93.1%），为主要原因。”
pub(super) fn conclusion(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<String> {
    let words = &desk.words.cause;
    let score = score_of(desk, cause)?;
    let mut head = words.head.fill(&[
        ("name", &desk.name_before_number(&cause.unit)),
        ("period", &period_of(desk, cause)),
        ("metric", &desk.label_inside(metric)),
        ("attainment", &desk.numbers.attainment(score.attainment.known()?)),
        ("gap", &desk.gap(metric, &cause.gap)),
    ]);
    if let Some(parts) = main_parts(desk, metric, cause) {
        head.push_str(&words.of_which.fill(&[("parts", &parts)]));
    }
    let mut clauses = vec![head];
    clauses.extend(process(desk, cause));
    clauses.extend(finding(desk, metric, cause));
    let text = clauses.join(desk.words.list.clause.text());
    Some(words.sentence.fill(&[("text", &text)]))
}

/// “3月占72.0%、张伟占45.0%”: the months, those below and the customers that make most of the gap.
fn main_parts(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<String> {
    let months = cause.months.as_ref().and_then(|months| main_months(desk, metric, months));
    let units = cause.units.as_ref();
    let units = units.and_then(|units| main(desk, metric, units, |id| desk.name(id)));
    let of_gap = cause.customers.iter().map(|customers| &customers.named);
    let customers = of_gap.filter(|named| named.base == Base::Target);
    let customers = customers
        .filter_map(|named| main(desk, metric, named, |one: &CustomerMove| one.customer.clone()));
    let named: Vec<String> = months.into_iter().chain(units).chain(customers).collect();
    (!named.is_empty()).then(|| desk.words.list(&named))
}

/// “3月占72.0%、2月占31.0%”: the months that make most of a gap; none where none does, or where
/// there is but one.
pub(super) fn main_months(
    desk: &Desk<'_>,
    metric: &Metric,
    months: &Split<Period>,
) -> Option<String> {
    let named = main(desk, metric, months, |month| desk.month_text(*month));
    named.filter(|_| months.parts.len() > 1)
}

/// The main parts of a split that have a name: each with its share, or with its amount where one is
/// larger than the whole, as nobody can picture “占168.3%”.
fn main<N>(
    desk: &Desk<'_>,
    metric: &Metric,
    split: &Split<N>,
    name: impl Fn(&N) -> String,
) -> Option<String> {
    let words = &desk.words.cause;
    let parts: Vec<(String, &Part<N>)> = split
        .main()
        .into_iter()
        .map(|part| (name(&part.name), part))
        .filter(|(name, _)| !name.is_empty())
        .collect();
    let offset = parts.iter().any(|(_, part)| exceeds_whole(part));
    let of = |(name, part): &(String, &Part<N>)| {
        if offset {
            let amount = amount_text(desk, metric, split.base, &part.amount);
            return Some(words.part.fill(&[("name", name), ("amount", &amount)]));
        }
        let share = desk.numbers.part(part.share.as_ref()?);
        Some(words.takes.fill(&[("name", name), ("share", &share)]))
    };
    let named: Vec<String> = parts.iter().filter_map(of).collect();
    let text = desk.words.list(&named);
    match (named.is_empty(), offset) {
        (true, _) => None,
        (false, false) => Some(text),
        (false, true) => Some(words.offset.fill(&[("parts", &text)])),
    }
}

/// Whether a part is larger than the whole, since others offset it.
pub(super) fn exceeds_whole<N>(part: &Part<N>) -> bool {
    part.share.as_ref().is_some_and(|share| *share > Exact::from(1))
}

/// Which process metrics met their target and which did not; those that are named as causes are
/// left to that.
fn process(desk: &Desk<'_>, cause: &Cause) -> Vec<String> {
    let words = &desk.words.cause;
    let main: Vec<&MetricId> = cause.main_drivers().iter().map(|part| &part.name.metric).collect();
    let (met, missed): (Vec<&Process>, Vec<&Process>) = cause
        .process
        .iter()
        .filter(|process| !main.contains(&&process.metric))
        .partition(|process| process.is_met());
    let names = |of: &[&Process]| -> Option<String> {
        let named = of.iter().take(MOST_PROCESS).filter_map(|process| {
            let name = desk.label_inside(desk.metric(&process.metric)?);
            let value = desk.numbers.attainment(&process.attainment);
            Some(desk.words.list.named_value.fill(&[("name", &name), ("value", &value)]))
        });
        let named: Vec<String> = named.collect();
        (!named.is_empty()).then(|| desk.words.list(&named))
    };
    [(&words.met, names(&met)), (&words.missed, names(&missed))]
        .into_iter()
        .filter_map(|(phrase, metrics)| Some(phrase.fill(&[("metrics", &metrics?)])))
        .collect()
}

/// What may be said of the cause; nothing where nobody gave a tree.
pub(super) fn finding(desk: &Desk<'_>, metric: &Metric, cause: &Cause) -> Option<String> {
    let words = &desk.words.cause;
    let drivers = cause.drivers.as_ref();
    let base = drivers.map_or(Base::Target, |drivers| drivers.split.base);
    match cause.finding {
        Finding::NoTree => None,
        Finding::NoFigures => Some(words.no_figures.text().to_owned()),
        Finding::NotWorse | Finding::SmallChange => {
            let change = change_text(desk, metric, &drivers?.split.whole);
            let small = cause.finding == Finding::SmallChange;
            let phrase = if small { &words.small_change } else { &words.not_worse };
            Some(phrase.fill(&[("base", base_name(desk, base)), ("change", &change)]))
        }
        Finding::NoSingle => Some(words.no_single.text().to_owned()),
        Finding::Main => {
            let whole = whole_name(desk, base);
            let said: Vec<String> = cause
                .main_drivers()
                .into_iter()
                .filter_map(|part| {
                    let text = state_of(desk, part, base)?;
                    if exceeds_whole(part) {
                        return Some(words.driver_offset.fill(&[
                            ("driver", &text),
                            ("metric", &desk.label_inside(metric)),
                            ("change", &change_text(desk, metric, &part.amount)),
                        ]));
                    }
                    let share = desk.numbers.part(part.share.as_ref()?);
                    let gaps = [("driver", text.as_str()), ("whole", whole), ("share", &share)];
                    Some(words.driver_share.fill(&gaps))
                })
                .collect();
            let drivers = said.join(desk.words.list.clause.text());
            Some(words.main.fill(&[("drivers", &drivers)]))
        }
    }
}

/// “方案通过率仅60.0%，低于目标80%”: where a factor stands against its base.
pub(super) fn state_of(desk: &Desk<'_>, part: &Part<Driver>, base: Base) -> Option<String> {
    let words = &desk.words.cause;
    let (now, old) = (part.now.as_ref()?, part.base.as_ref()?);
    let metric = desk.metric(&part.name.metric)?;
    let low = now < old;
    let phrase = match (part.name.base, low) {
        _ if now == old => &words.same,
        (DriverBase::Target, true) => &words.below_target,
        (DriverBase::Target, false) => &words.above_target,
        (DriverBase::Implied, true) => &words.below_implied,
        (DriverBase::Implied, false) => &words.above_implied,
        (DriverBase::Earlier, true) => &words.below_earlier,
        (DriverBase::Earlier, false) => &words.above_earlier,
    };
    let (now_text, old_text) = figures(desk, metric, part.name.base, (now, old));
    Some(phrase.fill(&[
        ("metric", &desk.label_inside(metric)),
        ("now", &now_text),
        ("base", &old_text),
        ("period", base_name(desk, base)),
    ]))
}

/// Figure and base, with all their digits where the short ones would look the same.
fn figures(
    desk: &Desk<'_>,
    metric: &Metric,
    base: DriverBase,
    (now, old): (&Exact, &Exact),
) -> (String, String) {
    let short = desk.numbers.short(metric, now, Some(old));
    let old_short = match base {
        DriverBase::Target => desk.numbers.target_short(metric, old),
        _ => desk.numbers.short(metric, old, None),
    };
    if short == old_short && now != old {
        (desk.numbers.precise(metric, now), desk.numbers.precise(metric, old))
    } else {
        (short, old_short)
    }
}

/// “减少62.3万元”, “上升2.0个百分点”: how a figure changed.
pub(in crate::report) fn change_text(desk: &Desk<'_>, metric: &Metric, amount: &Exact) -> String {
    let words = &desk.words.cause;
    let phrase = match (metric.unit, amount.is_negative()) {
        (MetricUnit::Percent, true) => &words.fell,
        (MetricUnit::Percent, false) => &words.rose,
        (_, true) => &words.less,
        (_, false) => &words.more,
    };
    phrase.fill(&[("amount", &desk.numbers.distance(metric, amount))])
}

/// What a part makes of a gap or a change: “缺口62.3万元”, “拉低1.2个百分点”, “减少62.3万元”.
pub(super) fn amount_text(desk: &Desk<'_>, metric: &Metric, base: Base, amount: &Exact) -> String {
    let words = &desk.words.cause;
    let pulled = if amount.is_negative() { &words.pulled_down } else { &words.pulled_up };
    match (base, metric.unit) {
        (Base::Target, MetricUnit::Percent | MetricUnit::Days) => {
            pulled.fill(&[("amount", &desk.numbers.distance(metric, amount))])
        }
        (Base::Target, _) => desk.gap(metric, amount),
        _ => change_text(desk, metric, amount),
    }
}

/// What shares are shares of.
pub(super) fn whole_name<'a>(desk: &Desk<'a>, base: Base) -> &'a str {
    let words = &desk.words.cause;
    match base {
        Base::Target => words.whole_gap.text(),
        Base::YearAgo(_) => words.whole_year_ago.text(),
        Base::Previous(_) => words.whole_previous.text(),
    }
}
