//! A target beside the sum over a dimension's values.

use super::tests::{Rows, book, metric, number, org, target, told};
use super::*;
use crate::calc::{Attendance, Seasons};
use crate::model::plan::{Buffer, BufferSide, BufferSize};
use crate::model::{DimensionTarget, MetricUnit, Seasonality};

/// Own rows beside those of the product lines A, B and so on; the comparisons by a dimension alone.
fn by_line(
    own: Rows<'_>,
    lines: &[(&str, Rows<'_>)],
    seasonality: &Seasonality,
) -> Vec<Comparison> {
    held(own, lines, seasonality, Vec::new())
}

fn held(
    own: Rows<'_>,
    lines: &[(&str, Rows<'_>)],
    seasonality: &Seasonality,
    buffers: Vec<Buffer>,
) -> Vec<Comparison> {
    let metrics = [metric("m", MetricUnit::Money)];
    let fiscal = FiscalYear::default();
    let seasons = Seasons::new(&[("m".into(), seasonality.clone())].into());
    let build = |rows: Vec<&crate::model::Target>| {
        TargetBook::build(rows, seasons.clone(), Attendance::default(), &metrics, fiscal)
    };
    let of_lines = |(line, rows): &(&str, Rows<'_>)| -> Vec<DimensionTarget> {
        let rows = rows.iter().enumerate();
        rows.map(|(place, row)| DimensionTarget {
            dimension: "line".into(),
            value: (*line).to_owned(),
            target: target(place, *row),
        })
        .collect()
    };
    let lines: Vec<DimensionTarget> = lines.iter().flat_map(of_lines).collect();
    let own: Vec<_> = own.iter().enumerate().map(|(place, row)| target(place, *row)).collect();
    let case = ReconcileCase {
        org: &org(),
        metrics: &metrics,
        targets: &build(own.iter().collect()),
        by_dimension: &DimensionBooks::all(&lines, build),
        submissions: &book(&[], &metrics),
        rule: &ReconcileRule { buffers },
        fiscal,
    };
    let found = reconcile(&case, Period::Year(2026)).comparisons;
    let tree = found.iter().position(|one| one.dimension.is_some()).unwrap_or(found.len());
    assert!(found[tree..].iter().all(|one| one.dimension == Some("line".into())));
    found.into_iter().filter(|one| one.dimension.is_some()).collect()
}

#[test]
fn the_values_of_a_dimension_add_up_to_the_cent_or_they_do_not() {
    let own = [("C", "2026", "300.00"), ("D1", "2026", "200.00"), ("P1", "2026", "10")];
    let (c, d1, p1) = (("C", "2026", "100.01"), ("D1", "2026", "150"), ("P1", "2026", "10"));
    let lines: [(&str, Rows<'_>); 2] =
        [("A", &[c, d1, p1]), ("B", &[("C", "2026", "199.99"), ("D1", "2026", "49.99")])];
    let found = by_line(&own, &lines, &Seasonality::Even);
    let expected = ["C 2026 0 matches", "D1 2026 -0.01 mismatch", "P1 2026 0 matches"];
    assert_eq!(told(&found), expected);
    let counted: Vec<usize> = found.iter().map(|one| one.counted).collect();
    assert_eq!(counted, [2, 2, 1]);
    assert_eq!(found[2].level, Level::Person);
}

#[test]
fn a_buffer_covers_the_parts_of_its_unit_to_the_edge() {
    let cent = |side| Buffer {
        metric: None,
        unit: None,
        level: Some(Level::Department),
        size: BufferSize::Amount(number("0.01")),
        side,
    };
    let state = |value: &str, buffer: Buffer| {
        let own = [("D1", "2026", "100")];
        let lines: [(&str, Rows<'_>); 2] =
            [("A", &[("D1", "2026", "40")]), ("B", &[("D1", "2026", value)])];
        held(&own, &lines, &Seasonality::Even, vec![buffer])[0].state
    };
    assert_eq!(state("59.99", cent(BufferSide::Under)), ReconcileState::WithinBuffer);
    assert_eq!(state("59.98", cent(BufferSide::Under)), ReconcileState::Mismatch);
    assert_eq!(state("60.01", cent(BufferSide::Under)), ReconcileState::Mismatch);
    assert_eq!(state("60.01", cent(BufferSide::Both)), ReconcileState::WithinBuffer);
}

#[test]
fn only_a_period_that_the_rows_of_the_values_cover_is_compared() {
    let quarter: [(&str, Rows<'_>); 1] = [("A", &[("D1", "2026-Q1", "25")])];
    assert!(by_line(&[("D1", "2026", "100")], &quarter, &Seasonality::Even).is_empty());
    let own = [("D1", "2026-Q1", "25.01"), ("D1", "2026", "100")];
    let found = by_line(&own, &quarter, &Seasonality::Even);
    assert_eq!(told(&found), ["D1 2026-Q1 -0.01 mismatch"]);
    // A value that begins in April is a part of the year from then on.
    let halves: [(&str, Rows<'_>); 2] = [
        ("A", &[("D1", "2026", "70")]),
        ("B", &[("D1", "2026-Q2", "10"), ("D1", "2026-Q3", "10"), ("D1", "2026-Q4", "10")]),
    ];
    let found = by_line(&[("D1", "2026", "100")], &halves, &Seasonality::Even);
    assert_eq!(told(&found), ["D1 2026 0 matches"]);
    let alone = by_line(&[], &halves, &Seasonality::Even);
    assert_eq!(told(&alone), ["D1 2026 - no_parent_target"]);
}

#[test]
fn months_that_were_to_weigh_as_last_years_are_said_to_weigh_the_same() {
    let own = [("D1", "2026-02", "20"), ("D1", "2026", "120")];
    let lines: [(&str, Rows<'_>); 1] = [("A", &[("D1", "2026", "120")])];
    let even = |seasonality| -> Vec<(String, bool)> {
        let found = by_line(&own, &lines, &seasonality);
        told(&found).into_iter().zip(found.iter().map(|one| one.is_even)).collect()
    };
    let (year, month) = ("D1 2026 0 matches".to_owned(), "D1 2026-02 -10 mismatch".to_owned());
    let expected = [(year.clone(), false), (month.clone(), true)];
    assert_eq!(even(Seasonality::LastYear), expected);
    assert_eq!(even(Seasonality::Even), [(year, false), (month, false)]);
}
