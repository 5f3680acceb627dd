//! An explanation for programs: everything that was found, exact and with stable names.

use serde_json::{Value, json};

use super::ranked;
use crate::app::explain::asked::written;
use crate::calc::TargetStep;
use crate::calc::explain::Step;
use crate::calc::score::{Score, TargetBasis};
use crate::ledger::{award_reasons, reasons};
use crate::model::credited::{RowCell, RowTable, UnitRows};
use crate::model::metric::CreditTo;
use crate::model::{Bilingual, Exact, Figure, Language, LeftOut, Metric, MetricKind, Target};
use crate::report::explanation::{
    ChangedFile, Explained, FigureFound, Moved, SetAside, Subject, TargetFound,
};

/// The whole of it.
pub fn json(of: &Explained<'_>) -> Value {
    let briefing = of.briefing;
    let score = match of.subject {
        Subject::Metric(metric) => briefing.cards.score(briefing.judged, of.unit, &metric.id),
        _ => None,
    };
    json!({
        "period": written(briefing.judged),
        "grain": briefing.judged.grain().code(),
        "unit_id": of.unit,
        "unit_name": briefing.org.name(of.unit, Language::Zh),
        "asked": subject(of.subject),
        "run": run(of),
        "score": score.map(self::score),
        "figure": of.figure.map(|found| figure(of, found)),
        "target": score.zip(of.figure).map(|(score, found)| target(score, &found.target)),
        "coefficient": coefficient(of),
        "composite": composite(of),
        "place": of.place.map(|place| ranked::json(of, place)),
        "before": of.before.map(|before| json!({
            "version": before.version,
            "moved": before.moved.iter().map(moved).collect::<Vec<_>>(),
            "changed": before.changed.iter().map(changed).collect::<Vec<_>>(),
        })),
    })
}

fn subject(subject: Subject<'_>) -> &str {
    match subject {
        Subject::Metric(metric) => metric.id.as_str(),
        Subject::Coefficient => "coefficient",
        Subject::Composite => "composite",
        Subject::Rank => "rank",
    }
}

fn run(of: &Explained<'_>) -> Value {
    let run = of.run;
    json!({
        "period": run.period.to_string(),
        "version": run.version,
        "as_of": run.as_of,
        "state": run.state,
        "recorded": run.recorded,
        "inputs": if run.kept { "kept" } else { "present" },
        "differs": run.differs.iter().map(moved).collect::<Vec<_>>(),
        "changed": run.changed.iter().map(changed).collect::<Vec<_>>(),
    })
}

fn moved(moved: &Moved) -> Value {
    let cell = |text: &str| if text.is_empty() { Value::Null } else { json!(text) };
    json!({ "item": moved.item.code(), "old": cell(&moved.old), "new": cell(&moved.new) })
}

fn changed(file: &ChangedFile) -> Value {
    json!({ "path": file.path, "change": file.change.code() })
}

fn known(figure: &Figure) -> Option<&Exact> {
    figure.known()
}

fn score(score: &Score) -> Value {
    json!({
        "actual": known(&score.actual),
        "target": known(&score.target),
        "attainment": known(&score.attainment),
        "gap": score.gap,
        "state": score.attainment.absence().map(|why| why.code()),
        "warning": score.warning.code(),
        "reason": reasons::of_score(score),
    })
}

fn both(text: &Bilingual) -> Value {
    json!({ "zh": text.zh, "en": text.en })
}

fn figure(of: &Explained<'_>, found: &FigureFound<'_>) -> Value {
    let steps: Vec<Value> = found.steps.iter().map(step).collect();
    let tables: Vec<Value> = found
        .rows
        .tables
        .iter()
        .filter_map(|table| Some(rows(table, table.units.get(of.unit)?, of.entitled.rows)))
        .collect();
    json!({
        "steps": steps,
        "rows": tables,
        "left_out": found.left_out.iter().map(|one| left_out(of, one)).collect::<Vec<_>>(),
        "set_aside": found.set_aside.iter().map(|one| set_aside(of, one)).collect::<Vec<_>>(),
    })
}

