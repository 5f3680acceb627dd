//! Where the year is heading: time progress, what the year would come to, and what is still needed.

use super::by_month;
use super::desk::{Desk, muted, plain, strong};
use super::digits::honest;
use super::document::{Cell, Notice, Table, Tone};
use super::units::{left, right};
use super::words::{Phrase, inside};
use crate::calc::pace::{Estimate, Forecast, Pace, Progress, Rolling, Unpaced};
use crate::calc::{Recovery, RecoveryState};
use crate::model::{Exact, Metric, MetricUnit, UnitId, round};

type Paced<'a> = (&'a Metric, &'a Pace);

/// The pace of a unit's metric by the last month of the judged period, where there is one.
fn pace_of<'a>(desk: &Desk<'a>, unit: &UnitId, metric: &Metric) -> Option<&'a Pace> {
    let found = desk.briefing.cards.pace.get(&(unit.clone(), metric.id.clone()))?;
    let last = desk.briefing.judged.last_month(desk.briefing.fiscal);
    (found.month == last).then_some(found)
}

/// The metrics of the headline that have a target or a figure to date, in their order.
fn headline<'a>(desk: &Desk<'a>) -> Vec<Paced<'a>> {
    let metrics = desk.briefing.headline.iter().filter_map(|id| desk.metric(id));
    metrics.filter_map(|metric| Some((metric, pace_of(desk, desk.unit, metric)?))).collect()
}

fn adds(pace: &Pace) -> bool {
    pace.recovery != Err(Unpaced::DoesNotAdd)
}

/// Those that add up over the year, and have a target for it.
fn targeted<'a>(desk: &Desk<'a>) -> Vec<Paced<'a>> {
    let mut paced = headline(desk);
    paced.retain(|(_, pace)| adds(pace) && pace.target.known().is_some());
    paced
}

/// “预计全年按工作日1.2亿元、按去年节奏1.1亿元，全年目标1.3亿元。”; none at the year's end.
pub(super) fn lead(desk: &Desk<'_>, metric: &Metric) -> Option<String> {
    let pace = pace_of(desk, desk.unit, metric).filter(|pace| pace.months_left > 0)?;
    let target = pace.target.known()?;
    let words = &desk.words.pace;
    let said: Vec<String> = ways(desk, pace)
        .into_iter()
        .filter_map(|way| Some((way.by, way.found.as_ref().ok()?)))
        .map(|(by, forecast)| {
            let value = desk.numbers.short(metric, &forecast.value, Some(target));
            words.lead_one.fill(&[("by", &inside(by)), ("value", &value)])
        })
        .collect();
    let target = desk.numbers.target_short(metric, target);
    let gaps = [("values", desk.words.list(&said)), ("target", target)];
    let gaps: Vec<(&str, &str)> = gaps.iter().map(|(key, text)| (*key, text.as_str())).collect();
    (!said.is_empty()).then(|| words.lead.fill(&gaps))
}

/// A way to the year's end.
struct Way<'a> {
    by: &'a str,
    found: &'a Estimate<Forecast>,
    formula: &'a Phrase,
}

fn ways<'a>(desk: &'a Desk<'_>, pace: &'a Pace) -> [Way<'a>; 3] {
    let words = &desk.words.pace;
    [
        Way { by: words.by_days.text(), found: &pace.rate_by_days, formula: &words.formula_days },
        Way {
            by: words.by_targets.text(),
            found: &pace.rate_by_targets,
            formula: &words.formula_targets,
        },
        Way {
            by: words.by_last_year.text(),
            found: &pace.by_last_year,
            formula: &words.formula_last_year,
        },
    ]
}

/// The tables: what the year still takes, and what it would come to.
pub(super) fn tables(desk: &Desk<'_>) -> Vec<Table> {
    [needed(desk), forecasts(desk)].into_iter().flatten().collect()
}

