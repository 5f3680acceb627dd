//! SQL expressions of the config, read and held against the columns that they may use.

use std::ops::ControlFlow;

use polars::prelude::*;
use polars::sql::sql_expr;
use sqlparser::ast::{Query, Visit, Visitor};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserOptions};

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
    // polars runs the query inside an `in (…)` as it reads it, and such a query may name any file.
    if asks_a_query(sql) {
        let what = format!("“{sql}” asks a query of its own");
        let help = "write an expression over the columns of one extract; to use those of another, \
                    join it in the extract's config";
        return Err(Refused { what, help: help.to_owned() });
    }
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
    let strays = |node: &Expr| matches!(node, Expr::SubPlan(..) | Expr::Selector(_));
    if (&expression).into_iter().any(strays) {
        let help = format!("name each column, such as some of: {}", shown(columns));
        return Err(Refused { what: format!("“{sql}” does not name its columns"), help });
    }
    for name in names {
        if !columns.contains(name) {
            let help = format!("use some of: {}", shown(columns));
            return Err(Refused { what: format!("there is no column “{name}”"), help });
        }
    }
    Ok(expression)
}

/// Whether a text has a query in it, read as polars reads it. One that cannot be read has none.
fn asks_a_query(sql: &str) -> bool {
    struct Queries;
    impl Visitor for Queries {
        type Break = ();

        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }
    let options = ParserOptions { trailing_commas: true, ..ParserOptions::default() };
    let parser = Parser::new(&GenericDialect).with_options(options);
    let read = parser.try_with_sql(sql).and_then(|mut parser| parser.parse_select_item());
    read.is_ok_and(|item| item.visit(&mut Queries).is_break())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_refused_before_polars_runs_it() {
        let columns = Schema::from_iter([("amount".into(), DataType::Int64)]);
        for sql in [
            "amount in (select a from read_csv('/etc/passwd'))",
            "amount not in (select 1)",
            "amount in (with t as (select 1) select * from t)",
            "1 + case when exists (select 1) then 1 else 2 end",
            "(select 1)",
        ] {
            let refused = read_expression(sql, &columns).unwrap_err();
            assert!(refused.what.ends_with("asks a query of its own"), "{sql}: {}", refused.what);
        }
        for sql in ["*", "columns(*)", "columns('a.*')", "\"^a.*$\"", "other"] {
            assert!(read_expression(sql, &columns).is_err(), "{sql}");
        }
        for sql in ["amount in (1, 2)", "cast(amount as double) / 2", "'select 1'"] {
            assert!(read_expression(sql, &columns).is_ok(), "{sql}");
        }
    }
}
