//! Rows of lazily scanned files whose key stands there already.

use std::collections::HashMap;

use polars::prelude::*;

use super::{InputFile, Reject};
use crate::model::RejectKind;
use crate::settings::ExtractSettings;

/// Rows, those set aside of them, and what is wrong with each of these.
pub type Parted = (LazyFrame, Option<LazyFrame>, Vec<Reject>);

/// The rows without those that repeat a key; these; and these as rejects that name the first row.
/// Only the rows of repeated keys are ever held.
///
/// # Errors
/// Rows that cannot be read.
pub fn set_repeated_aside(
    extract: &ExtractSettings,
    lazy: LazyFrame,
    inputs: &[InputFile],
) -> PolarsResult<Parted> {
    if extract.key.is_empty() {
        return Ok((lazy, None, Vec::new()));
    }
    // As text, since not every type can be grouped by.
    let text = |name: &String| col(name.as_str()).cast(DataType::String);
    let key: Vec<Expr> = extract.key.iter().map(text).collect();
    let by: Vec<Expr> = extract.key.iter().map(|name| col(name.as_str())).collect();
    let repeated = lazy
        .clone()
        .group_by(key.clone())
        .agg([len().alias("_times")])
        .filter(col("_times").gt(lit(1)))
        .select(by.clone())
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    if repeated.height() == 0 {
        return Ok((lazy, None, Vec::new()));
    }
    let nulls_match = JoinArgs { nulls_equal: true, ..JoinArgs::new(JoinType::Semi) };
    let place = [col("_file").cast(DataType::Int64), col("_row").cast(DataType::Int64)];
    let rows = lazy
        .clone()
        .select(key.into_iter().chain(place.clone()).collect::<Vec<_>>())
        .join(repeated.lazy(), by.clone(), by, nulls_match)
        .sort(["_file", "_row"], SortMultipleOptions::default())
        .collect_with_engine(Engine::Streaming)?
        .unwrap_single();
    let (places, rejects) = after_the_first(extract, &rows, inputs)?;
    let by_place = |how| {
        let theirs = [col("_file"), col("_row")];
        lazy.clone().join(places.clone().lazy(), place.clone(), theirs, JoinArgs::new(how))
    };
    Ok((by_place(JoinType::Anti), Some(by_place(JoinType::Semi)), rejects))
}

/// Of rows that share a key with another one, those that are not the first with it.
fn after_the_first(
    extract: &ExtractSettings,
    rows: &DataFrame,
    inputs: &[InputFile],
) -> PolarsResult<(DataFrame, Vec<Reject>)> {
    let keys: Vec<&StringChunked> =
        extract.key.iter().map(|name| rows.column(name)?.str()).collect::<PolarsResult<_>>()?;
    let files = rows.column("_file")?.i64()?;
    let numbers = rows.column("_row")?.i64()?;
    let header = extract.key.first().and_then(|key| {
        let column = extract.columns.iter().find(|column| column.name == *key);
        column.map(|column| column.header().to_owned())
    });
    let mut first: HashMap<Vec<Option<&str>>, (&str, i64)> = HashMap::new();
    let (mut rejects, mut places) = (Vec::new(), Vec::new());
    for index in 0..rows.height() {
        let (Some(file), Some(row)) = (files.get(index), numbers.get(index)) else { continue };
        let input = usize::try_from(file).ok().and_then(|file| inputs.get(file));
        let shown = input.map_or("", |input| input.path.as_str());
        let key: Vec<Option<&str>> = keys.iter().map(|column| column.get(index)).collect();
        let Some((first_file, first_row)) = first.get(&key) else {
            first.insert(key, (shown, row));
            continue;
        };
        places.push((file, row));
        rejects.push(Reject {
            extract: extract.id.clone(),
            file: shown.to_owned(),
            row: row.unsigned_abs(),
            column: header.clone().unwrap_or_default(),
            value: key.iter().map(|part| part.unwrap_or_default()).collect::<Vec<_>>().join(", "),
            reason: format!("the key is there already: row {first_row} of {first_file}"),
            kind: RejectKind::Repeated,
        });
    }
    let (files, numbers): (Vec<i64>, Vec<i64>) = places.into_iter().unzip();
    let columns = vec![Column::new("_file".into(), files), Column::new("_row".into(), numbers)];
    Ok((DataFrame::new(rejects.len(), columns)?, rejects))
}
