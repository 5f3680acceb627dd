//! Results of earlier runs, read back as the text that they were written in.

use std::borrow::Cow;

use super::{LedgerError, Run, Stored, Table, TableFormat};
use crate::data::columns::armed;
use crate::data::decode::records::{Marks, Record, Records};

/// A table of an earlier run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastTable {
    path: String,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl PastTable {
    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The cells of some columns, row by row; an absent figure is the empty text.
    ///
    /// # Errors
    /// A column that the table does not have.
    pub fn columns<const N: usize>(&self, names: [&str; N]) -> Result<Vec<[&str; N]>, LedgerError> {
        let mut places = [0; N];
        for (place, name) in places.iter_mut().zip(names) {
            let found = self.header.iter().position(|column| column == name);
            *place = found.ok_or_else(|| LedgerError::Past {
                path: self.path.clone(),
                what: format!("there is no column {name}"),
            })?;
        }
        let rows = self.rows.iter();
        Ok(rows.map(|row| places.map(|at| row.get(at).map_or("", String::as_str))).collect())
    }
}

/// A table of a run; none where it was not written.
///
/// # Errors
/// A ledger that cannot be read, and a text that is no such table.
pub async fn read_table(run: &Run, table: Table) -> Result<Option<PastTable>, LedgerError> {
    read_table_where(run, table, &|_| true).await
}

/// The rows of a run's table whose cells are as `keep` says; none where it was not written.
///
/// # Errors
/// As [`read_table`].
pub async fn read_table_where(
    run: &Run,
    table: Table,
    keep: &(dyn Fn(&[Cow<'_, str>]) -> bool + Sync),
) -> Result<Option<PastTable>, LedgerError> {
    let stored = Stored::Result(table, TableFormat::Csv);
    let Some(bytes) = run.read(&stored).await? else { return Ok(None) };
    table_of(&format!("{}/{stored}", run.shown()), &bytes, keep).map(Some)
}

/// The table in the bytes of a CSV file, `path` naming it in errors.
///
/// # Errors
/// A text that is no such table.
pub fn table_of(
    path: &str,
    bytes: &[u8],
    keep: &dyn Fn(&[Cow<'_, str>]) -> bool,
) -> Result<PastTable, LedgerError> {
    let broken = |what: &str| LedgerError::Past { path: path.to_owned(), what: what.to_owned() };
    let text = std::str::from_utf8(bytes).map_err(|_| broken("it is not UTF-8"))?;
    let marks = Marks { separator: ",", quote: Some(b'"'), row_end: None };
    let mut records = Records::new(text, marks);
    let mut fields: Vec<Cow<'_, str>> = Vec::new();
    let mut header: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    loop {
        let record = records.read(&mut fields);
        fields.iter_mut().for_each(arm);
        match record {
            Record::End => break,
            Record::Broken(why) => return Err(broken(why)),
            Record::Row if header.is_none() => {
                header = Some(fields.iter().map(|field| armed(field).to_owned()).collect());
            }
            Record::Row if keep(&fields) => {
                rows.push(fields.iter().map(|field| armed(field).to_owned()).collect::<Vec<_>>());
            }
            Record::Row => {}
        }
    }
    let header = header.ok_or_else(|| broken("it has no header"))?;
    Ok(PastTable { path: path.to_owned(), header, rows })
}

/// A field as it was before it was written.
fn arm(field: &mut Cow<'_, str>) {
    *field = match std::mem::take(field) {
        Cow::Borrowed(text) => Cow::Borrowed(armed(text)),
        Cow::Owned(text) => Cow::Owned(armed(&text).to_owned()),
    };
}