fn needed(desk: &Desk<'_>) -> Option<Table> {
    let paced = targeted(desk);
    let (words, column) = (&desk.words.pace, &desk.words.column);
    let columns = vec![
        left(&column.metric),
        left(&words.state).under(),
        right(&words.year_target),
        right(&words.to_date),
        right(&words.target_to_date).under(),
        right(&words.required),
    ];
    let rows: Vec<Vec<Cell>> = paced
        .iter()
        .map(|(metric, pace)| {
            vec![
                strong(desk.label(metric)),
                state(desk, &pace.recovery),
                desk.figure(metric, &pace.target, None),
                desk.figure(metric, &pace.to_date, pace.target_to_date.known()),
                desk.figure(metric, &pace.target_to_date, None),
                required(desk, metric, pace),
            ]
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let mut notes = progress_notes(desk, &paced);
    // Those out of reach have a notice of their own.
    let told = paced.iter().filter(|(_, pace)| !is_lost(pace));
    notes.extend(told.filter_map(|(metric, pace)| sentence(desk, metric, pace)));
    let others: Vec<&Metric> =
        headline(desk).into_iter().filter(|(_, pace)| !adds(pace)).map(|of| of.0).collect();
    if !others.is_empty() {
        notes.push(words.does_not_add.fill(&[("metrics", &desk.labels(&others))]));
    }
    Some(Table { key: "pace", title: words.title.text().to_owned(), columns, rows, notes })
}

fn required(desk: &Desk<'_>, metric: &Metric, pace: &Pace) -> Cell {
    match &pace.required {
        Ok(required) if required.is_positive() => plain(each(desk, metric, required)),
        Ok(_) => plain(desk.words.pace.reached.text()),
        Err(why) => muted(why_not(desk, *why)),
    }
}

/// What each month left must bring of a unit's metric, for a table of units; a dash where nothing
/// adds up to a year.
pub(super) fn required_of(desk: &Desk<'_>, unit: &UnitId, metric: &Metric) -> Cell {
    match pace_of(desk, unit, metric).filter(|pace| adds(pace)) {
        Some(pace) => required(desk, metric, pace),
        None => desk.nothing(),
    }
}

/// What each month left must bring so that the year's target is reached, as a number; none where it
/// is reached, or cannot be told.
pub(super) fn required_in_words(desk: &Desk<'_>, metric: &Metric) -> Option<String> {
    let pace = pace_of(desk, desk.unit, metric).filter(|pace| adds(pace))?;
    let required = pace.required.as_ref().ok().filter(|required| required.is_positive())?;
    Some(each(desk, metric, required))
}

/// How much of year and quarter has passed: by working days, and by the targets of each metric.
fn progress_notes(desk: &Desk<'_>, paced: &[Paced<'_>]) -> Vec<String> {
    let words = &desk.words.pace;
    let mut notes = Vec::new();
    let share = |of: &Estimate<Progress>| {
        of.as_ref()
            .map_or_else(|why| why_not(desk, *why).to_owned(), |of| desk.numbers.share(&of.share))
    };
    if let Some((_, pace)) = paced.first() {
        notes.push(match &pace.by_days {
            Ok(days) => words.progress_days.fill(&[
                ("share", &desk.numbers.share(&days.share)),
                ("passed", &round::to_plain(&days.passed)),
                ("whole", &round::to_plain(&days.whole)),
                ("quarter", &share(&pace.quarter_by_days)),
            ]),
            Err(why) => words.progress_none.fill(&[("why", &inside(why_not(desk, *why)))]),
        });
        if !desk.briefing.calendar.has_table() {
            notes.push(words.no_calendar.text().to_owned());
        }
    }
    let by_targets: Vec<String> = paced
        .iter()
        .filter(|(_, pace)| pace.by_targets.is_ok())
        .map(|(metric, pace)| {
            words.progress_metric.fill(&[
                ("metric", &desk.label_inside(metric)),
                ("share", &share(&pace.by_targets)),
                ("quarter", &share(&pace.quarter_by_targets)),
            ])
        })
        .collect();
    if !by_targets.is_empty() {
        let metrics = by_targets.join(desk.words.list.clause.text());
        notes.push(words.progress_targets.fill(&[("metrics", &metrics)]));
    }
    notes
}

/// What the year would come to, each way beside the others, and below how that was worked out.
fn forecasts(desk: &Desk<'_>) -> Option<Table> {
    let (words, column) = (&desk.words.pace, &desk.words.column);
    let mut columns = vec![left(&column.metric)];
    for way in [&words.by_days, &words.by_targets, &words.by_last_year] {
        columns.push(right(way));
        columns.push(right(&words.forecast_attainment).under());
        columns.push(right(&column.gap).under());
    }
    let mut paced = targeted(desk);
    paced.retain(|(_, pace)| pace.months_left > 0);
    let row = |(metric, pace): &Paced<'_>| -> Vec<Cell> {
        let ways = ways(desk, pace);
        let cells = ways.iter().flat_map(|way| forecast_cells(desk, metric, pace, way));
        std::iter::once(strong(desk.label(metric))).chain(cells).collect()
    };
    let rows: Vec<Vec<Cell>> = paced.iter().map(row).collect();
    let mut notes = vec![words.forecast_note.text().to_owned()];
    notes.extend(paced.iter().filter_map(|(metric, pace)| formulas(desk, metric, pace)));
    let title = words.forecasts.text().to_owned();
    (!rows.is_empty()).then_some(Table { key: "forecast", title, columns, rows, notes })
}

