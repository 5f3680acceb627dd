//! `drivers`: what each part makes of a gap or a change, by every way of parting it.

use super::{AMOUNT_DECIMALS, amount, share, text, whole};
use crate::calc::Scorecards;
use crate::calc::causes::{Cause, Driver, Part, Split, Verdict};
use crate::data::columns::Column;
use crate::ledger::reasons;
use crate::model::{Exact, Period, UnitId, round};

/// One part of a whole; without a name, what the parts leave over.
struct Row<'a> {
    cause: &'a Cause,
    kind: &'static str,
    base: String,
    base_period: Option<String>,
    /// The dimension, or where a factor's base comes from.
    by: Option<String>,
    name: Option<String>,
    group: Option<&'static str>,
    count: Option<u64>,
    now: Option<Exact>,
    before: Option<Exact>,
    amount: Exact,
    share: Option<Exact>,
    whole: Exact,
    verdict: Option<Verdict>,
}

/// What a part is called in the table.
#[derive(Default)]
struct Named {
    by: Option<String>,
    name: String,
    group: Option<&'static str>,
    count: Option<u64>,
}

/// The table, ordered by period, unit, metric, and then as the kinds are described.
pub fn drivers(cards: &Scorecards) -> Vec<Column> {
    let rows: Vec<Row<'_>> = cards.causes.values().flat_map(rows_of).collect();
    let main = |row: &Row<'_>| Some(u64::from(row.verdict == Some(Verdict::Main)));
    vec![
        text("period", &rows, |row| Some(row.cause.period.to_string())),
        text("grain", &rows, |row| Some(row.cause.period.grain().code().to_owned())),
        text("unit_id", &rows, |row| Some(row.cause.unit.to_string())),
        text("metric", &rows, |row| Some(row.cause.metric.to_string())),
        text("kind", &rows, |row| Some(row.kind.to_owned())),
        text("base", &rows, |row| Some(row.base.clone())),
        text("base_period", &rows, |row| row.base_period.clone()),
        text("by", &rows, |row| row.by.clone()),
        text("name", &rows, |row| row.name.clone()),
        text("group", &rows, |row| row.group.map(str::to_owned)),
        whole("count", &rows, |row| row.count),
        amount("now", &rows, |row| row.now.clone()),
        amount("before", &rows, |row| row.before.clone()),
        amount("amount", &rows, |row| Some(row.amount.clone())),
        share("share", &rows, |row| row.share.clone()),
        amount("whole", &rows, |row| Some(row.whole.clone())),
        whole("main", &rows, main),
        text("reason", &rows, |row| Some(reasons::of_verdict(row.verdict.as_ref()))),
    ]
}

fn rows_of(cause: &Cause) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    if let Some(drivers) = &cause.drivers {
        let named = |part: &Part<Driver>| Named {
            by: Some(part.name.base.code().to_owned()),
            name: part.name.metric.to_string(),
            ..Named::default()
        };
        add(&mut rows, cause, "driver", None, &drivers.split, named);
    }
    if let Some(months) = &cause.months {
        let named = |part: &Part<Period>| Named { name: part.name.to_string(), ..Named::default() };
        add(&mut rows, cause, "month", None, months, named);
    }
    for (dimension, values) in &cause.dimensions {
        let named = |part: &Part<String>| Named { name: part.name.clone(), ..Named::default() };
        add(&mut rows, cause, "dimension", Some(dimension.as_str()), values, named);
    }
    if let Some(units) = &cause.units {
        let named = |part: &Part<UnitId>| Named { name: part.name.to_string(), ..Named::default() };
        add(&mut rows, cause, "unit", None, units, named);
    }
    for customers in &cause.customers {
        let by = Some(customers.dimension.as_str());
        add(&mut rows, cause, "customers", by, &customers.groups, |part| Named {
            name: part.name.kind.code().to_owned(),
            group: Some(part.name.kind.code()),
            count: Some(part.name.count as u64),
            ..Named::default()
        });
        add(&mut rows, cause, "customer", by, &customers.named, |part| Named {
            name: part.name.customer.clone(),
            group: Some(part.name.kind.code()),
            ..Named::default()
        });
    }
    rows
}

/// The parts and, where they leave anything over, the rest. Rounded amounts add up to the rounded
/// whole.
fn add<'a, N>(
    rows: &mut Vec<Row<'a>>,
    cause: &'a Cause,
    kind: &'static str,
    by: Option<&str>,
    split: &Split<N>,
    named: impl Fn(&Part<N>) -> Named,
) {
    let mut amounts: Vec<Exact> = split.parts.iter().map(|part| part.amount.clone()).collect();
    amounts.push(split.rest.clone());
    let row = |amount: Exact| Row {
        cause,
        kind,
        base: split.base.code().to_owned(),
        base_period: split.base.period().map(|period| period.to_string()),
        by: by.map(str::to_owned),
        name: None,
        group: None,
        count: None,
        now: None,
        before: None,
        amount,
        share: split.rest_share(),
        whole: split.whole.clone(),
        verdict: None,
    };
    let mut shown = round::add_up(&amounts, AMOUNT_DECIMALS).into_iter();
    rows.extend(split.parts.iter().zip(shown.by_ref()).map(|(part, amount)| {
        let Named { by, name, group, count } = named(part);
        let whole = row(amount);
        Row {
            by: by.or(whole.by),
            name: Some(name),
            group,
            count,
            now: part.now.clone(),
            before: part.base.clone(),
            share: part.share.clone(),
            verdict: Some(part.verdict.clone()),
            ..whole
        }
    }));
    rows.extend(shown.filter(|amount| !amount.is_zero()).map(row));
}