fn step(step: &Step<'_>) -> Value {
    let from: serde_json::Map<String, Value> = step
        .from
        .iter()
        .map(|(name, figure)| ((*name).to_owned(), json!(figure.known())))
        .collect();
    json!({
        "metric": step.metric.id,
        "label": both(&step.metric.label),
        "definition": both(&step.metric.definition),
        "unit": step.metric.unit,
        "direction": step.metric.direction,
        "made_of": made_of(step.metric),
        "from": from,
        "value": step.figure.known(),
        "state": step.figure.absence().map(|why| why.code()),
    })
}

fn made_of(metric: &Metric) -> Value {
    match &metric.kind {
        MetricKind::Simple(simple) => {
            let credit = match &simple.credit_to {
                CreditTo::Person(_) => "person",
                CreditTo::Unit(_) => "unit",
            };
            json!({
                "extract": simple.extract,
                "aggregate": simple.aggregate,
                "value": simple.value,
                "filter": simple.filter,
                "date": simple.date,
                "owner": simple.credit_to.column(),
                "credited_to": credit,
                "trailing_months": simple.trailing_months,
            })
        }
        MetricKind::Ratio { numerator, denominator } => {
            json!({ "numerator": numerator, "denominator": denominator })
        }
        MetricKind::Derived(formula) => json!({ "formula": formula.text() }),
    }
}

fn rows(table: &RowTable, unit: &UnitRows, told: bool) -> Value {
    let metrics: Vec<Value> = table
        .metrics
        .iter()
        .enumerate()
        .map(|(at, metric)| {
            json!({
                "metric": metric.id,
                "counted": table.counted(unit, at),
                "sum": table.sum(unit, at),
            })
        })
        .collect();
    let columns: Vec<&str> = table.columns.iter().map(|column| column.header.as_str()).collect();
    let places = 0..table.metrics.len();
    let listed = unit.rows.iter().filter(|_| told).map(|&at| {
        let row = &table.rows[at];
        let credited: Vec<Option<Exact>> =
            places.clone().map(|metric| table.credited(row, metric)).collect();
        json!({
            "day": row.day,
            "owner": table.owners[row.owner],
            "file": table.files.get(row.file),
            "row": row.row,
            "cells": row.cells.iter().map(cell).collect::<Vec<_>>(),
            "share": row.share.map(|share| table.share(share)),
            "overlay": row.overlay,
            "credited": credited,
        })
    });
    let days = unit.days.iter().filter(|_| told).map(|&at| {
        let day = &table.days[at];
        let sums: Vec<Option<Exact>> =
            places.clone().map(|metric| table.day_sum(day, metric)).collect();
        json!({
            "day": day.day,
            "owner": table.owners[day.owner],
            "rows": day.rows,
            "overlay": day.overlay,
            "credited": sums,
        })
    });
    json!({
        "extract": table.extract,
        "metrics": metrics,
        "columns": columns,
        "rows": listed.collect::<Vec<_>>(),
        "days": days.collect::<Vec<_>>(),
    })
}

fn cell(cell: &RowCell) -> Value {
    match cell {
        RowCell::Empty => Value::Null,
        RowCell::Text(text) => json!(&**text),
        RowCell::Number { minor, scale } => {
            json!(Exact::from_minor(i128::from(*minor), usize::from(*scale)))
        }
        RowCell::Day(day) => json!(day),
        RowCell::Flag(flag) => json!(flag),
    }
}

