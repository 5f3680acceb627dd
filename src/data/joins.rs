//! Columns from other extracts, computed columns, and the filter: the last steps of a frame.

use polars::prelude::*;
use polars::sql::sql_expr;

use super::sql::{first_line, read_expression};
use super::{Frame, Frames};
use crate::model::Diagnostic;
use crate::settings::{ExtractSettings, JoinSettings};

/// Takes the columns of all joins in, one after the other.
///
/// # Errors
/// A column that one of the two extracts does not have, or that both have.
pub fn join_all(
    lazy: LazyFrame,
    extract: &ExtractSettings,
    frames: &Frames,
) -> Result<LazyFrame, Diagnostic> {
    let mut lazy = lazy;
    for (index, join) in extract.join.iter().enumerate() {
        let Some(other) = frames.get(&join.extract) else { continue };
        let key = format!("join[{index}]");
        let refuse = |why: PolarsError| refuse(extract, &key, &format!("join {}", index + 1), &why);
        lazy = join_one(lazy, join, other).map_err(refuse)?;
        lazy.collect_schema().map_err(refuse)?;
    }
    Ok(lazy)
}

fn join_one(mut lazy: LazyFrame, join: &JoinSettings, other: &Frame) -> PolarsResult<LazyFrame> {
    let ours = lazy.collect_schema()?;
    if let Some(name) = join.take.iter().find(|name| ours.contains(name.as_str())) {
        polars_bail!(Duplicate: "it takes “{name}”, which is there already");
    }
    let their = join.their.as_deref().unwrap_or(&join.on);
    let from = join.valid_from.as_deref();
    let to = join.valid_to.as_deref();
    let mut wanted = vec![col(their).alias("_their")];
    wanted.extend(join.take.iter().map(|name| col(name.as_str())));
    wanted.extend(from.map(|name| col(name).alias("_from")));
    wanted.extend(to.map(|name| col(name).alias("_to")));
    let on = if ours.contains(&join.on) { col(join.on.as_str()) } else { sql_expr(&join.on)? };
    let mut lazy = lazy.with_column(on.alias("_on"));
    let mut theirs = other.lazy.clone().select(wanted);
    refuse_key(
        &join.on,
        lazy.collect_schema()?.get("_on"),
        theirs.collect_schema()?.get("_their"),
    )?;
    let joined = match &join.valid_on {
        // A key of theirs that stands there twice would double rows: the first one counts.
        None => lazy.join(
            theirs.unique_stable(Some(by_name(["_their"], true, false)), UniqueKeepStrategy::First),
            [col("_on")],
            [col("_their")],
            JoinArgs::new(JoinType::Left),
        ),
        Some(day) if matches!(ours.get(day), Some(DataType::Date | DataType::Datetime(_, _))) => {
            valid_on(lazy, theirs, day, from.is_some(), to.is_some(), &join.take)
        }
        Some(day) => polars_bail!(ColumnNotFound: "there is no date “{day}” for valid_on"),
    };
    Ok(joined.drop(by_name(["_on", "_their", "_from", "_to", "_day"], false, false)))
}

/// Rows are found by values of the same type; decimals are no keys in polars.
fn refuse_key(on: &str, ours: Option<&DataType>, theirs: Option<&DataType>) -> PolarsResult<()> {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if ours != theirs => {
            polars_bail!(SchemaMismatch: "“{on}” is {ours} here and {theirs} there")
        }
        (Some(ours @ DataType::Decimal(_, _)), _) => {
            polars_bail!(SchemaMismatch: "“{on}” is {ours}, which rows are not found by")
        }
        _ => Ok(()),
    }
}

/// The row of theirs that is valid on our day: the last one that begins by then, unless it ends.
fn valid_on(
    ours: LazyFrame,
    theirs: LazyFrame,
    day: &str,
    has_from: bool,
    has_to: bool,
    take: &[String],
) -> LazyFrame {
    let theirs = match has_from {
        true => theirs.with_column(col("_from").fill_null(lit(i32::MIN).cast(DataType::Date))),
        false => theirs.with_column(lit(i32::MIN).cast(DataType::Date).alias("_from")),
    };
    let options = AsOfOptions {
        strategy: AsofStrategy::Backward,
        allow_eq: true,
        left_by: Some(vec!["_on".into()]),
        right_by: Some(vec!["_their".into()]),
        ..AsOfOptions::default()
    };
    let joined = ours
        .with_column(col(day).cast(DataType::Date).alias("_day"))
        .sort(["_day"], SortMultipleOptions::default().with_maintain_order(true))
        .join(
            theirs.sort(["_from"], SortMultipleOptions::default().with_maintain_order(true)),
            [col("_day")],
            [col("_from")],
            JoinArgs::new(JoinType::AsOf(Box::new(options))),
        );
    if !has_to {
        return joined;
    }
    let over = col("_to").lt_eq(col("_day"));
    let kept = take.iter().map(|name| {
        let column = col(name.as_str());
        when(over.clone()).then(lit(NULL)).otherwise(column).alias(name.as_str())
    });
    joined.with_columns(kept.collect::<Vec<_>>())
}

/// Adds the derived columns, in their order, then keeps the rows of the filter; and, where `doubtful`
/// is set, those of which it cannot tell.
///
/// # Errors
/// An expression that cannot be read.
pub fn derive_and_filter(
    lazy: LazyFrame,
    extract: &ExtractSettings,
    doubtful: bool,
) -> Result<LazyFrame, Diagnostic> {
    let mut lazy = lazy;
    for (index, derived) in extract.derived.iter().enumerate() {
        let key = format!("derived[{index}].sql");
        let value = expression(&mut lazy, extract, &key, &derived.sql)?;
        lazy = lazy.with_column(value.alias(derived.name.as_str()));
        let what = || format!("derived column “{}”", derived.name);
        lazy.collect_schema().map_err(|why| refuse(extract, &key, &what(), &why))?;
    }
    if let Some(filter) = &extract.filter {
        let condition = expression(&mut lazy, extract, "filter", filter)?;
        let condition = if doubtful { condition.fill_null(lit(true)) } else { condition };
        lazy = lazy.filter(condition);
        lazy.collect_schema().map_err(|why| refuse(extract, "filter", "filter", &why))?;
    }
    Ok(lazy)
}

/// The expression of a key of the extract's config.
fn expression(
    lazy: &mut LazyFrame,
    extract: &ExtractSettings,
    key: &str,
    sql: &str,
) -> Result<Expr, Diagnostic> {
    let columns = lazy.collect_schema().map_err(|why| refuse(extract, key, key, &why))?;
    read_expression(sql, &columns)
        .map_err(|refused| Diagnostic::error(extract.place(key), refused.what, refused.help))
}

fn refuse(extract: &ExtractSettings, key: &str, what: &str, why: &PolarsError) -> Diagnostic {
    let what = format!("{what} cannot be used: {}", first_line(why));
    let help = "check the names of the columns and the SQL expression; docs/config.md says what can \
                be used";
    Diagnostic::error(extract.place(key), what, help)
}
