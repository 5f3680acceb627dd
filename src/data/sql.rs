//! SQL expressions of the config, read and held against the columns that they may use.

use polars::prelude::*;
use polars::sql::sql_expr;

/// Why an expression cannot be used, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub what: String,
    pub help: String,
}

/// Reads an expression over one extract's columns.
///
/// # Errors
/// Text that is no expression, a function that is not known, and a column that is not there.
pub fn read_expression(sql: &str, columns: &Schema) -> Result<Expr, Refused> {
    let expression = sql_expr(sql).map_err(|why| {
        let why = first_line(&why);
        let what = match why.strip_prefix("unable to parse") {
            Some(_) => format!("“{sql}” is no SQL expression"),
            None => format!("“{sql}” cannot be used: {why}"),
        };
        let help = "write a SQL expression over the columns of one extract, without functions that \
                    read files; docs/config.md says what can be used";
        Refused { what, help: help.to_owned() }
    })?;
    let names = (&expression).into_iter().filter_map(|node| match node {
        Expr::Column(name) => Some(name),
        _ => None,
    });
    for name in names {
        if !columns.contains(name) {
            let help = format!("use some of: {}", shown(columns));
            return Err(Refused { what: format!("there is no column “{name}”"), help });
        }
    }
    Ok(expression)
}

/// Whether an expression looks at other rows than its own. The list after `in` is no such look.
pub fn sees_other_rows(expression: &Expr) -> bool {
    expression.into_iter().any(|node| match node {
        Expr::Agg(AggExpr::Implode { .. }) => false,
        Expr::Agg(_) | Expr::Over { .. } | Expr::Len => true,
        _ => false,
    })
}

/// The columns that the config may name.
fn shown(columns: &Schema) -> String {
    let names = columns.iter_names().map(PlSmallStr::as_str);
    names.filter(|name| !name.starts_with('_')).collect::<Vec<_>>().join(", ")
}

/// What polars says, without its long tail.
pub fn first_line(why: &PolarsError) -> String {
    why.to_string().lines().next().unwrap_or("it cannot be used").to_owned()
}
