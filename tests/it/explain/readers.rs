//! What a reader is told who is not the operator.

use std::sync::LazyLock;

use crate::project::{Project, Said};

/// A run whose people may not see the margins nor what these are made of.
static KEPT: LazyLock<Project> = LazyLock::new(|| {
    let project = Project::shared("explained-kept");
    project.edit("attain.toml", "\"gross_margin\", ", "");
    let policy = project.read("policy.toml");
    let kept = "[metrics]\ngross_margin = [\"manager\"]\ngross_profit = [\"manager\"]\n";
    project.write("policy.toml", format!("{policy}\n{kept}"));
    let said = project.attain("run", &["2026-10"]);
    assert_eq!(said.code, 0, "{}", said.err);
    project
});

fn explain(more: &[&str]) -> Said {
    KEPT.attain("explain", more)
}

#[test]
fn what_a_kept_metric_is_made_of_is_kept_with_it() {
    let columns = |reader: &[&str]| -> Vec<String> {
        let said = explain(&[&["2026-10", "E048", "sales", "--json"], reader].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        let json = said.json();
        let table = &json["figure"]["rows"][0];
        let columns = table["columns"].as_array().expect("a list").len();
        let cells = table["rows"][0]["cells"].as_array().expect("a row").len();
        assert_eq!(columns, cells);
        let names = table["columns"].as_array().expect("a list").iter();
        names.map(|name| name.as_str().expect("a name").to_owned()).collect()
    };
    assert!(columns(&[]).contains(&"成本".to_owned()), "{:?}", columns(&[]));
    assert!(columns(&["--as", "E009"]).contains(&"成本".to_owned()));
    assert!(!columns(&["--as", "E048"]).contains(&"成本".to_owned()));
    let cost = explain(&["2026-10", "E048", "cost", "--as", "E048"]);
    assert_eq!(cost.code, 2, "{}", cost.out);
    assert_eq!(cost.diagnostics(), ["error: --as: E048 may not see cost of E048: “E048”"]);
    assert_eq!(explain(&["2026-10", "E048", "cost", "--as", "E009"]).code, 0);
}

#[test]
fn rows_of_nobody_are_counted_for_who_sees_the_company() {
    let own = explain(&["2026-10", "E048", "sales", "--as", "E048"]);
    assert_eq!(own.code, 0, "{}", own.err);
    assert!(own.out.contains("没有归属人"), "{}", own.out);
    assert!(!own.out.contains("7,059.96"), "{}", own.out);
    let json = explain(&["2026-10", "E048", "sales", "--as", "E048", "--json"]).json();
    let nobody = json["figure"]["left_out"].as_array().expect("a list").iter();
    let nobody = nobody.clone().find(|one| one["why"] == "no_owner").expect("a reason");
    assert!(nobody["rows"].is_null() && nobody["sum"].is_null(), "{nobody}");
    assert!(explain(&["2026-10", "E048", "sales"]).out.contains("7,059.96"));
}

#[test]
fn hr_is_named_as_the_config_does() {
    let said = explain(&["2026-10", "E048", "coefficient", "--as", "hr@mingde.example"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let figures = explain(&["2026-10", "E048", "sales", "--as", "hr@mingde.example"]);
    assert_eq!(figures.code, 2, "{}", figures.out);
    let other = explain(&["2026-10", "E048", "coefficient", "--as", "x@mingde.example"]);
    assert_eq!(other.code, 2, "{}", other.out);
    assert!(other.err.contains("[hr] of attain.toml has no such address"), "{}", other.err);
}

/// Only what both tables let a reader see: that of the run, and today's.
#[test]
fn a_table_that_became_stricter_counts_for_runs_before() {
    let project = Project::of_two_months();
    assert_eq!(project.attain("run", &["2026-10"]).code, 0);
    let coefficient = ["2026-10", "E048", "coefficient", "--as", "E048"];
    assert!(project.attain("explain", &coefficient).out.contains("4,320.00"));
    project.edit("policy.toml", "amounts = [\"own\", ", "amounts = [");
    let said = project.attain("explain", &coefficient);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!said.out.contains("4,320.00"), "{}", said.out);
    project.edit("policy.toml", "coefficients = [\"own\", ", "coefficients = [");
    assert_eq!(project.attain("explain", &coefficient).code, 2);
}

/// A group of which the reader knows all but a few, and one that is small.
#[test]
fn small_groups_tell_of_nobody() {
    let place = |project: &Project, reader: &[&str]| {
        let all = [&["2026-10", "E048", "sales"], reader].concat();
        let said = project.attain("explain", &[&all[..], &["--json"]].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        (said.json()["place"].clone(), project.attain("explain", &all).out)
    };
    let project = Project::of_two_months();
    assert_eq!(project.attain("run", &["2026-10"]).code, 0);
    // 54 people in the company: what others have is rounded as the words have it.
    let (shown, _) = place(&project, &["--as", "E048"]);
    let (whole, _) = place(&project, &[]);
    for key in ["mean", "median"] {
        let text = shown[key].as_str().expect("a number");
        assert!(text.len() <= 5 && !text.contains('/'), "{key} {text}");
        assert_ne!(shown[key], whole[key], "{key} is a fraction that ends here");
    }
    let distance = shown["ahead"]["distance"].as_str().expect("a number");
    assert!(distance.len() <= 5, "{distance}");

    // The plan of the run counts: 55 is more than there are.
    project.edit("plan.toml", "least_group = 5", "least_group = 55");
    assert_eq!(project.attain("run", &["2026-10", "--again"]).code, 0);
    let (json, text) = place(&project, &["--as", "E048"]);
    assert!(json.is_null(), "{json}");
    assert!(text.contains("不显示名次") && !text.contains("人中排名第"), "{text}");
    let (json, _) = place(&project, &[]);
    assert!(json["rank"].is_u64() && json["mean"].is_string(), "{json}");
}