/// The whole year, what that is of its target, and how far from it.
fn forecast_cells(desk: &Desk<'_>, metric: &Metric, pace: &Pace, way: &Way<'_>) -> [Cell; 3] {
    let forecast = match way.found {
        Ok(forecast) => forecast,
        Err(why) => return [muted(why_not(desk, *why)), desk.nothing(), desk.nothing()],
    };
    let attainment = forecast.attainment.as_ref().map(|share| desk.numbers.attainment(share));
    let gap = forecast.gap.as_ref().map(|gap| desk.gap(metric, gap));
    let or_nothing = |text: Option<String>| text.map_or_else(|| desk.nothing(), plain);
    [
        plain(desk.numbers.short(metric, &forecast.value, pace.target.known())),
        or_nothing(attainment),
        or_nothing(gap),
    ]
}

/// “销售额的算式：按工作日进度＝912.3万元÷（…）；…”.
fn formulas(desk: &Desk<'_>, metric: &Metric, pace: &Pace) -> Option<String> {
    let ways = ways(desk, pace);
    let said: Vec<String> = ways
        .iter()
        .filter_map(|way| Some((way, way.found.as_ref().ok()?)))
        .map(|(way, forecast)| {
            let formula = formula(desk, metric, pace, way, forecast);
            desk.words.mail.formula.fill(&[("by", &inside(way.by)), ("formula", &formula)])
        })
        .collect();
    let formulas = said.join(desk.words.list.clause.text());
    let gaps = [("metric", desk.label(metric)), ("formulas", &formulas)];
    (!said.is_empty()).then(|| desk.words.mail.formulas.fill(&gaps))
}

fn formula(
    desk: &Desk<'_>,
    metric: &Metric,
    pace: &Pace,
    way: &Way<'_>,
    forecast: &Forecast,
) -> String {
    let short = |value: &Exact| match std::ptr::eq(way.found, &pace.rate_by_days) {
        true => round::to_plain(value),
        false => desk.numbers.short(metric, value, None),
    };
    let to_date = pace.to_date.known().map(|value| desk.numbers.short(metric, value, None));
    way.formula.fill(&[
        ("to_date", &to_date.unwrap_or_default()),
        ("share", &desk.numbers.share(&forecast.course.share)),
        ("passed", &short(&forecast.course.passed)),
        ("whole", &short(&forecast.course.whole)),
    ])
}

/// The trailing three months of the unit's metric, where any of their figures is known.
pub(super) fn rolling<'a>(desk: &Desk<'a>, metric: &Metric) -> Option<&'a Rolling> {
    let rolling = &pace_of(desk, desk.unit, metric)?.rolling;
    let known = [&rolling.actual, &rolling.year_ago].iter().any(|figure| figure.known().is_some());
    known.then_some(rolling)
}

/// The recovery state of a unit's metric, for a table of units.
pub(super) fn state_of(desk: &Desk<'_>, unit: &UnitId, metric: &Metric) -> Cell {
    match pace_of(desk, unit, metric) {
        Some(pace) if pace.recovery.is_ok() => state(desk, &pace.recovery),
        _ => desk.nothing(),
    }
}

fn state(desk: &Desk<'_>, recovery: &Estimate<Recovery>) -> Cell {
    let words = &desk.words.pace;
    let recovery = match recovery {
        Ok(recovery) => recovery,
        Err(why) => return muted(why_not(desk, *why)),
    };
    let (word, tone) = match recovery.state {
        RecoveryState::OnPlan => (&words.on_plan, Tone::Good),
        RecoveryState::BackOnPlan => (&words.back_on_plan, Tone::Good),
        RecoveryState::Recovering => (&words.recovering, Tone::Plain),
        RecoveryState::NewlyBehind => (&words.newly_behind, Tone::Watch),
        RecoveryState::Behind => (&words.behind, Tone::Watch),
        RecoveryState::OutOfReach => (&words.out_of_reach, Tone::Bad),
    };
    let text = match recovery.state {
        RecoveryState::NewlyBehind => by_month::newly_behind(desk),
        _ => None,
    };
    let text = text.unwrap_or_else(|| word.text().to_owned());
    Cell { text, tone, ..Cell::default() }
}

