//! Two loads of an extract, row by row: which rows came, went or changed, and frames that lie in
//! between the two.

use polars::prelude::*;

use super::frame::Frame;
use crate::calc::correction::RowCounts;
use crate::model::Diagnostic;

/// How the rows of an extract differ.
pub struct RowDifference {
    pub counts: RowCounts,
    /// Whether the columns are others, so that rows cannot be compared one by one.
    pub whole: bool,
    added: DataFrame,
    /// The keys of the rows that went.
    removed: DataFrame,
    key: Vec<String>,
}

/// Where each row came from; it says nothing about the row.
const PLACE: [&str; 2] = ["_file", "_row"];
/// Tells rows apart that are alike, where no key does.
const NTH: &str = "_nth";

/// Compares two loads by the extract's key; without one, whole rows are compared. None where both
/// read the same files.
///
/// # Errors
/// Rows that cannot be read.
pub fn compare(old: &Frame, new: &Frame) -> Result<Option<RowDifference>, Diagnostic> {
    let hashes = |frame: &Frame| -> Vec<String> {
        frame.inputs.iter().map(|input| input.sha256.clone()).collect()
    };
    let (before, after) = (hashes(old), hashes(new));
    if before == after {
        return Ok(None);
    }
    compare_rows(old, new, &before, &after).map(Some).map_err(|why| new.refuse(&why))
}

fn compare_rows(
    old: &Frame,
    new: &Frame,
    before: &[String],
    after: &[String],
) -> PolarsResult<RowDifference> {
    let columns = content(&mut old.lazy.clone())?;
    let counts = RowCounts { extract: new.extract.clone(), added: 0, removed: 0, changed: 0 };
    if columns != content(&mut new.lazy.clone())? || old.key != new.key {
        let none = DataFrame::default;
        return Ok(RowDifference {
            counts,
            whole: true,
            added: none(),
            removed: none(),
            key: vec![],
        });
    }
    let names: Vec<String> = columns.iter().map(|(name, _)| name.to_string()).collect();
    let keyed = !new.key.is_empty();
    let mut key = if keyed { new.key.clone() } else { names.clone() };
    // Rows of files that are the same on both sides are the same.
    let (old_rows, new_rows) = (of_others(old, before, after), of_others(new, after, before));
    let (old_rows, new_rows) = match keyed {
        true => (old_rows, new_rows),
        false => (numbered(old_rows, &names)?, numbered(new_rows, &names)?),
    };
    if !keyed {
        key.push(NTH.to_owned());
    }
    let added = collect(apart(new_rows.clone(), old_rows.clone(), &key))?;
    let removed = collect(apart(old_rows.clone(), new_rows.clone(), &key).select(by(&key)))?;
    let (came, went) = (added.height() as u64, removed.height() as u64);
    let others = match keyed {
        true => count(apart(new_rows, old_rows, &names))?,
        false => came,
    };
    let changed = others.saturating_sub(came);
    let counts = RowCounts { added: came, removed: went, changed, ..counts };
    let added = if keyed { added } else { added.drop(NTH)? };
    Ok(RowDifference { counts, whole: false, added, removed, key })
}

impl RowDifference {
    /// The old rows with those that came.
    ///
    /// # Errors
    /// Rows that do not fit together.
    pub fn with_added(&self, old: &Frame) -> Result<Frame, Diagnostic> {
        let both = || -> PolarsResult<LazyFrame> {
            let schema = old.lazy.clone().collect_schema()?;
            let like: Vec<Expr> =
                schema.iter().map(|(name, kind)| col(name.clone()).cast(kind.clone())).collect();
            let added = self.added.clone().lazy().select(like);
            concat([old.lazy.clone(), added], UnionArgs::default())
        };
        both().map(|lazy| Frame { lazy, ..old.clone() }).map_err(|why| old.refuse(&why))
    }

