//! What a cell may hold beyond its type: the least, the greatest, and the only values.

use polars::prelude::*;

use super::cell::Value;
use crate::model::Exact;
use crate::model::round;
use crate::settings::{ColumnKind, ColumnSettings};

/// Why a value is none that its column may hold; none where it is one.
pub fn refusal(column: &ColumnSettings, value: &Value) -> Option<String> {
    let [least, most] = column.numbers();
    let [first, last] = column.days();
    let (under, over) = match value {
        Value::Text(Some(text)) if !column.allowed.is_empty() => {
            return (!column.allowed.contains(text)).then(|| listed(column));
        }
        Value::Integer(Some(whole)) => {
            let whole = i128::from(*whole);
            (least.is_some_and(|least| whole < least), most.is_some_and(|most| whole > most))
        }
        Value::Decimal(Some(minor)) => {
            (least.is_some_and(|least| *minor < least), most.is_some_and(|most| *minor > most))
        }
        Value::Date(Some(day)) => {
            (first.is_some_and(|first| *day < first), last.is_some_and(|last| *day > last))
        }
        Value::Text(_)
        | Value::Integer(_)
        | Value::Decimal(_)
        | Value::Date(_)
        | Value::Boolean(_) => {
            return None;
        }
    };
    let [below, above] = edges(column);
    if under { below } else { above.filter(|_| over) }
}

/// The same as conditions over a column's value, true or false and never null.
pub fn faults(column: &ColumnSettings, value: &Expr) -> Vec<(Expr, String)> {
    let [least, most] = column.numbers();
    let [first, last] = column.days();
    let [below, above] = edges(column);
    let number = |minor: i128| match column.kind {
        ColumnKind::Decimal => lit(round::to_plain(&Exact::from_minor(minor, column.scale)))
            .cast(DataType::Decimal(38, column.scale)),
        _ => lit(i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX })),
    };
    let least = least.map(number).or(first.map(lit));
    let most = most.map(number).or(last.map(lit));
    let never_null = |fault: Expr| fault.fill_null(lit(false));
    let mut found = Vec::new();
    if let (Some(edge), Some(why)) = (least, below) {
        found.push((never_null(value.clone().lt(edge)), why));
    }
    if let (Some(edge), Some(why)) = (most, above) {
        found.push((never_null(value.clone().gt(edge)), why));
    }
    if !column.allowed.is_empty() {
        let any = column.allowed.iter().map(|text| value.clone().eq(lit(text.as_str())));
        // An empty text stands for nothing, as in a file of text.
        let any = any.chain([value.clone().eq(lit(""))]).reduce(Expr::or);
        found.extend(any.map(|any| (never_null(any.not()), listed(column))));
    }
    found
}

fn listed(column: &ColumnSettings) -> String {
    format!("none of the values allowed: {}", column.allowed.join(", "))
}

/// What is wrong below the least and above the greatest value.
fn edges(column: &ColumnSettings) -> [Option<String>; 2] {
    let digits = if column.kind == ColumnKind::Integer { 0 } else { column.scale };
    let [least, most] = column.numbers();
    let [first, last] = column.days();
    let shown = |minor| round::to_plain(&Exact::from_minor(minor, digits));
    [
        least
            .map(|least| format!("less than {}, the least that is allowed", shown(least)))
            .or_else(|| first.map(|day| format!("before {day}, the first day that is allowed"))),
        most.map(|most| format!("more than {}, the most that is allowed", shown(most)))
            .or_else(|| last.map(|day| format!("after {day}, the last day that is allowed"))),
    ]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn column(rules: &str) -> ColumnSettings {
        toml::from_str(&format!("name = 'a'\n{rules}")).unwrap()
    }

    /// What the two ways of reading say of the same cells: text by cell, Parquet by expression.
    fn both(column: &ColumnSettings, minor: i128) -> [Option<String>; 2] {
        let by_cell = refusal(column, &Value::Decimal(Some(minor)));
        let cells = Int128Chunked::from_slice("a".into(), &[minor]);
        let cells = cells.into_decimal(38, column.scale).unwrap().into_series();
        let table = DataFrame::new(1, vec![cells.into()]).unwrap().lazy();
        let by_column = faults(column, &col("a")).into_iter().find_map(|(fault, why)| {
            let told = table.clone().select([fault]).collect().unwrap();
            told.columns()[0].bool().unwrap().get(0).unwrap().then_some(why)
        });
        [by_cell, by_column]
    }

    #[test]
    fn a_value_on_the_edge_is_allowed() {
        let amount = column("type = 'decimal'\nleast = '-0.5'\nmost = 10");
        let decimal = |minor| refusal(&amount, &Value::Decimal(Some(minor)));
        assert_eq!([decimal(-50), decimal(1000)], [None, None]);
        assert_eq!(decimal(-51).unwrap(), "less than -0.5, the least that is allowed");
        assert_eq!(decimal(1001).unwrap(), "more than 10, the most that is allowed");
        let day = column("type = 'date'\nleast = '2020-01-01'\nmost = '2020-12-31'");
        let date = |text: &str| refusal(&day, &Value::Date(Some(text.parse().unwrap())));
        assert_eq!([date("2020-01-01"), date("2020-12-31")], [None, None]);
        assert_eq!(date("2019-12-31").unwrap(), "before 2020-01-01, the first day that is allowed");
        assert_eq!(date("2021-01-01").unwrap(), "after 2020-12-31, the last day that is allowed");
        let kind = column("type = 'text'\nallowed = ['销售', '退货']");
        assert_eq!(refusal(&kind, &Value::Text(Some("退货".into()))), None);
        assert_eq!(refusal(&kind, &Value::Text(None)), None);
        let other = refusal(&kind, &Value::Text(Some("销 售".into())));
        assert_eq!(other.unwrap(), "none of the values allowed: 销售, 退货");
    }

    proptest! {
        #[test]
        fn text_and_parquet_are_held_to_the_same_edges(
            minor in -300i128..300, a in -200i64..200, length in 0i64..200,
        ) {
            let edge = |minor: i64| round::to_fixed(&Exact::from_minor(minor.into(), 2), 2);
            let rules = format!("type = 'decimal'\nleast = '{}'\nmost = '{}'", edge(a), edge(a + length));
            let [by_cell, by_column] = both(&column(&rules), minor);
            prop_assert_eq!(&by_cell, &by_column);
            let inside = i128::from(a) <= minor && minor <= i128::from(a + length);
            prop_assert_eq!(by_cell.is_none(), inside);
        }
    }
}
