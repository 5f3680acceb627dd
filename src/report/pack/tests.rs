//! The pack of a small company, read aloud, and what it may not say.

use std::collections::BTreeSet;

use super::{PackFacts, RejectCount, Restatement, compose_pack};
use crate::calc::restatement::{FigureChange, Restated};
use crate::calc::{Reason, Scorecards, Warning};
use crate::model::{Exact, Language, Matter, RejectKind, Relation, Total};
use crate::report::document::{Block, Cell, Pack, ReportKind, Table};
use crate::report::fixture::{Company, QUARTER, number, quarter, quarter_briefing};
use crate::report::seen::Seen;
use crate::report::tests::{read, read_section};

fn facts() -> PackFacts {
    let change = |unit: &str, what, old: Option<&str>, new: Option<&str>| FigureChange {
        unit: unit.into(),
        metric: "sales".into(),
        what,
        old: old.map(number),
        new: new.map(number),
    };
    let restated = |month: &str, day: &str, changes| Restatement {
        period: month.parse().unwrap(),
        before: 1,
        version: 2,
        day: day.parse().unwrap(),
        changes,
    };
    PackFacts {
        with_workbook: true,
        totals: vec![Total {
            extract: "order_lines".into(),
            metric: "sales".into(),
            total: number("10900000"),
            credited: number("10820000"),
            unassigned: number("50000"),
            rejected: number("30000"),
            undated: Exact::zero(),
            overlay: Exact::zero(),
            period: None,
            rows: 500,
            rejected_rows: 3,
        }],
        rejects: vec![RejectCount {
            extract: "order_lines".into(),
            kind: RejectKind::Unknown,
            column: "销售工号".to_owned(),
            rows: 3,
            first: ("orders/2026-09.csv".to_owned(), 17, "E999".to_owned()),
        }],
        restatements: vec![
            restated(
                "2026-07",
                "2026-08-20",
                vec![
                    change("P3", Restated::Actual, Some("1000.005"), Some("1000.004")),
                    change("D2", Restated::Target, None, Some("1800000")),
                ],
            ),
            restated("2026-08", "2026-09-21", vec![change("P5", Restated::Actual, None, None)]),
        ],
    }
}

fn for_pack<'a>(company: &'a Company, unit: &str) -> Seen<'a> {
    company.seen_in(&quarter_briefing(company), ReportKind::Pack, unit)
}

fn pack_of(company: &Company, unit: &str, language: Language) -> Pack {
    compose_pack(&for_pack(company, unit), &facts(), language)
}

/// The mail, then every chapter.
fn told(pack: &Pack) -> String {
    let mut lines = vec![read(&pack.document), format!("--- {} ---", pack.contents_title)];
    for chapter in &pack.chapters {
        lines.push(format!("=== {} ({})", chapter.title, chapter.key));
        lines.extend(chapter.sections.iter().flat_map(read_section));
    }
    lines.join("\n")
}

fn table<'a>(pack: &'a Pack, key: &str) -> &'a Table {
    let chapters = pack.chapters.iter().flat_map(|chapter| &chapter.sections);
    let blocks = chapters.flat_map(|section| &section.blocks);
    let mut tables = blocks.filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    tables.find(|table| table.key == key).unwrap_or_else(|| panic!("no table {key}"))
}

fn texts(row: &[Cell]) -> Vec<&str> {
    row.iter().map(|cell| cell.text.as_str()).collect()
}

#[test]
fn packs_read_well() {
    let company = quarter();
    for (unit, name) in [("D1", "department"), ("C00", "company")] {
        for language in [Language::Zh, Language::En] {
            let pack = pack_of(&company, unit, language);
            assert_eq!(pack.document.kind, ReportKind::Pack);
            insta::assert_snapshot!(format!("pack_{name}_{}", language.code()), told(&pack));
        }
    }
}

#[test]
fn a_quarter_without_targets_measures_or_a_quarter_before_says_so() {
    let mut company = quarter();
    company.cards = Scorecards::default();
    company.targets.clear();
    let facts = PackFacts { restatements: Vec::new(), with_workbook: false, ..facts() };
    for language in [Language::Zh, Language::En] {
        let pack = compose_pack(&for_pack(&company, "D1"), &facts, language);
        insta::assert_snapshot!(format!("pack_bare_{}", language.code()), told(&pack));
    }
}

