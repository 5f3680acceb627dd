//! The plan sheet as a workbook.

use super::workbook::{ColumnKind, Sheet, SheetCell, SheetColumn, WorkbookError, workbook};
use crate::report::plan_sheet::{PlanCell, PlanSheet, PlanTab};

/// The workbook's bytes; the same sheet always gives the same.
///
/// # Errors
/// More rows or longer texts than a workbook takes.
pub fn plan_workbook(plan: &PlanSheet) -> Result<Vec<u8>, WorkbookError> {
    let sheets: Vec<Sheet> = plan.tabs.iter().map(sheet).collect();
    workbook(&sheets)
}

fn sheet(tab: &PlanTab) -> Sheet {
    let columns = tab.columns.iter().map(|column| SheetColumn {
        label: column.label.clone(),
        width: column.width,
        kind: if column.open { ColumnKind::Open } else { ColumnKind::Text },
    });
    Sheet {
        name: tab.name.clone(),
        title: Vec::new(),
        columns: columns.collect(),
        rows: tab.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
        notes: tab.lines.clone(),
    }
}

fn cell(cell: &PlanCell) -> SheetCell {
    match cell {
        PlanCell::Empty => SheetCell::Empty,
        PlanCell::Text(text) => SheetCell::Text(text.clone()),
        PlanCell::Number(value) => SheetCell::Amount(value.clone()),
        PlanCell::Share(value) => SheetCell::Percent(value.clone()),
        PlanCell::Day(day) => SheetCell::Date(*day),
        PlanCell::Choice(words) => SheetCell::Choice(words.clone()),
    }
}
