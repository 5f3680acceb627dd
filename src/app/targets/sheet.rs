//! The comparisons as a sheet, in the company's language.

use super::reconcile::{Reconciled, Row};
use crate::calc::ReconcileState;
use crate::model::Exact;
use crate::report::sheet::{ColumnKind, Sheet, SheetCell, SheetColumn, SheetTable};

/// Chinese, English, width, kind.
const COLUMNS: [(&str, &str, u16, ColumnKind); 15] = [
    ("状态", "State", 16, ColumnKind::Text),
    ("指标", "Metric", 14, ColumnKind::Text),
    ("期间", "Period", 10, ColumnKind::Text),
    ("组织编号", "Unit id", 10, ColumnKind::Text),
    ("组织", "Unit", 20, ColumnKind::Text),
    ("目标值", "Target", 18, ColumnKind::Amount),
    ("下级目标合计", "Sum of those below", 18, ColumnKind::Amount),
    ("下级个数", "How many below", 10, ColumnKind::Whole),
    ("差额", "Difference", 16, ColumnKind::Amount),
    ("允许少分", "Buffer under", 14, ColumnKind::Amount),
    ("允许多分", "Buffer over", 14, ColumnKind::Amount),
    ("本级上报", "Submitted", 18, ColumnKind::Amount),
    ("下级上报合计", "Sum submitted below", 18, ColumnKind::Amount),
    ("上报个数", "How many submitted", 10, ColumnKind::Whole),
    ("维度", "Dimension", 14, ColumnKind::Text),
];

/// The sheet, mismatches first.
pub(super) fn sheet(reconciled: &Reconciled, company: &str, chinese: bool) -> Sheet {
    let mut rows: Vec<&Row> = reconciled.rows.iter().collect();
    rows.sort_by_key(|row| row.state);
    let name = if chinese { "目标对账" } else { "Target reconciliation" };
    let columns = COLUMNS.iter().map(|(zh, en, width, kind)| SheetColumn {
        label: if chinese { zh } else { en }.to_string(),
        width: *width,
        kind: *kind,
    });
    let table = SheetTable {
        columns: columns.collect(),
        rows: rows.into_iter().map(|row| cells(row, chinese)).collect(),
        ..SheetTable::default()
    };
    let title = vec![format!("{company} {} {name}", reconciled.period)];
    Sheet { title, ..Sheet::plain(name, table, notes(reconciled, chinese)) }
}

fn cells(row: &Row, chinese: bool) -> Vec<SheetCell> {
    let text = |text: &str| SheetCell::Text(text.to_owned());
    let amount = |value: &Option<Exact>| value.clone().map_or(SheetCell::Empty, SheetCell::Amount);
    let count = |count: usize| SheetCell::Whole(count as i64);
    vec![
        text(state(row.state, chinese)),
        text(&row.label),
        text(&row.period),
        text(&row.unit_id),
        text(&row.unit_name),
        amount(&row.target),
        amount(&row.below),
        count(row.counted),
        amount(&row.difference),
        amount(&row.buffer_under),
        amount(&row.buffer_over),
        amount(&row.submitted),
        amount(&row.below_submitted),
        count(row.submitters),
        row.dimension_label.as_deref().map_or(SheetCell::Empty, text),
    ]
}

fn state(state: ReconcileState, chinese: bool) -> &'static str {
    let (zh, en) = match state {
        ReconcileState::Mismatch => ("不一致", "mismatch"),
        ReconcileState::WithinBuffer => ("缓冲以内", "within buffer"),
        ReconcileState::NoParentTarget => ("本级未设目标", "no target of its own"),
        ReconcileState::NoChildren => ("未分解", "not handed down"),
        ReconcileState::Matches => ("一致", "matches"),
    };
    if chinese { zh } else { en }
}

fn notes(reconciled: &Reconciled, chinese: bool) -> Vec<String> {
    let mut notes = vec![
        if chinese {
            "差额 = 下级目标合计 − 目标值：正数为多分，负数为少分。"
        } else {
            "Difference = sum of those below − target: above zero, more is handed down than is to be reached."
        }
        .to_owned(),
    ];
    if reconciled.rows.iter().any(|row| row.dimension.is_some()) {
        notes.push(
            if chinese {
                "填有维度的行，比较的是该维度各项目标的合计，不是下级组织的合计。"
            } else {
                "Rows with a dimension compare the sum over its values, and not over those below."
            }
            .to_owned(),
        );
    }
    if !reconciled.spread_evenly.is_empty() {
        notes.push(match chinese {
            true => format!(
                "较长期间的目标在此按月平均分摊，没有按去年各月的比重分摊：{}。",
                reconciled.spread_evenly.join("、")
            ),
            false => format!(
                "Longer targets are spread evenly over their months here, and not by last year's: {}.",
                reconciled.spread_evenly.join(", ")
            ),
        });
    }
    if !reconciled.not_additive.is_empty() {
        notes.push(match chinese {
            true => format!("不可加总、不对账的指标：{}。", reconciled.not_additive.join("、")),
            false => format!(
                "Not additive, and so not compared: {}.",
                reconciled.not_additive.join(", ")
            ),
        });
    }
    notes
}