#[test]
fn a_departments_pack_names_nobody_of_another_one() {
    let company = quarter();
    for language in [Language::Zh, Language::En] {
        let text = serde_json::to_string(&pack_of(&company, "D11", language)).unwrap();
        for id in ["P0", "P1", "P5", "P6"] {
            let name = &company.org.people[&id.into()].name;
            // P1 heads the department, and is responsible for its targets and measures.
            assert!(id == "P1" || !text.contains(name.as_str()), "{id}");
        }
        for unit in ["D1", "D2"] {
            let unit = &company.org.units[&unit.into()];
            assert!(!text.contains(&unit.name), "{}", unit.name);
            assert!(!text.contains(unit.name_en.as_deref().unwrap()), "{:?}", unit.name_en);
        }
        assert!(!text.contains("6,070,000") && !text.contains("1,350,000"), "others' figures");
        assert!(!text.contains("1,800,000.00</"), "a target of another department");
    }
}

#[test]
fn only_changes_of_the_unit_and_those_below_are_restated() {
    let company = quarter();
    let rows = |unit: &str| -> Vec<String> {
        let pack = pack_of(&company, unit, Language::Zh);
        table(&pack, "restatements").rows.iter().map(|row| texts(row)[1].to_owned()).collect()
    };
    assert_eq!(rows("D11"), ["李娜"]);
    assert_eq!(rows("C00"), ["李娜", "华南区", "陈静"]);
    // No digit is rounded away.
    let pack = pack_of(&company, "D11", Language::Zh);
    let row = texts(&table(&pack, "restatements").rows[0]);
    assert_eq!(row[4..6], ["1,000.005", "1,000.004"]);
}

#[test]
fn a_place_is_told_with_its_movement() {
    let company = quarter();
    let pack = pack_of(&company, "C00", Language::Zh);
    let moved: Vec<[&str; 4]> = table(&pack, "ranked")
        .rows
        .iter()
        .map(|row| [0, 1, 2, 3].map(|at| row[at].text.as_str()))
        .collect();
    assert_eq!(moved[0], ["1/6", "6/6", "▲5", "王磊"]);
    assert_eq!(moved[5], ["6/6", "1/6", "▼5", "李娜"]);
}

#[test]
fn whoever_does_not_see_each_bonus_sees_no_sum_of_them() {
    let mut company = quarter();
    let paid = |company: &Company| {
        let told = told(&pack_of(company, "D1", Language::Zh));
        (told.contains("¥48,000.00"), told.contains("¥33,600.00"))
    };
    assert_eq!(paid(&company), (true, true));
    let to_hr = BTreeSet::from([Relation::Own, Relation::Hr]);
    company.policy.people.insert(Matter::Amounts, to_hr);
    assert_eq!(paid(&company), (false, false));
}

#[test]
fn warnings_are_told_by_the_months_they_lasted() {
    let company = quarter();
    let red = company.cards.scores.values().find(|score| {
        score.period == QUARTER
            && score.level == crate::model::Level::Person
            && score.warning == Warning::Red
    });
    assert!(red.is_some(), "somebody is warned");
    let pack = pack_of(&company, "D11", Language::Zh);
    let first = texts(&table(&pack, "warned").rows[0]);
    assert_eq!(first[0], "李娜");
    assert_eq!(
        first[3..],
        ["红色 0.2%", "红色 0.2%", "红色 0.2%", "红色 0.2%", "连续第3个月红色预警"]
    );
}

#[test]
fn a_quarter_that_warns_by_the_year_to_date_shows_that_attainment() {
    let mut company = quarter();
    let place = (QUARTER, "P3".into(), "sales".into());
    for reason in &mut company.cards.scores.get_mut(&place).unwrap().reasons {
        if let Reason::Below { to_date, .. } = reason {
            *to_date = true;
        }
    }
    let pack = pack_of(&company, "D11", Language::Zh);
    let first = texts(&table(&pack, "warned").rows[0]);
    // The year to date of everybody in the small company.
    assert_eq!((first[0], first[5], first[6]), ("李娜", "红色 0.2%", "红色 101.4%"));
}
