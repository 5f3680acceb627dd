//! 改进计划: the measures that were agreed on, those that need somebody first, and what the metric
//! did since.

use chrono::NaiveDate;

use super::desk::{Desk, muted, plain, strong};
use super::document::{Cell, ReportKind, Table, Tone};
use super::units::{below, left, table};
use crate::calc::actions::{ActionState, After, Effect, EffectState, FollowUp};
use crate::model::{Figure, Metric, Period};

/// How long a measure that is done stays in the reports, in days.
const SHOWN_WHEN_DONE: i64 = 92;

/// The table of a unit's measures and, for a manager, of those below; none without a measure. A
/// person's has those that are for or by the person, and figures of nobody else.
pub(super) fn actions(desk: &Desk<'_>) -> Option<Table> {
    let today = desk.briefing.as_of;
    let recent = of_report(desk).into_iter().filter(|follow| is_recent(follow, today)).collect();
    table_of(desk, "actions", desk.words.plan.title.text(), recent)
}

/// A table of some measures: what needs somebody first.
pub(super) fn table_of(
    desk: &Desk<'_>,
    key: &'static str,
    title: &str,
    mut shown: Vec<&FollowUp>,
) -> Option<Table> {
    shown.sort_by_key(|follow| (follow.state, follow.action.due, &follow.action.id));
    let words = &desk.words.plan;
    let column = &desk.words.column;
    let mut columns = vec![
        left(&column.metric),
        left(&words.measure),
        left(&column.owner).under(),
        left(&words.due),
        left(&words.state).under(),
        left(&words.expected),
        left(&words.change).under(),
        left(&words.effect).under(),
    ];
    let names_units = desk.kind != ReportKind::Person;
    if names_units {
        columns[0].under = true;
        columns.insert(0, left(&column.unit));
    }
    let rows = shown
        .iter()
        .map(|follow| {
            let mut row = row(desk, follow);
            if names_units {
                row.insert(0, strong(desk.name(&follow.action.unit)));
            }
            row
        })
        .collect();
    let mut table = table(desk, key, title, columns, rows)?;
    let effects: Vec<&Effect> = shown.iter().filter_map(|follow| visible(desk, follow)).collect();
    if !effects.is_empty() {
        table.notes.push(words.note_change.text().to_owned());
    }
    if effects.iter().any(|effect| is_latest(effect)) {
        let last = desk.briefing.judged.last_month(desk.briefing.fiscal);
        let period = desk.period_text(last);
        table.notes.push(words.note_latest.fill(&[("period", &period)]));
    }
    Some(table)
}

/// All measures that a report may show, however old.
pub(super) fn of_report<'a>(desk: &Desk<'a>) -> Vec<&'a FollowUp> {
    let below = below(desk);
    let concerns = |follow: &&FollowUp| {
        let action = &follow.action;
        let own = action.unit == *desk.unit;
        match desk.kind {
            ReportKind::Person => own || action.owner.as_ref() == Some(desk.unit),
            _ => own || below.contains(&&action.unit),
        }
    };
    desk.briefing.cards.actions.iter().filter(concerns).collect()
}

/// Whether an action is still to be done, or was done lately.
pub(super) fn is_recent(follow: &FollowUp, today: NaiveDate) -> bool {
    match follow.state {
        ActionState::Cancelled => false,
        ActionState::Done => {
            let day = follow.action.done.unwrap_or(follow.action.due);
            (today - day).num_days() <= SHOWN_WHEN_DONE
        }
        _ => true,
    }
}

