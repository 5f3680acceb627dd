//! The command through the real program.

use std::sync::LazyLock;

use attain::model::Exact;
use calamine::{Data, Reader, open_workbook_auto};

use crate::project::{Project, Said};

/// A project whose October was run, for all tests that change nothing.
static RUN: LazyLock<Project> = LazyLock::new(|| {
    let project = Project::shared("explained");
    let said = project.attain("run", &["2026-10"]);
    assert_eq!(said.code, 0, "{}", said.err);
    project
});

fn explain(more: &[&str]) -> Said {
    RUN.attain("explain", more)
}

fn number(value: &serde_json::Value) -> Exact {
    Exact::parse(value.as_str().unwrap_or_else(|| panic!("no number: {value}"))).unwrap()
}

#[test]
fn a_persons_sales_are_told_from_the_rows_to_the_coefficient() {
    let said = explain(&["2026-10", "张丽娟", "sales"]);
    assert_eq!(said.code, 0, "{}", said.err);
    insta::with_settings!({ snapshot_path => "../snapshots/explain", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("E048.sales.zh", said.out);
    });
    assert!(said.out.lines().all(|line| line.chars().count() <= 100), "{}", said.out);
}

#[test]
fn a_quotient_of_a_department_is_told_in_english() {
    let said = explain(&["2026-10", "D20", "gross margin", "--language", "en"]);
    assert_eq!(said.code, 0, "{}", said.err);
    insta::with_settings!({ snapshot_path => "../snapshots/explain", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("D20.gross_margin.en", said.out);
    });
}

