//! A proposal as the target table that the project reads.

use std::path::Path;

use super::propose::place;
use crate::app::AppError;
use crate::app::gather::Gathered;
use crate::calc::propose::Proposed;
use crate::model::{Diagnostic, Diagnostics, Exact, Metric, Period, Place, UnitId, round};
use crate::render::workbook;
use crate::report::WordBook;
use crate::report::sheet::{ColumnKind, Sheet, SheetCell, SheetColumn, SheetTable};
use crate::report::target_sheet::proposal_note;
use crate::settings::{ExtractSettings, Project, TargetKind, TargetSettings};

/// Whose table it is.
pub(super) struct ProposedTable<'a> {
    pub project: &'a Project,
    pub gathered: &'a Gathered,
    pub metric: &'a Metric,
    pub words: &'a WordBook,
}

/// Writes the table; how many rows it has.
///
/// # Errors
/// A project without a table to read it, a name that ends otherwise than in .csv or .xlsx, a disk
/// that refuses.
pub(super) fn write(
    table: &ProposedTable<'_>,
    proposed: &Proposed,
    out: &Path,
) -> Result<usize, AppError> {
    let (settings, extract) = table.reader()?;
    let columns: Vec<&str> = extract.columns.iter().map(|column| column.name.as_str()).collect();
    let headers: Vec<String> = extract
        .columns
        .iter()
        .map(|column| column.from.clone().unwrap_or_else(|| column.name.clone()))
        .collect();
    let rows = table.rows(settings, &columns, proposed);
    let bytes = match out.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => csv(extract, &headers, &rows),
        Some("xlsx") => xlsx(extract, &headers, &rows, out)?,
        _ => {
            let help = "end it in .csv or .xlsx";
            let found = Diagnostic::error(place(out), "this is no name of a table", help);
            return Err(AppError::Usage(Diagnostics::from(found)));
        }
    };
    std::fs::write(out, bytes).map_err(|why| AppError::write(out, &why))?;
    Ok(rows.len())
}

impl<'a> ProposedTable<'a> {
    /// The first table of targets whose periods stand in one column.
    fn reader(&self) -> Result<(&'a TargetSettings, &'a ExtractSettings), AppError> {
        let fits = |settings: &&TargetSettings| {
            settings.kind.unwrap_or_default() == TargetKind::Target
                && settings.period.is_some()
                && settings.fixed_metric.as_deref().is_none_or(|id| id == self.metric.id.as_str())
        };
        let tables = self.project.targets.iter().filter(fits);
        let mut read = tables.filter_map(|settings| {
            let extracts = self.project.extracts.iter();
            let extract = extracts.into_iter().find(|extract| extract.id == settings.extract)?;
            Some((settings, extract))
        });
        read.next().ok_or_else(|| {
            let what = "the project has no target table with a column for periods";
            let help = "add [[targets]] with period = \"…\": the proposal is written as it reads";
            AppError::Usage(Diagnostic::error(Place::file("attain.toml"), what, help).into())
        })
    }

    /// A row for each unit and month: units in the order of the tree, then people.
    fn rows(
        &self,
        settings: &TargetSettings,
        columns: &[&str],
        proposed: &Proposed,
    ) -> Vec<Vec<SheetCell>> {
        let org = &self.gathered.org;
        let units = org.units_in_order().into_iter().map(|unit| &unit.id);
        let all = units.chain(org.people.keys());
        all.filter_map(|id| Some((id, proposed.get(id)?)))
            .flat_map(|(id, months)| months.iter().map(move |(month, value)| (id, month, value)))
            .map(|(id, month, value)| {
                columns
                    .iter()
                    .map(|column| self.cell(settings, column, id, *month, value))
                    .collect()
            })
            .collect()
    }

    fn cell(
        &self,
        settings: &TargetSettings,
        column: &str,
        id: &UnitId,
        month: Period,
        value: &Exact,
    ) -> SheetCell {
        let is = |named: &Option<String>| named.as_deref() == Some(column);
        let text = |text: Option<String>| text.map_or(SheetCell::Empty, SheetCell::Text);
        let language = self.project.language;
        if column == settings.unit {
            text(Some(id.to_string()))
        } else if column == settings.value {
            SheetCell::Amount(value.clone())
        } else if is(&settings.metric) {
            text(Some(self.metric.label.get(language).to_owned()))
        } else if is(&settings.period) {
            text(Some(month.to_string()))
        } else if is(&settings.owner) {
            text(self.owner(id))
        } else if is(&settings.due) {
            SheetCell::Date(month.dates(self.project.fiscal).last_day())
        } else if is(&settings.source) {
            text(self.source(id))
        } else if is(&settings.note) {
            text(Some(proposal_note(self.words, language).to_owned()))
        } else {
            SheetCell::Empty
        }
    }

    fn owner(&self, id: &UnitId) -> Option<String> {
        let org = &self.gathered.org;
        let owner = match org.units.get(id) {
            Some(unit) => unit.owner.as_ref()?,
            None => id,
        };
        Some(org.name(owner, self.project.language))
    }

    /// As the targets that are there say: the unit's own, else anybody's.
    fn source(&self, id: &UnitId) -> Option<String> {
        let of_metric = || {
            let targets = self.gathered.targets.iter();
            targets.filter(|target| target.metric == self.metric.id && target.source.is_some())
        };
        let own = of_metric().find(|target| target.unit == *id);
        own.or_else(|| of_metric().next()).and_then(|target| target.source.clone())
    }
}

/// Text as the extract reads it where that is CSV, else with commas; marked as UTF-8.
fn csv(extract: &ExtractSettings, headers: &[String], rows: &[Vec<SheetCell>]) -> Vec<u8> {
    let separator = match extract.csv.separator.as_str() {
        "" => ",",
        separator => separator,
    };
    let cell = |text: &str| match text.contains(separator) || text.contains(['"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    };
    let mut lines = vec![headers.iter().map(|text| cell(text)).collect::<Vec<_>>().join(separator)];
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|value| match value {
                SheetCell::Text(text) => cell(text),
                SheetCell::Amount(number) | SheetCell::Percent(number) => {
                    cell(&round::to_plain(number).replace('.', &extract.csv.decimal))
                }
                SheetCell::Whole(number) => number.to_string(),
                SheetCell::Date(day) => day.to_string(),
                _ => String::new(),
            })
            .collect();
        lines.push(cells.join(separator));
    }
    format!("\u{feff}{}\n", lines.join("\n")).into_bytes()
}

fn xlsx(
    extract: &ExtractSettings,
    headers: &[String],
    rows: &[Vec<SheetCell>],
    out: &Path,
) -> Result<Vec<u8>, AppError> {
    let kind = |at: usize| match rows.first().and_then(|row| row.get(at)) {
        Some(SheetCell::Amount(_)) => ColumnKind::Amount,
        Some(SheetCell::Date(_)) => ColumnKind::Date,
        _ => ColumnKind::Text,
    };
    let columns = headers.iter().enumerate();
    let columns =
        columns.map(|(at, label)| SheetColumn { label: label.clone(), width: 16, kind: kind(at) });
    let table =
        SheetTable { columns: columns.collect(), rows: rows.to_vec(), ..SheetTable::default() };
    let name = extract.xlsx.sheet.clone().unwrap_or_else(|| "targets".to_owned());
    let sheet = Sheet::plain(name, table, Vec::new());
    workbook(&[sheet]).map_err(|why| {
        AppError::Failed(Diagnostic::error(place(out), why.to_string(), "write a .csv instead"))
    })
}