/// Where rows stand that may be anybody's is for those alone who see everything; how many there are
/// in the whole company, for those who see that.
fn left_out(of: &Explained<'_>, one: &LeftOut) -> Value {
    let seen = of.entitled.everything || (of.entitled.rows && !one.why.is_nobodys());
    let counted = of.entitled.counts(one.why);
    let places = one.places.iter().filter(|_| seen).map(|at| {
        json!({
            "file": at.file,
            "row": at.row,
            "day": at.day,
            "owner": at.owner.as_ref().filter(|owner| of.entitled.to(owner)),
            "value": at.value,
        })
    });
    json!({
        "metric": one.metric,
        "extract": one.extract,
        "why": one.why.code(),
        "rows": counted.then_some(one.rows),
        "sum": one.sum.as_ref().filter(|_| counted),
        "first": places.collect::<Vec<_>>(),
    })
}

fn set_aside(of: &Explained<'_>, one: &SetAside) -> Value {
    let first = one.first.iter().filter(|_| of.entitled.everything).map(|at| {
        json!({
            "file": at.file,
            "row": at.row,
            "column": at.column,
            "value": at.value,
            "reason": at.reason,
        })
    });
    json!({ "extract": one.extract, "rows": one.rows, "first": first.collect::<Vec<_>>() })
}

fn target(score: &Score, found: &TargetFound) -> Value {
    let basis = match &score.target_basis {
        TargetBasis::Given(_) => "given",
        TargetBasis::Carried(_) => "carried",
        TargetBasis::Spread(_) => "spread",
        TargetBasis::SumOfBelow(_) => "sum_of_below",
        TargetBasis::None => "none",
    };
    json!({
        "basis": basis,
        "rows": found.rows.iter().map(target_row).collect::<Vec<_>>(),
        "steps": found.steps.iter().map(target_step).collect::<Vec<_>>(),
        "below": found.below,
    })
}

fn target_row(target: &Target) -> Value {
    json!({
        "file": target.origin.file,
        "row": target.origin.row,
        "period": target.period.to_string(),
        "value": target.value,
        "owner": target.owner,
        "due": target.due,
        "source": target.source,
        "note": target.note,
    })
}

fn target_step(step: &TargetStep) -> Value {
    json!({
        "period": step.period.to_string(),
        "file": step.row.file,
        "row": step.row.row,
        "written_for": step.written_for.to_string(),
        "written": step.written,
        "taken": step.taken,
        "weight": step.weight.as_ref().map(|(own, _)| own),
        "of_weights": step.weight.as_ref().map(|(_, all)| all),
        "part": step.full,
        "counted": step.value,
    })
}

fn coefficient(of: &Explained<'_>) -> Value {
    let briefing = of.briefing;
    if matches!(of.subject, Subject::Composite | Subject::Rank) || !of.entitled.coefficients {
        return Value::Null;
    }
    let Some(award) = briefing.cards.coefficient(briefing.judged, of.unit) else {
        return Value::Null;
    };
    json!({
        "plan": award.plan.as_ref().and_then(|plan| plan.name.as_ref()),
        "basis": award.metric(),
        "value": award.value.as_ref().and_then(known),
        "band": award.band.as_ref().map(award_reasons::band),
        "coefficient": award.coefficient(),
        "state": award.coefficient.as_ref().err().map(|why| why.code()),
        "next": award.next.as_ref().map(|next| json!({
            "coefficient": next.coefficient,
            "from": next.from,
            "missing": next.missing,
        })),
        "amount": award.payout().filter(|_| of.entitled.amounts).map(|payout| &payout.amount),
        "reason": Some(award_reasons::of_award(award)).filter(|_| of.entitled.amounts),
    })
}

fn composite(of: &Explained<'_>) -> Value {
    let briefing = of.briefing;
    let found = briefing.cards.composite(briefing.judged, of.unit);
    let Some(found) = found.filter(|_| matches!(of.subject, Subject::Composite)) else {
        return Value::Null;
    };
    let parts: Vec<Value> = found
        .parts
        .iter()
        .map(|part| {
            json!({
                "metric": part.metric,
                "attainment": known(&part.attainment),
                "counted": known(&part.counted),
                "weight": part.weight,
                "brings": part.brings(),
            })
        })
        .collect();
    json!({ "value": known(&found.value), "parts": parts })
}
