//! Checked rows of an extract, and what was found on the way to them.

use std::collections::BTreeMap;

use polars::prelude::{LazyFrame, PolarsError, PolarsResult, UnionArgs, concat, polars_bail};

use crate::model::{DateRange, Diagnostic, DimensionId, ExtractId, Period, Place, RejectKind};
use crate::settings::{CreditSettings, DimensionColumns, NameColumns, ReturnSettings};

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    pub extract: ExtractId,
    /// As a user would name it.
    pub path: String,
    /// The month that stands in its path, where the location has `{period}`.
    pub month: Option<Period>,
    pub size: u64,
    pub sha256: String,
}

/// A row that was set aside, for one of its cells.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reject {
    pub extract: ExtractId,
    pub file: String,
    /// As a spreadsheet counts, the header being row 1.
    pub row: u64,
    pub column: String,
    pub value: String,
    pub reason: String,
    pub kind: RejectKind,
}

/// The good rows of an extract.
#[derive(Clone)]
pub struct Frame {
    pub extract: ExtractId,
    /// What the files call the columns that they call otherwise than the config does.
    pub headers: BTreeMap<String, String>,
    /// Which columns hold the values of dimensions, or name them.
    pub dimensions: DimensionColumns,
    /// The columns whose values together name a row.
    pub key: Vec<String>,
    /// Who shares the rows, and when returns count, where the config says so.
    pub credit: Option<CreditSettings>,
    pub returns: Option<ReturnSettings>,
    /// Typed columns, and `_file` (index into `inputs`) and `_row` (as a spreadsheet counts).
    pub lazy: LazyFrame,
    /// The rows set aside when the files were read, in the same columns, with nothing in the cells
    /// that cannot be read; none where there is no such row.
    pub aside: Option<LazyFrame>,
    pub inputs: Vec<InputFile>,
    pub rejects: Vec<Reject>,
    /// The days that the extract covers whether or not there are rows: the months of its files,
    /// and those from the day that its config declares; none where only the rows tell.
    pub covered: Option<DateRange>,
    /// How many rows were read, the rejected ones among them.
    pub rows: u64,
    /// Holds the files that were fetched from afar as long as the rows are used.
    pub fetched: Option<std::sync::Arc<tempfile::TempDir>>,
}

impl Frame {
    /// The month of a file, where its path says so.
    pub fn month_of(&self, path: &str) -> Option<Period> {
        self.inputs.iter().find(|input| input.path == path)?.month
    }

    /// What the files call a column.
    pub fn header<'a>(&'a self, column: &'a str) -> &'a str {
        self.headers.get(column).map_or(column, String::as_str)
    }

    /// The columns that name the values of a dimension, where this extract does.
    pub fn names_of(&self, dimension: &DimensionId) -> Option<&NameColumns> {
        self.dimensions.names.get(dimension)
    }

    /// Adds rows to those set aside.
    ///
    /// # Errors
    /// Rows of other columns.
    pub fn set_aside(&mut self, rows: LazyFrame) -> PolarsResult<()> {
        self.aside = Some(match self.aside.take() {
            Some(others) => concat([others, rows], UnionArgs::default())?,
            None => rows,
        });
        Ok(())
    }

    /// The file, by its place among the inputs, and the row of what `_file` and `_row` hold.
    ///
    /// # Errors
    /// A row whose place is lost, or that names a file which was not read.
    pub fn place(&self, file: Option<i64>, row: Option<i64>) -> PolarsResult<(usize, u64)> {
        let file = file.and_then(|file| usize::try_from(file).ok());
        let row = row.and_then(|row| u64::try_from(row).ok());
        match file.filter(|file| *file < self.inputs.len()).zip(row) {
            Some(place) => Ok(place),
            None => polars_bail!(
                ComputeError: "a row of extract “{}” has lost its place in the files", self.extract
            ),
        }
    }

    /// What polars refused, as something for the user to mend.
    pub fn refuse(&self, why: &PolarsError) -> Diagnostic {
        let first = why.to_string();
        let first = first.lines().next().unwrap_or("the rows cannot be read").to_owned();
        Diagnostic::error(
            Place::file(format!("extracts/{}.toml", self.extract)),
            first,
            "check the columns and the SQL expressions that use this extract",
        )
    }
}

/// All extracts of a run.
#[derive(Clone, Default)]
pub struct Frames(BTreeMap<ExtractId, Frame>);

impl Frames {
    pub fn insert(&mut self, frame: Frame) {
        self.0.insert(frame.extract.clone(), frame);
    }

    pub fn get(&self, extract: &ExtractId) -> Option<&Frame> {
        self.0.get(extract)
    }

    /// All frames, by the name of their extract.
    pub fn iter(&self) -> impl Iterator<Item = &Frame> {
        self.0.values()
    }
}