#[test]
fn the_rows_of_the_json_add_up_to_what_the_run_recorded() {
    let recorded = RUN.read("ledger/runs/2026-10/v1/results/scores.csv");
    for (unit, metric) in
        [("E048", "sales"), ("D20", "sales"), ("C00", "visits"), ("D21", "orders")]
    {
        let said = explain(&["2026-10", unit, metric, "--json"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let found = said.json();
        let table = &found["figure"]["rows"][0];
        let rows = table["rows"].as_array().unwrap();
        let sum: Exact = rows.iter().map(|row| number(&row["credited"][0])).sum();
        let row = recorded
            .lines()
            .find(|line| {
                let cells: Vec<&str> = line.split(',').collect();
                cells[..3] == ["2026-10", "month", unit] && cells[6] == metric
            })
            .unwrap();
        assert_eq!(sum, Exact::parse(row.split(',').nth(7).unwrap()).unwrap(), "{unit} {metric}");
        assert_eq!(number(&found["score"]["actual"]), sum);
        assert_eq!(found["run"]["differs"].as_array().unwrap().len(), 0);
        assert!(rows.iter().all(|row| row["file"].is_string() && row["row"].is_u64()));
    }
}

#[test]
fn the_workbook_has_every_row_and_its_total() {
    let path = RUN.path("explained.xlsx");
    let file = path.to_str().unwrap();
    let said = explain(&["2026-10", "D20", "sales", "--xlsx", file]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.ends_with("explained.xlsx\n"), "{}", said.out);
    let mut book = open_workbook_auto(&path).unwrap();
    let names = book.sheet_names();
    assert_eq!(names.len(), 3, "{names:?}");
    let rows = book.worksheet_range(&names[1]).unwrap();
    let found = explain(&["2026-10", "D20", "sales", "--json"]).json();
    let listed = found["figure"]["rows"][0]["rows"].as_array().unwrap().len();
    assert!(listed > 100);
    let days = |row: &[Data]| row.iter().any(|cell| matches!(cell, Data::DateTime(_)));
    assert_eq!(rows.rows().filter(|row| days(row)).count(), listed);
}

#[test]
fn what_others_have_is_not_told_to_a_reader() {
    // A salesperson sees a place, and nobody's name.
    let own = explain(&["2026-10", "E048", "sales", "--as", "E048"]);
    assert_eq!(own.code, 0, "{}", own.err);
    assert!(own.out.contains("与前一名相差"), "{}", own.out);
    let names = RUN.read("data/people.csv");
    let others = names.lines().skip(1).filter_map(|line| line.split(',').nth(1));
    for name in others.filter(|name| *name != "张丽娟") {
        assert!(!own.out.contains(name), "{name} in {}", own.out);
    }
    assert!(!own.out.contains("第546行") && !own.out.contains(".parquet:546"), "{}", own.out);
    let json = explain(&["2026-10", "E048", "sales", "--as", "E048", "--json"]).json();
    assert!(json["place"]["ahead"]["unit_id"].is_null());
    assert!(json["place"]["ahead"]["distance"].is_string());

    let other = explain(&["2026-10", "E030", "sales", "--as", "E048"]);
    assert_eq!(other.code, 2);
    assert_eq!(other.diagnostics(), ["error: --as: E048 may not see the figures of E030: “E048”"]);
    // Who is responsible for the region sees all below, and no neighbour from outside.
    let manager = explain(&["2026-10", "D20", "sales", "--as", "E003"]);
    assert_eq!(manager.code, 0, "{}", manager.err);
    assert!(manager.out.contains("按人合计") && !manager.out.contains("华南区"), "{}", manager.out);
    let stranger = explain(&["2026-10", "E048", "sales", "--as", "X048"]);
    assert!(stranger.err.contains("did you mean “E048”?"), "{}", stranger.err);
}

#[test]
fn a_slip_finds_what_was_meant() {
    let first = |more: &[&str]| {
        let said = explain(more);
        assert_eq!(said.code, 2, "{}", said.out);
        said.err
            .lines()
            .filter(|line| line.starts_with("error") || line.contains('→'))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let unit = first(&["2026-10", "张丽娟儿", "sales"]);
    assert_eq!(unit[0], "error: UNIT: nobody and no unit is called that: “张丽娟儿”");
    assert!(unit[1].contains("did you mean “张丽娟”?"), "{unit:?}");
    let metric = first(&["2026-10", "E048", "saels"]);
    assert!(metric[1].contains("did you mean “sales”?"), "{metric:?}");
    let never = first(&["2026-11", "E048", "sales"]);
    assert_eq!(never[0], "error: PERIOD: no run has judged this period: “2026-11”");
    assert!(never[1].contains("`attain run 2026-11` judges it"), "{never:?}");
    let year = first(&["2026", "E048", "sales"]);
    assert!(
        year[1].contains("`attain run 2026-12`") && year[1].contains("2026-12-ytd"),
        "{year:?}"
    );
    let version = first(&["2026-10", "E048", "sales", "--version", "7"]);
    assert_eq!(version[0], "error: --version: there is no version 7 of 2026-10: “v7”");
    assert_eq!(explain(&["2026-13", "E048", "sales"]).code, 2);
}

#[test]
fn what_is_absent_says_why() {
    let out = |more: &[&str]| {
        let said = explain(more);
        assert_eq!(said.code, 0, "{}", said.err);
        said.out
    };
    // Only two months lie here, and the trailing twelve are not covered.
    let trailing = out(&["2026-10", "E048", "repeat_rate"]);
    assert!(trailing.contains("没有数据。数据源覆盖2026-09-01至2026-10-31"), "{trailing}");
    assert!(out(&["2026-10", "E048", "win_rate"]).contains("没有设定目标"));
    assert!(out(&["2026-10", "E048", "market_share"]).contains("不落到个人"));
    let exempt = out(&["2026-10", "C00", "coefficient"]);
    assert!(exempt.contains("奖金方案不在这个期间给该层级系数"), "{exempt}");
    let rank = out(&["2026-10", "E048", "rank"]);
    assert!(rank.contains("按完成率在全公司"), "{rank}");
    let composite = out(&["2026-10", "E048", "composite"]);
    assert!(composite.contains("综合得分") && composite.contains("权重"), "{composite}");
}

#[test]
fn what_changed_since_is_told_old_beside_new() {
    let project = Project::of_two_months();
    project.edit("attain.toml", "[ledger]\n", "[ledger]\nkeep_inputs = false\n");
    assert_eq!(project.attain("run", &["2026-10"]).code, 0);
    let visits = "data/visits/2026-10.csv";
    let text = project.read(visits);
    let first = text.lines().find(|line| line.contains("E048")).unwrap().to_owned();
    project.write(visits, text.replacen(&format!("{first}\n"), "", 1));

    let said = project.attain("explain", &["2026-10", "E048", "visits"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let changed = format!("{visits}（内容已改）");
    assert!(said.out.contains(&changed), "{}", said.out);
    assert!(said.out.contains("与该版记录不一致：实际记录为"), "{}", said.out);

    assert_eq!(project.attain("run", &["2026-10", "--again"]).code, 0);
    let again = project.attain("explain", &["2026-10", "E048", "visits", "--json"]).json();
    assert_eq!(again["run"]["version"], 2);
    assert_eq!(again["run"]["changed"].as_array().unwrap().len(), 0);
    assert_eq!(again["before"]["changed"][0]["path"], visits);
    let moved = &again["before"]["moved"][0];
    assert_eq!(moved["item"], "actual");
    assert_eq!(number(&moved["old"]) - number(&moved["new"]), Exact::one());
    let first = project.attain("explain", &["2026-10", "E048", "visits", "--version", "1"]);
    assert!(first.out.contains("依据2026-10第1版"), "{}", first.out);
    assert!(first.out.contains(&changed), "{}", first.out);
}

#[test]
fn a_run_is_explained_by_what_it_kept_whatever_lies_there_now() {
    let project = Project::of_two_months();
    assert_eq!(project.attain("run", &["2026-10"]).code, 0);
    let explained = || {
        let said = project.attain("explain", &["2026-10", "E048", "visits", "--json"]);
        assert_eq!(said.code, 0, "{}", said.err);
        said.json()
    };
    let before = explained();
    assert_eq!(before["run"]["inputs"], "kept");
    let visits = "data/visits/2026-10.csv";
    let text = project.read(visits);
    let first = text.lines().find(|line| line.contains("E048")).unwrap().to_owned();
    project.write(visits, text.replacen(&format!("{first}\n"), "", 1));
    assert_eq!(explained(), before);
}
