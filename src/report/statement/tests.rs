//! Where a figure is a live formula, and where it must not be one.

use std::sync::Arc;

use super::*;
use crate::model::plan::{CoefficientMode, CoefficientPlan};
use crate::model::{Exact, Figure};
use crate::report::fixture::{self, Company, number};
use crate::report::sheet::{Formula, SheetCell};

fn book(company: &Company, unit: &str) -> Book {
    let of = StatementOf { owner: None, language: Language::Zh, rows: None };
    statement(&company.seen(unit), &of)
}

/// The second step of the reckoning: what the bands give.
fn earned(company: &Company) -> SheetCell {
    let book = book(company, "P2");
    let bands = book.sheets.iter().find(|sheet| sheet.key == "bands").unwrap();
    let reckoning = bands.tables.iter().find(|table| table.caption == "计算").unwrap();
    assert_eq!(reckoning.rows[1][0], SheetCell::text("按区间得到的系数"));
    reckoning.rows[1][1].content().clone()
}

/// P2's award, with another attainment and way of reading the bands.
fn with(value: Exact, mode: CoefficientMode) -> Company {
    let mut company = fixture::company();
    let award = company.cards.coefficients.get_mut(&(fixture::MONTH, "P2".into())).unwrap();
    let plan = CoefficientPlan::clone(award.plan.as_ref().unwrap());
    award.plan = Some(Arc::new(CoefficientPlan { mode, ..plan }));
    award.value = Some(Figure::Known(value));
    company
}

fn is_looked_up(cell: &SheetCell) -> bool {
    matches!(cell, SheetCell::Formula(formula) if is_look_up(formula))
}

fn is_look_up(formula: &Formula) -> bool {
    matches!(&formula.terms[0], Term::Code(code) if code.starts_with("LOOKUP("))
}

#[test]
fn a_flat_coefficient_is_looked_up_unless_binary_fractions_could_miss_its_band() {
    let edge = number("0.8");
    for (value, expected) in [
        (edge.clone(), true),
        (number("0.85"), true),
        (&edge - &Exact::from_minor(1, 8), true),
        (&edge - &Exact::from_minor(1, 12), false),
        (&edge + &Exact::from_minor(1, 12), false),
        (number("-0.2"), true),
    ] {
        let cell = earned(&with(value.clone(), CoefficientMode::Flat));
        assert_eq!(is_looked_up(&cell), expected, "{value:?}");
    }
    for mode in [CoefficientMode::Linear, CoefficientMode::Marginal] {
        assert!(!is_looked_up(&earned(&with(number("0.85"), mode))));
    }
}

#[test]
fn without_rows_the_figures_are_numbers_and_the_summary_says_so() {
    let company = fixture::company();
    let book = book(&company, "P2");
    let summary = &book.sheets[0];
    for row in &summary.tables[0].rows {
        assert!(!matches!(row[1].content(), SheetCell::Formula(_)), "{:?}", row[1]);
    }
    assert!(summary.notes[0].contains("不附明细页"), "{:?}", summary.notes);
    assert!(book.sheets.iter().all(|sheet| !sheet.key.starts_with("rows")));
}

#[test]
fn a_units_workbook_has_every_unit_below_and_each_formula_finds_its_cells() {
    let company = fixture::company();
    for unit in ["C00", "D1"] {
        for language in [Language::Zh, Language::En] {
            let sheets = unit_workbook(&company.seen(unit), language);
            let units = sheets.iter().find(|sheet| sheet.key == "units").unwrap();
            let below = company
                .org
                .units
                .keys()
                .filter(|id| company.org.and_above(id).any(|above| above.as_str() == unit));
            let metrics = company.headline.len();
            assert_eq!(units.tables[0].rows.len(), below.count() * metrics);
            let rows = sheets.iter().flat_map(|sheet| &sheet.tables).flat_map(|t| &t.rows);
            for cell in rows.flatten() {
                let SheetCell::Formula(formula) = cell.content() else { continue };
                for term in &formula.terms {
                    let (Term::Cell(cell) | Term::Cells(_, cell)) = term else { continue };
                    let sheet = sheets.iter().find(|sheet| sheet.key == cell.sheet);
                    let table = &sheet.unwrap_or_else(|| panic!("{cell:?}")).tables[cell.table];
                    assert!(cell.row < table.rows.len() && cell.column < table.columns.len());
                }
            }
        }
    }
}

#[test]
fn the_gap_of_a_share_is_in_percentage_points() {
    let company = fixture::company();
    let book = book(&company, "P2");
    let cells = book.sheets.iter().flat_map(|sheet| &sheet.tables).flat_map(|table| &table.rows);
    let mut points = 0;
    for cell in cells.flatten() {
        let SheetCell::Formula(formula) = cell.content() else { continue };
        if let SheetCell::Points(_, words) = formula.result.content() {
            assert_eq!(words, "{number}个百分点");
            assert!(formula.terms.contains(&Term::code(")*100")), "{formula:?}");
            points += 1;
        }
    }
    assert!(points > 0);
}