fn row(desk: &Desk<'_>, follow: &FollowUp) -> Vec<Cell> {
    let action = &follow.action;
    let metric = desk.metric(&action.metric);
    let owner = action.owner.as_ref().map(|id| plain(desk.name(id)));
    let expected = metric.zip(action.expected.as_ref());
    let expected = expected.map(|(metric, value)| plain(desk.numbers.goal(metric, value)));
    let [change, effect] = match metric.zip(visible(desk, follow)) {
        Some((metric, effect)) => effect_cells(desk, metric, follow, effect),
        None => [desk.nothing(), desk.nothing()],
    };
    vec![
        plain(metric.map_or(action.metric.as_str(), |metric| desk.label(metric))),
        plain(action.measure.clone()),
        owner.unwrap_or_else(|| desk.nothing()),
        plain(action.due.to_string()),
        state(desk, follow),
        expected.unwrap_or_else(|| desk.nothing()),
        change,
        effect,
    ]
}

/// The effect, where its figures are the reader's to see: a person may carry a measure for a
/// department, whose figures are in that department's report.
fn visible<'a>(desk: &Desk<'_>, follow: &'a FollowUp) -> Option<&'a Effect> {
    let own = follow.action.unit == *desk.unit;
    follow.effect.as_ref().filter(|_| own || desk.kind != ReportKind::Person)
}

fn state(desk: &Desk<'_>, follow: &FollowUp) -> Cell {
    let (tone, text) = (tone_of(follow.state), state_text(desk, follow));
    Cell { text, tone, ..Cell::default() }
}

fn tone_of(state: ActionState) -> Tone {
    match state {
        ActionState::Overdue => Tone::Bad,
        ActionState::Due => Tone::Watch,
        ActionState::Open => Tone::Plain,
        ActionState::Done => Tone::Good,
        ActionState::Cancelled => Tone::Muted,
    }
}

/// “逾期3天”, “11天后到期”.
pub(super) fn state_text(desk: &Desk<'_>, follow: &FollowUp) -> String {
    let words = &desk.words.plan;
    let days = follow.days_left.abs().to_string();
    let done = follow.action.done.map(|day| day.to_string());
    match (follow.state, follow.days_left, done) {
        (ActionState::Overdue, ..) => words.overdue.fill(&[("days", &days)]),
        (ActionState::Due, 0, _) => words.due_today.text().to_owned(),
        (ActionState::Due, ..) => words.due_soon.fill(&[("days", &days)]),
        (ActionState::Open, ..) => words.open.text().to_owned(),
        (ActionState::Done, _, Some(day)) => words.done_on.fill(&[("day", &day)]),
        (ActionState::Done, _, None) => words.done.text().to_owned(),
        (ActionState::Cancelled, ..) => words.cancelled.text().to_owned(),
    }
}

/// “60.0% → 71.4%”, and what that means.
fn effect_cells(desk: &Desk<'_>, metric: &Metric, follow: &FollowUp, effect: &Effect) -> [Cell; 2] {
    let words = &desk.words.plan;
    let expected = follow.action.expected.as_ref();
    let side = |side: &Option<(Period, Figure)>| match side {
        Some((_, Figure::Known(value))) => desk.numbers.full(metric, value, expected),
        Some((_, Figure::Absent(why))) => desk.absence(*why).to_owned(),
        None => desk.nothing().text,
    };
    let mut change =
        words.from_to.fill(&[("before", &side(&effect.before)), ("after", &side(&effect.after))]);
    if is_latest(effect) {
        change.push('*');
    }
    let (tone, phrase) = match (effect.state, expected) {
        (EffectState::Reached, _) => (Tone::Good, &words.reached),
        (EffectState::Improved, Some(_)) => (Tone::Watch, &words.improved_short),
        (EffectState::Improved, None) => (Tone::Good, &words.improved),
        (EffectState::NoChange, _) => (Tone::Watch, &words.no_change),
        (EffectState::Worse, _) => (Tone::Bad, &words.worse),
        (EffectState::NoData, _) => return [muted(change), muted(words.no_data.text())],
    };
    [plain(change), Cell { text: phrase.text().to_owned(), tone, ..Cell::default() }]
}

fn is_latest(effect: &Effect) -> bool {
    effect.after.is_some() && effect.which == After::LatestMonth
}
