//! The shares of split and overlay credit, read and held against 100 % and the org.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::data::sql::read_expression;
use crate::data::{Frame, Reject};
use crate::model::{Diagnostic, Exact, Org, Place, RejectKind, UnitId, round};
use crate::settings::{CreditSettings, ShareUnit};

/// Who has how much of which row. Both tables hold `_key`, `_person` and `_share`.
pub struct Shares {
    pub split: DataFrame,
    /// Beside the split, for the person alone.
    pub overlay: DataFrame,
    /// The keys of rows whose shares cannot be, and why.
    pub wrong: BTreeMap<String, String>,
    /// Where each key stands first.
    pub places: BTreeMap<String, (String, u64)>,
    /// A share is so many 10^-`digits` of its row.
    pub digits: usize,
    /// Overlay shares that can be nobody's.
    pub rejects: Vec<Reject>,
}

/// The split of one row.
#[derive(Default)]
struct Split {
    shares: Vec<(String, i64)>,
    sum: i128,
    wrong: Option<String>,
}

/// A row of the extract with the shares.
struct Given<'a> {
    key: Option<&'a str>,
    person: Option<&'a str>,
    share: Option<i128>,
    overlay: bool,
    file: String,
    row: u64,
}

/// Reads the shares in `frame`.
///
/// # Errors
/// Columns that are not of the kind that is needed.
pub fn read_shares(
    frame: &Frame,
    credit: &CreditSettings,
    org: &Org,
) -> Result<Shares, Diagnostic> {
    let (table, digits) = read_table(frame, credit)?;
    let given = rows_of(frame, &table).map_err(|why| frame.refuse(&why))?;
    let digits = match credit.share_in {
        ShareUnit::Percent => digits + 2,
        ShareUnit::Fraction => digits,
    };
    let whole = 10i128.pow(u32::try_from(digits).unwrap_or(u32::MAX).min(38));
    let mut splits: BTreeMap<String, Split> = BTreeMap::new();
    let mut overlay: Vec<(String, String, i64)> = Vec::new();
    let mut places = BTreeMap::new();
    let mut rejects = Vec::new();
    for row in given {
        let wrong = what_is_wrong(&row, org);
        let key = row.key.unwrap_or_default();
        if row.key.is_some() {
            places.entry(key.to_owned()).or_insert_with(|| (row.file.clone(), row.row));
        }
        match (wrong, row.overlay && row.key.is_some()) {
            (Ok((person, share)), true) => overlay.push((key.to_owned(), person, share)),
            (Ok((person, share)), false) => {
                let split = splits.entry(key.to_owned()).or_default();
                split.sum += i128::from(share);
                split.shares.push((person, share));
            }
            (Err(wrong), false) if row.key.is_some() => {
                splits.entry(key.to_owned()).or_default().wrong.get_or_insert(wrong.reason);
            }
            (Err(wrong), _) => rejects.push(wrong.reject(frame, credit, &row)),
        }
    }
    let mut wrong = BTreeMap::new();
    let mut split = Vec::new();
    for (key, one) in splits {
        match one.wrong.or_else(|| (one.sum != whole).then(|| sum_found(one.sum, digits))) {
            Some(why) => {
                wrong.insert(key, why);
            }
            None => split.extend(one.shares.into_iter().map(|(p, s)| (key.clone(), p, s))),
        }
    }
    let refuse = |why: PolarsError| frame.refuse(&why);
    let split = table_of(split).map_err(refuse)?;
    let overlay = table_of(overlay).map_err(refuse)?;
    Ok(Shares { split, overlay, wrong, places, digits, rejects })
}

fn sum_found(sum: i128, digits: usize) -> String {
    let percent = &Exact::from_minor(sum, digits) * &Exact::from(100);
    format!("its shares add up to {} %, not to 100 %", round::to_plain(&percent))
}

/// Why a share can be nobody's: the column, and the reason as told of the row that is shared out.
struct Wrong {
    column: fn(&CreditSettings) -> &str,
    reason: String,
}

