//! `attain simulate` through the real program.

use std::collections::BTreeMap;

use attain::model::{Exact, round};
use calamine::{Reader, open_workbook_auto};

use super::project::Project;

fn number(value: &serde_json::Value) -> Exact {
    Exact::parse(value.as_str().unwrap_or_else(|| panic!("no number: {value}"))).unwrap()
}

/// The amounts of October that a run finds, by person.
fn paid_by_a_run(project: &Project) -> BTreeMap<String, Exact> {
    let said = project.attain("run", &["2026-10", "--dry-run", "--only", "D30"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let table = project.read("dry-run/2026-10/results/coefficients.csv");
    let rows = table.lines().filter(|row| row.starts_with("2026-10,month,E"));
    rows.filter_map(|row| {
        let amount = Exact::parse(row.rsplit(',').next()?).ok()?;
        Some((row.split(',').nth(2)?.to_owned(), amount))
    })
    .collect()
}

#[test]
fn another_plan_is_told_person_by_person() {
    let project = Project::of_two_months();
    let paid = paid_by_a_run(&project);
    assert!(paid.len() > 40, "{}", paid.len());
    let other = project.read("plan.toml").replace("coefficient = \"1.2\"", "coefficient = \"1.4\"");
    let other = other.replace("cap = \"1.3\"", "cap = \"1.6\"");
    project.write("other.toml", &other);
    let before = project.files("").len();
    let path = |file: &str| project.path(file).to_str().unwrap().to_owned();
    let (plan, xlsx) = (path("other.toml"), path("simulation.xlsx"));
    let asked = ["2026-10", "--plan", &plan, "--as-of", "2026-11-03"];

    let said = project.attain("simulate", &[&asked[..], &["--json", "--xlsx", &xlsx]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let found = said.json();
    let people = found["people"].as_array().unwrap();
    let old: BTreeMap<String, Exact> = found["awards"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|award| !award["old"]["amount"].is_null())
        .map(|award| {
            (award["unit_id"].as_str().unwrap().to_owned(), number(&award["old"]["amount"]))
        })
        .collect();
    assert_eq!(old, paid, "the plan as it is pays what a run pays");
    let sum = |key: &str| -> Exact { people.iter().map(|person| number(&person[key])).sum() };
    assert_eq!(sum("new"), number(&found["new_cost"]));
    assert_eq!(sum("difference"), number(&found["difference"]));
    assert!(number(&found["difference"]).is_positive());
    let counts = ["gain", "lose", "unchanged"].map(|key| found[key].as_u64().unwrap());
    assert_eq!(counts.iter().sum::<u64>() as usize, people.len());
    assert!(counts[0] > 0 && counts[1] == 0 && counts[2] > 0, "{counts:?}");
    assert_eq!(project.files("").len(), before + 1, "nothing but the workbook is written");

    let mut book = open_workbook_auto(&xlsx).unwrap();
    assert_eq!(book.sheet_names().len(), 3);
    let names = book.sheet_names();
    let sheet = book.worksheet_range(&names[0]).unwrap();
    assert!(sheet.height() > people.len(), "everybody is in the workbook");

    let told = project.attain("simulate", &asked);
    let cost = round::to_fixed(&number(&found["new_cost"]), 2);
    let digits = told.out.replace(',', "");
    assert!(digits.contains(&format!("新方案¥{cost}")), "{}", told.out);
    assert!(told.out.contains("1.2 → 1.4"), "{}", told.out);
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    let project = Project::of_two_months();
    let plan = project.path("plan.toml").to_str().unwrap().to_owned();
    let simulate =
        |more: &[&str]| project.attain("simulate", &[&["--as-of", "2026-11-03"], more].concat());
    let future = simulate(&["2026-Q4", "--plan", &plan]);
    assert_eq!(future.code, 2);
    assert_eq!(future.diagnostics(), ["error: PERIOD: the period is not over: “2026-Q4”"]);
    assert_eq!(simulate(&["2026", "--plan", &plan]).code, 2);
    assert_eq!(simulate(&["2026-10"]).code, 2, "without a plan");

    project
        .write("bad.toml", project.read("plan.toml").replace("from = \"100%\"", "from = \"101%\""));
    let bad = project.path("bad.toml").to_str().unwrap().to_owned();
    let refused = simulate(&["2026-10", "--plan", &bad]);
    assert_eq!(refused.code, 2);
    let first = refused.diagnostics()[0];
    assert!(
        first.contains("bad.toml:") && first.contains("a gap between 100 % and 101 %"),
        "{first}"
    );

    std::fs::remove_file(project.path("data/people.csv")).unwrap();
    assert_eq!(simulate(&["2026-10", "--plan", &plan]).code, 3, "held by a check");
}
