//! What became of the measures: open, due, overdue or done, and what the metric did since.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::figures::Figures;
use crate::model::{
    Absence, Action, Direction, Exact, Facts, Figure, FiscalYear, Metric, MetricId, Org, Period,
    Progress,
};

/// Where an action stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionState {
    /// Past due and not done.
    Overdue,
    /// Due today or within the days that count as soon.
    Due,
    Open,
    Done,
    Cancelled,
}

impl ActionState {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::Open => "open",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether something is still to be done.
    pub fn is_running(self) -> bool {
        matches!(self, Self::Overdue | Self::Due | Self::Open)
    }
}

/// How the metric moved against what was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EffectState {
    /// The metric is as good as expected, or better.
    Reached,
    /// Better than before, and not as good as expected.
    Improved,
    NoChange,
    Worse,
    /// One of the months has no figure, or none is over yet.
    NoData,
}

impl EffectState {
    /// The word of the results tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Improved => "improved",
            Self::NoChange => "no_change",
            Self::Worse => "worse",
            Self::NoData => "no_data",
        }
    }
}

/// Which month is looked at afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The first whole month after the action was done, or fell due.
    FirstMonth,
    /// That one is not judged yet: the latest one that is.
    LatestMonth,
}

/// What the metric came to before and after, and what that means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    pub state: EffectState,
    /// The last whole month before the action was opened.
    pub before: Option<(Period, Figure)>,
    pub after: Option<(Period, Figure)>,
    pub which: After,
}

/// An action, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    pub action: Action,
    pub state: ActionState,
    /// Days until it is due; negative once it is past.
    pub days_left: i64,
    /// Once it is done or due.
    pub effect: Option<Effect>,
}

/// What actions are followed up with.
#[derive(Clone, Copy)]
pub struct FollowUpCase<'a> {
    pub actions: &'a [Action],
    pub metrics: &'a [Metric],
    pub facts: &'a Facts,
    pub org: &'a Org,
    pub fiscal: FiscalYear,
    /// The last month that is judged.
    pub month: Period,
    /// The day on which the actions are looked at.
    pub today: NaiveDate,
    pub due_soon_days: u32,
}

/// The months whose figures the effects of actions need.
pub fn months_needed(
    actions: &[Action],
    month: Period,
    today: NaiveDate,
    fiscal: FiscalYear,
) -> BTreeSet<Period> {
    let wanted = |action: &Action| -> Vec<Period> {
        let Some(from) = begins_to_show(action, today) else { return Vec::new() };
        let after = after(action, from, month, fiscal).map(|(period, _)| period);
        before(action).into_iter().chain(after).collect()
    };
    actions.iter().flat_map(wanted).collect()
}

/// Every action with its state and effect, in the order of the actions.
pub fn follow_up(case: &FollowUpCase<'_>) -> Vec<FollowUp> {
    let through = case.month.dates(case.fiscal).end;
    let figures = Figures::new(case.metrics, case.facts, case.org, case.fiscal, through);
    let one = |action: &Action| {
        let effect = begins_to_show(action, case.today).map(|from| {
            let figure = |period| (period, figures.figure(&action.metric, &action.unit, period));
            let after = after(action, from, case.month, case.fiscal);
            let direction = direction_of(case.metrics, &action.metric);
            let before = before(action).map(figure);
            let which = after.map_or(After::LatestMonth, |(_, which)| which);
            let after = after.map(|(period, _)| figure(period));
            let known = |side: &Option<(Period, Figure)>| side.as_ref()?.1.known().cloned();
            let (from, to) = (known(&before), known(&after));
            let state =
                effect_state(from.as_ref(), to.as_ref(), action.expected.as_ref(), direction);
            Effect { state, before, after, which }
        });
        FollowUp {
            action: action.clone(),
            state: state_on(action, case.today, case.due_soon_days),
            days_left: (action.due - case.today).num_days(),
            effect,
        }
    };
    case.actions.iter().map(one).collect()
}

/// The state on a day. What is said to be done on a later day is not done yet.
pub fn state_on(action: &Action, today: NaiveDate, due_soon_days: u32) -> ActionState {
    let left = (action.due - today).num_days();
    match action.progress {
        Progress::Cancelled => ActionState::Cancelled,
        _ if is_done(action, today) => ActionState::Done,
        _ if left < 0 => ActionState::Overdue,
        _ if left <= i64::from(due_soon_days) => ActionState::Due,
        _ => ActionState::Open,
    }
}

fn is_done(action: &Action, today: NaiveDate) -> bool {
    action.progress == Progress::Done && action.done.is_none_or(|done| done <= today)
}

/// The day from which the metric can show what the action brought: that on which it was done, else
/// its due date, where either has come.
fn begins_to_show(action: &Action, today: NaiveDate) -> Option<NaiveDate> {
    match action.progress {
        Progress::Cancelled => None,
        _ if is_done(action, today) => Some(action.done.unwrap_or(action.due.min(today))),
        _ => Some(action.due).filter(|due| *due <= today),
    }
}

fn before(action: &Action) -> Option<Period> {
    Period::month_of(action.opened?).previous()
}

/// The first whole month after a day, where it is judged; else the latest that is judged and lies
/// after the one before.
fn after(
    action: &Action,
    from: NaiveDate,
    month: Period,
    fiscal: FiscalYear,
) -> Option<(Period, After)> {
    let first = Period::month_of(Period::month_of(from).dates(fiscal).end);
    if first <= month {
        return Some((first, After::FirstMonth));
    }
    let begun = Period::month_of(action.opened.unwrap_or(from));
    (begun <= month).then_some((month, After::LatestMonth))
}

fn direction_of(metrics: &[Metric], id: &MetricId) -> Direction {
    let metric = metrics.iter().find(|metric| metric.id == *id);
    metric.map_or(Direction::Higher, |metric| metric.direction)
}

/// What is expected counts first: a metric that is as good is reached, whatever it was before.
fn effect_state(
    before: Option<&Exact>,
    after: Option<&Exact>,
    expected: Option<&Exact>,
    direction: Direction,
) -> EffectState {
    let better = |one: &Exact, other: &Exact| match direction {
        Direction::Higher => one > other,
        Direction::Lower => one < other,
    };
    let Some(after) = after else { return EffectState::NoData };
    if expected.is_some_and(|expected| !better(expected, after)) {
        return EffectState::Reached;
    }
    match before {
        None => EffectState::NoData,
        Some(before) if better(after, before) => EffectState::Improved,
        Some(before) if better(before, after) => EffectState::Worse,
        Some(_) => EffectState::NoChange,
    }
}

/// Why a figure is not there; none where it is, or where there is no month to look at.
pub fn absence(side: &Option<(Period, Figure)>) -> Option<Absence> {
    side.as_ref().and_then(|(_, figure)| figure.absence())
}

#[cfg(test)]
#[path = "actions_tests.rs"]
mod tests;