/// The state with its numbers, and what is still needed.
fn sentence(desk: &Desk<'_>, metric: &Metric, pace: &Pace) -> Option<String> {
    let recovery = pace.recovery.as_ref().ok()?;
    let words = &desk.words.pace;
    let behind = desk.numbers.distance(metric, &recovery.behind);
    let before = recovery.behind_before.as_ref();
    let before = before.map_or_else(String::new, |before| desk.numbers.distance(metric, before));
    let phrase = match (recovery.state, &pace.required) {
        (RecoveryState::OutOfReach, Err(Unpaced::YearOver)) => &words.said_missed,
        (RecoveryState::OnPlan, _) => &words.said_on_plan,
        (RecoveryState::BackOnPlan, _) => &words.said_back,
        (RecoveryState::Recovering, _) => &words.said_recovering,
        (RecoveryState::NewlyBehind, _) => &words.said_newly,
        (RecoveryState::Behind, _) => &words.said_behind,
        (RecoveryState::OutOfReach, _) => &words.said_out_of_reach,
    };
    let [month, last] = by_month::names(desk);
    let phrase = by_month::phrase(desk, recovery.state).unwrap_or(phrase);
    let said = phrase.fill(&[
        ("metric", desk.label(metric)),
        ("month", &month),
        ("last", &last),
        ("behind", &behind),
        ("before", &before),
        ("reach", &desk.numbers.share(&desk.briefing.plan.warning.out_of_reach_above)),
    ]);
    let sentences: Vec<String> =
        [Some(said), need(desk, metric, pace, recovery)].into_iter().flatten().collect();
    Some(sentences.join(desk.words.list.sentence.text()))
}

/// What each month needs on average: an amount of money rounded up, so that it is enough; of things
/// that are counted with its part, as the share of the best month is told from it.
fn each(desk: &Desk<'_>, metric: &Metric, required: &Exact) -> String {
    match metric.unit {
        MetricUnit::Money => desk.numbers.enough(metric, required),
        _ => desk.numbers.short(metric, required, None),
    }
}

/// “后续每月需完成¥…，为近12个月最好月份（2026年3月，¥…）的1.3倍。”
fn need(desk: &Desk<'_>, metric: &Metric, pace: &Pace, recovery: &Recovery) -> Option<String> {
    let words = &desk.words.pace;
    let required = pace.required.as_ref().ok()?;
    if !required.is_positive() {
        return (pace.months_left > 0).then(|| words.said_reached.text().to_owned());
    }
    let each = each(desk, metric, required);
    let left = pace.months_left.to_string();
    let (Some(times), Some((month, best))) = (&recovery.of_best, &pace.best) else {
        return Some(words.need.fill(&[("required", &each), ("left", &left)]));
    };
    let reach = &desk.briefing.plan.warning.out_of_reach_above;
    Some(words.need_of_best.fill(&[
        ("required", &each),
        ("left", &left),
        ("month", &desk.period_text(*month)),
        ("best", &desk.numbers.short(metric, best, None)),
        ("times", &honest(times, 1, Some(reach))),
    ]))
}

fn is_lost(pace: &Pace) -> bool {
    pace.recovery.as_ref().is_ok_and(|of| of.state == RecoveryState::OutOfReach)
}

/// The headline's metrics whose year is out of reach.
pub(super) fn notice(desk: &Desk<'_>) -> Option<Notice> {
    let mut lost = targeted(desk);
    lost.retain(|(_, pace)| is_lost(pace));
    let over = lost.first()?.1.required == Err(Unpaced::YearOver);
    let words = &desk.words.pace;
    let title = if over { &words.missed_title } else { &words.lost_title };
    let metrics: Vec<&Metric> = lost.iter().map(|(metric, _)| *metric).collect();
    let lines = lost.iter().filter_map(|(metric, pace)| sentence(desk, metric, pace)).collect();
    let title = title.fill(&[("metrics", &desk.labels(&metrics))]);
    Some(Notice { tone: Tone::Bad, title, lines })
}

fn why_not<'a>(desk: &'a Desk<'_>, why: Unpaced) -> &'a str {
    let (words, absence) = (&desk.words.pace, &desk.words.absence);
    match why {
        Unpaced::DoesNotAdd => absence.nothing.text(),
        Unpaced::NoTarget => absence.no_target.text(),
        Unpaced::ZeroTarget => absence.zero_target.text(),
        Unpaced::NoData => absence.no_data.text(),
        Unpaced::NoBase => words.no_base.text(),
        Unpaced::UnknownCalendar => words.unknown_calendar.text(),
        Unpaced::NothingPassed => words.nothing_passed.text(),
        Unpaced::YearOver => words.year_over.text(),
    }
}
