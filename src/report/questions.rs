//! 目标检查: what is to be asked about the targets themselves, for those who set them.

use super::desk::{Desk, plain, strong};
use super::document::{ReportKind, Table};
use super::units::{left, table};
use crate::calc::{TargetAbout, TargetDoubt, TargetQuestion};
use crate::model::MetricId;
use crate::model::target::TargetField;

/// The table, in the company's report alone.
pub(super) fn questions(desk: &Desk<'_>) -> Option<Table> {
    if desk.kind != ReportKind::Company {
        return None;
    }
    let words = &desk.words.target_check;
    let columns = vec![left(&words.about), left(&words.doubt), left(&words.place)];
    let rows = desk
        .briefing
        .cards
        .questions
        .iter()
        .map(|question| {
            vec![
                strong(about(desk, question)),
                plain(doubt(desk, question)),
                plain(place(desk, question)),
            ]
        })
        .collect();
    let mut table = table(desk, "target_check", words.title.text(), columns, rows)?;
    table.notes.push(words.note.text().to_owned());
    Some(table)
}

fn about(desk: &Desk<'_>, question: &TargetQuestion) -> String {
    let words = &desk.words.target_check;
    match &question.about {
        TargetAbout::Table { targets, .. } => words.all.fill(&[("count", &targets.to_string())]),
        TargetAbout::Row { unit, metric, period, .. } => {
            let parts = [Some(desk.name(unit)), metric.clone(), period.clone()];
            parts.into_iter().flatten().collect::<Vec<_>>().join(words.joint.text())
        }
        TargetAbout::Target { unit, metric, period, value, .. } => {
            let item = item(desk, metric, value.as_deref());
            [desk.name(unit), item, desk.period_text(*period)].join(words.joint.text())
        }
    }
}

fn item(desk: &Desk<'_>, metric: &MetricId, value: Option<&str>) -> String {
    let label = desk.metric(metric).map_or(metric.as_str(), |metric| desk.label(metric));
    value.map_or_else(
        || label.to_owned(),
        |value| desk.words.list.named_value.fill(&[("name", label), ("value", value)]),
    )
}

fn doubt(desk: &Desk<'_>, question: &TargetQuestion) -> String {
    let words = &desk.words.target_check;
    match &question.doubt {
        TargetDoubt::Lacks(fields) => {
            let fields: Vec<String> = fields.iter().map(|field| field_name(desk, *field)).collect();
            words.lacks.fill(&[("fields", &desk.words.list(&fields))])
        }
        TargetDoubt::OutOfReach { target, best, best_in, reach } => {
            let metric = match &question.about {
                TargetAbout::Target { metric, .. } => desk.metric(metric),
                _ => None,
            };
            let shown =
                |value| metric.map_or_else(String::new, |m| desk.numbers.short(m, value, None));
            words.out_of_reach.fill(&[
                ("target", &shown(target)),
                ("period", &desk.period_text(*best_in)),
                ("best", &shown(best)),
                ("reach", &desk.numbers.share(reach)),
            ])
        }
        TargetDoubt::UnknownValue { dimension } => {
            let known = desk.briefing.dimensions.iter().find(|known| known.id == *dimension);
            let label = known.map_or(dimension.as_str(), |known| known.label.get(desk.language));
            words.unknown_value.fill(&[("dimension", &super::words::inside(label))])
        }
    }
}

fn field_name(desk: &Desk<'_>, field: TargetField) -> String {
    let words = &desk.words.column;
    let label = match field {
        TargetField::Metric => &words.item,
        TargetField::Value => &words.value,
        TargetField::Owner => &words.owner,
        TargetField::Due => &words.due,
        TargetField::Source => &words.source,
    };
    super::words::inside(label.text())
}

fn place(desk: &Desk<'_>, question: &TargetQuestion) -> String {
    let origin = match &question.about {
        TargetAbout::Table { file, .. } => return file.clone(),
        TargetAbout::Row { origin, .. } | TargetAbout::Target { origin, .. } => origin,
    };
    let row = origin.row.to_string();
    desk.words.target_check.at_row.fill(&[("file", &origin.file), ("row", &row)])
}