    /// The rows without those that went.
    ///
    /// # Errors
    /// Rows that cannot be read.
    pub fn without_removed(&self, frame: &Frame) -> Result<Frame, Diagnostic> {
        let rest = || -> PolarsResult<LazyFrame> {
            let lazy = frame.lazy.clone();
            if !self.key.iter().any(|name| name == NTH) {
                return Ok(apart(lazy, self.removed.clone().lazy(), &self.key));
            }
            let names: Vec<String> = self.key.iter().filter(|name| *name != NTH).cloned().collect();
            // Of rows that are alike, it does not matter which goes.
            let rows = numbered(lazy, &names)?;
            Ok(apart(rows, self.removed.clone().lazy(), &self.key).drop(by_name(
                [NTH],
                true,
                false,
            )))
        };
        rest().map(|lazy| Frame { lazy, ..frame.clone() }).map_err(|why| frame.refuse(&why))
    }
}

/// The rows of one load, read by the rules of another: its columns, key and credit.
pub fn by_rules_of(rules: &Frame, rows: &Frame) -> Frame {
    Frame {
        headers: rules.headers.clone(),
        dimensions: rules.dimensions.clone(),
        key: rules.key.clone(),
        credit: rules.credit.clone(),
        returns: rules.returns.clone(),
        ..rows.clone()
    }
}

fn content(lazy: &mut LazyFrame) -> PolarsResult<Vec<(PlSmallStr, DataType)>> {
    let schema = lazy.collect_schema()?;
    let of_rows = schema.iter().filter(|(name, _)| !PLACE.contains(&name.as_str()));
    let mut columns: Vec<(PlSmallStr, DataType)> =
        of_rows.map(|(name, kind)| (name.clone(), kind.clone())).collect();
    columns.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(columns)
}

/// The rows of the files whose content the other side does not have, or not as often.
fn of_others(frame: &Frame, ours: &[String], theirs: &[String]) -> LazyFrame {
    let mut left: Vec<&String> = theirs.iter().collect();
    let mut other = |hash: &String| match left.iter().position(|their| *their == hash) {
        Some(at) => {
            left.swap_remove(at);
            false
        }
        None => true,
    };
    let files = ours.iter().enumerate().filter(|(_, hash)| other(hash));
    let files: Vec<i64> = files.map(|(index, _)| index as i64).collect();
    if files.len() == ours.len() {
        return frame.lazy.clone();
    }
    let wanted = files.iter().map(|file| col("_file").cast(DataType::Int64).eq(lit(*file)));
    match wanted.reduce(|any, one| any.or(one)) {
        Some(condition) => frame.lazy.clone().filter(condition),
        None => frame.lazy.clone().limit(0),
    }
}

/// Rows that are alike, numbered.
fn numbered(lazy: LazyFrame, names: &[String]) -> PolarsResult<LazyFrame> {
    let nth = lit(1i64).cum_sum(false).over(by(names))?;
    Ok(lazy.with_column(nth.alias(NTH)))
}

fn by(names: &[String]) -> Vec<Expr> {
    names.iter().map(|name| col(name.as_str())).collect()
}

/// The rows that have no match among others.
fn apart(rows: LazyFrame, others: LazyFrame, names: &[String]) -> LazyFrame {
    // As text, since not every type can be joined by.
    let text = |name: &String| match name.as_str() {
        NTH => col(NTH),
        name => col(name).cast(DataType::String),
    };
    let keys: Vec<Expr> = names.iter().map(text).collect();
    let nulls_match = JoinArgs { nulls_equal: true, ..JoinArgs::new(JoinType::Anti) };
    rows.join(others, keys.clone(), keys, nulls_match)
}

fn count(lazy: LazyFrame) -> PolarsResult<u64> {
    let counted = collect(lazy.select([len().cast(DataType::UInt64).alias("rows")]))?;
    Ok(counted.column("rows")?.u64()?.get(0).unwrap_or(0))
}

fn collect(lazy: LazyFrame) -> PolarsResult<DataFrame> {
    Ok(lazy.collect_with_engine(Engine::Streaming)?.unwrap_single())
}

#[cfg(test)]
mod tests;