impl Wrong {
    fn reject(self, frame: &Frame, credit: &CreditSettings, row: &Given<'_>) -> Reject {
        let column = (self.column)(credit);
        let value = match column {
            column if column == credit.person => row.person.unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        Reject {
            extract: frame.extract.clone(),
            file: row.file.clone(),
            row: row.row,
            column: frame.header(column).to_owned(),
            value,
            reason: self.reason,
            kind: RejectKind::Shares,
        }
    }
}

fn what_is_wrong(row: &Given<'_>, org: &Org) -> Result<(String, i64), Wrong> {
    let wrong = |column: fn(&CreditSettings) -> &str, reason: String| Wrong { column, reason };
    if row.key.is_none() {
        return Err(wrong(CreditSettings::their, "a share of no row".to_owned()));
    }
    let Some(person) = row.person else {
        return Err(wrong(|credit| &credit.person, "a share of it is nobody's".to_owned()));
    };
    if !org.people.contains_key(&UnitId::from(person)) {
        let reason = format!("a share of it is {person}'s, and nobody in the org has this id");
        return Err(wrong(|credit| &credit.person, reason));
    }
    match row.share.and_then(|share| i64::try_from(share).ok()) {
        Some(share) if share > 0 => Ok((person.to_owned(), share)),
        _ => {
            let reason = format!("the share of {person} is no number above 0");
            Err(wrong(|credit| &credit.share, reason))
        }
    }
}

/// The columns that say who has how much, in the order of files and rows, and the digits after the
/// point of a share.
fn read_table(frame: &Frame, credit: &CreditSettings) -> Result<(DataFrame, usize), Diagnostic> {
    let refuse = |why: PolarsError| frame.refuse(&why);
    let columns = frame.lazy.clone().collect_schema().map_err(refuse)?;
    let place = || Place::file(format!("extracts/{}.toml", frame.extract));
    let digits = match columns.get(credit.share.as_str()) {
        Some(DataType::Decimal(_, scale)) => *scale,
        Some(dtype) if dtype.is_integer() => 0,
        _ => {
            let what = format!("“{}” holds shares, and is no exact number", credit.share);
            return Err(Diagnostic::error(place(), what, "give the column type = \"decimal\""));
        }
    };
    let overlay = match &credit.overlay {
        None => lit(false),
        Some(sql) => read_expression(sql, &columns).map_err(|refused| {
            let what = format!("credit.overlay: {}", refused.what);
            Diagnostic::error(place(), what, refused.help)
        })?,
    };
    let table = frame
        .lazy
        .clone()
        .select([
            col(credit.their()).cast(DataType::String).alias("_key"),
            col(credit.person.as_str()).cast(DataType::String).alias("_person"),
            col(credit.share.as_str()).alias("_share"),
            overlay.cast(DataType::Boolean).fill_null(lit(false)).alias("_overlay"),
            col("_file").cast(DataType::Int64),
            col("_row").cast(DataType::Int64),
        ])
        .sort(["_file", "_row"], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)
        .map_err(refuse)?
        .unwrap_single();
    Ok((table, digits))
}

fn rows_of<'a>(frame: &Frame, table: &'a DataFrame) -> PolarsResult<Vec<Given<'a>>> {
    let (keys, people) = (table.column("_key")?.str()?, table.column("_person")?.str()?);
    let (shares, overlay) = (table.column("_share")?, table.column("_overlay")?.bool()?);
    let (files, rows) = (table.column("_file")?.i64()?, table.column("_row")?.i64()?);
    let file_of = |index: Option<i64>| {
        let file = index.and_then(|index| frame.inputs.get(usize::try_from(index).ok()?));
        file.map_or_else(|| frame.extract.to_string(), |input| input.path.clone())
    };
    let given = |index: usize| -> PolarsResult<Given<'a>> {
        Ok(Given {
            key: keys.get(index).filter(|key| !key.is_empty()),
            person: people.get(index).filter(|person| !person.is_empty()),
            share: super::days::minor_of(&shares.get(index)?),
            overlay: overlay.get(index).unwrap_or(false),
            file: file_of(files.get(index)),
            row: rows.get(index).map_or(0, i64::unsigned_abs),
        })
    };
    (0..table.height()).map(given).collect()
}

fn table_of(rows: Vec<(String, String, i64)>) -> PolarsResult<DataFrame> {
    let height = rows.len();
    let (mut keys, mut people, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    for (key, person, share) in rows {
        keys.push(key);
        people.push(person);
        shares.push(share);
    }
    let columns = vec![
        Column::new("_key".into(), keys),
        Column::new("_person".into(), people),
        Column::new("_share".into(), shares),
    ];
    DataFrame::new(height, columns)
}
