//! Whether the metrics fit the columns of their extracts, before a single row is read.

use polars::prelude::*;

use crate::data::sql::{Refused, first_line, read_expression, sees_other_rows};
use crate::data::{Frame, Frames};
use crate::model::metric::Simple;
use crate::model::{Aggregate, Metric, MetricId, MetricKind};

/// A metric's key whose value does not fit the extract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    pub metric: MetricId,
    /// The key of its table in the config, such as `value`.
    pub key: &'static str,
    pub what: String,
    pub help: String,
}

/// All that does not fit, in the order of the metrics.
pub fn find_misfits(frames: &Frames, metrics: &[Metric]) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    for metric in metrics {
        let MetricKind::Simple(simple) = &metric.kind else { continue };
        let Some(frame) = frames.get(&simple.extract) else { continue };
        let mut judge = |key: &'static str, fits: Result<(), Refused>| {
            if let Err(Refused { what, help }) = fits {
                misfits.push(Misfit { metric: metric.id.clone(), key, what, help });
            }
        };
        match frame.lazy.clone().collect_schema() {
            Ok(columns) => {
                judge("date", date_fits(simple, &columns));
                judge("filter", filter_fits(frame, simple, &columns));
                judge("value", value_fits(frame, simple, &columns));
            }
            Err(why) => judge("extract", Err(refused(&why, "check the extract's config"))),
        }
    }
    misfits
}

fn date_fits(simple: &Simple, columns: &Schema) -> Result<(), Refused> {
    match columns.get(simple.date.as_str()) {
        Some(DataType::Date | DataType::Datetime(_, _)) => Ok(()),
        Some(_) => Err(Refused {
            what: format!("“{}” is no date", simple.date),
            help: "name a column of type = \"date\": the day that a row counts on".to_owned(),
        }),
        None => read_expression(&format!("\"{}\"", simple.date), columns).map(drop),
    }
}

fn filter_fits(frame: &Frame, simple: &Simple, columns: &Schema) -> Result<(), Refused> {
    let Some(sql) = &simple.filter else { return Ok(()) };
    match type_of(frame, sql, columns)? {
        DataType::Boolean => Ok(()),
        other => Err(Refused {
            what: format!("“{sql}” is {}, not true or false", words(&other)),
            help: "write a condition, such as kind = 'sale'".to_owned(),
        }),
    }
}

fn value_fits(frame: &Frame, simple: &Simple, columns: &Schema) -> Result<(), Refused> {
    let Some(sql) = &simple.value else { return Ok(()) };
    let dtype = type_of(frame, sql, columns)?;
    if simple.aggregate != Aggregate::Sum || dtype.is_decimal() || dtype.is_integer() {
        return Ok(());
    }
    let help = match dtype.is_float() {
        true => {
            "add up columns of type = \"decimal\" or \"integer\" as they are, and apply a factor \
             in a metric of its own, such as formula = \"sales * 0.17\""
        }
        false => "give a column or an expression that yields a number",
    };
    Err(Refused {
        what: format!("“{sql}” is {}, not an exact number", words(&dtype)),
        help: help.to_owned(),
    })
}

/// The type of an expression over the rows of an extract, one by one.
fn type_of(frame: &Frame, sql: &str, columns: &Schema) -> Result<DataType, Refused> {
    let expression = read_expression(sql, columns)?;
    if sees_other_rows(&expression) {
        return Err(Refused {
            what: format!("“{sql}” looks at more than its own row"),
            help:
                "write what one row counts; `aggregate` says how rows come together, and a value \
                   that needs other rows belongs into a [[derived]] column of the extract"
                    .to_owned(),
        });
    }
    let typed = frame.lazy.clone().select([expression.alias("value")]).collect_schema();
    let typed = typed.map_err(|why| refused(&why, "mend the SQL expression"))?;
    Ok(typed.get("value").cloned().unwrap_or(DataType::Null))
}

fn refused(why: &PolarsError, help: &str) -> Refused {
    Refused { what: first_line(why), help: help.to_owned() }
}

fn words(dtype: &DataType) -> &'static str {
    match dtype {
        DataType::String => "a text",
        DataType::Date | DataType::Datetime(_, _) => "a date",
        DataType::Boolean => "true or false",
        dtype if dtype.is_float() => "a binary fraction",
        dtype if dtype.is_decimal() || dtype.is_integer() => "a number",
        _ => "of another type",
    }
}
