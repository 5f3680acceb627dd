//! `actions`: the measures that were agreed on, and what became of them.

use super::{amount, text, whole};
use crate::calc::Scorecards;
use crate::calc::actions::{Effect, FollowUp};
use crate::data::columns::{Column, Values};
use crate::ledger::reasons;
use crate::model::{Exact, Figure, Period, UnitId};

type Side = Option<(Period, Figure)>;

/// The table, ordered by unit, due date and action.
pub fn actions(cards: &Scorecards) -> Vec<Column> {
    let rows = &cards.actions;
    let day = |name: &str, of: fn(&FollowUp) -> Option<chrono::NaiveDate>| {
        Column::new(name, Values::Date(rows.iter().map(of).collect()))
    };
    let period = |row: &FollowUp, of: fn(&Effect) -> &Side| -> Option<String> {
        row.effect
            .as_ref()
            .and_then(|effect| of(effect).as_ref())
            .map(|(month, _)| month.to_string())
    };
    let figure = |row: &FollowUp, of: fn(&Effect) -> &Side| -> Option<Exact> {
        row.effect.as_ref().and_then(|effect| of(effect).as_ref()?.1.known().cloned())
    };
    vec![
        text("action", rows, |row| Some(row.action.id.clone())),
        text("unit_id", rows, |row| Some(row.action.unit.to_string())),
        text("metric", rows, |row| Some(row.action.metric.to_string())),
        text("measure", rows, |row| Some(row.action.measure.clone())),
        text("owner_id", rows, |row| row.action.owner.as_ref().map(UnitId::to_string)),
        day("opened", |row| row.action.opened),
        day("due", |row| Some(row.action.due)),
        day("done", |row| row.action.done),
        text("state", rows, |row| Some(row.state.code().to_owned())),
        amount("expected", rows, |row| row.action.expected.clone()),
        text("before_period", rows, |row| period(row, |effect| &effect.before)),
        amount("before", rows, |row| figure(row, |effect| &effect.before)),
        text("after_period", rows, |row| period(row, |effect| &effect.after)),
        amount("after", rows, |row| figure(row, |effect| &effect.after)),
        text("effect", rows, |row| Some(row.effect.as_ref()?.state.code().to_owned())),
        text("reason", rows, |row| Some(reasons::of_action(row))),
        text("file", rows, |row| Some(row.action.origin.file.clone())),
        whole("row", rows, |row| Some(row.action.origin.row)),
    ]
}
