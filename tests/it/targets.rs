//! `attain targets`, through the real program.

use super::project::{AS_OF, Project, Said, attain};

fn reconcile(project: &Project, more: &[&str]) -> Said {
    let dir = project.dir().to_str().unwrap();
    let command = ["targets", "reconcile", "--config", dir, "--as-of", AS_OF];
    attain(&[&command, more].concat())
}

/// The target table as a CSV in the place of the workbook.
fn with_table(project: &Project, rows: &str) {
    project.edit(
        "extracts/targets.toml",
        "location = \"targets.xlsx\"",
        "location = \"targets.csv\"",
    );
    project.edit("extracts/targets.toml", "format = \"xlsx\"", "format = \"csv\"");
    project.edit("extracts/targets.toml", "xlsx.sheet = \"目标分解\"", "");
    let header = "组织编号,目标项,期间,目标值,责任人,时间节点,数据来源,备注,产品线\n";
    let rows = rows.replace('\n', ",\n");
    project.write("data/targets.csv", format!("{header}{rows}"));
}

#[test]
fn the_sample_companys_targets_add_up_and_what_was_submitted_stands_beside() {
    let project = Project::of_two_months();
    let said = reconcile(&project, &["--json"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let found = said.json();
    assert_eq!(found["mismatches"], 0);
    let rows = found["rows"].as_array().unwrap();
    assert_eq!(found["matches"], rows.len());
    let company = rows.iter().find(|row| row["unit_id"] == "C00" && row["metric"] == "sales");
    let company = company.unwrap();
    assert_eq!((&company["target"], &company["below"]), (&"130000000".into(), &"130000000".into()));
    assert!(company["submitted"].is_null() && company["submitters"] == 4, "{company}");
    assert!(found["not_additive"].to_string().contains("回款率"));

    let quarter = reconcile(&project, &["2026-Q1", "--json"]).json();
    let units: Vec<&str> = quarter["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|row| row["unit_id"].as_str())
        .collect();
    assert_eq!(units, ["D10", "D40", "D40", "D40"]);
}

#[test]
fn a_mismatch_is_named_unless_a_buffer_declares_it() {
    let project = Project::of_two_months();
    let rows = "C00,销售额,2026,1000.00,,,,\n\
                D10,销售额,2026,400.00,,,,\n\
                D20,销售额,2026,620.00,,,,\n\
                D21,销售额,2026,619.99,,,,\n";
    with_table(&project, rows);
    let xlsx = project.path("reconciled.xlsx");
    let said = reconcile(&project, &["--xlsx", xlsx.to_str().unwrap()]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    let named: Vec<&str> = said.out.lines().filter(|line| line.starts_with("mismatch: ")).collect();
    assert_eq!(
        named,
        [
            "mismatch: 销售额 2026, 明德仪器 (C00): 20 more than the target is handed down; \
             the plan declares no buffer; 3 below have no target",
            "mismatch: 销售额 2026, 华东区 (D20): 0.01 less than the target is handed down; \
             the plan declares no buffer; 3 below have no target",
        ],
        "{}",
        said.out
    );
    assert!(xlsx.metadata().unwrap().len() > 4_000);

    let plan = project.read("plan.toml");
    let buffers = "\n[[reconcile.buffer]]\nlevel = \"company\"\nshare = \"2%\"\n\
                   [[reconcile.buffer]]\nunit = \"D20\"\namount = \"0.01\"\nside = \"under\"\n";
    project.write("plan.toml", format!("{plan}{buffers}"));
    let said = reconcile(&project, &["--json"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert_eq!(said.json()["within_buffer"], 2);

    project.write("plan.toml", format!("{plan}{}", buffers.replace("D20", "D99")));
    let said = reconcile(&project, &[]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(said.err.contains("D99"), "{}", said.err);
}

#[test]
fn a_column_may_tell_submissions_from_targets() {
    let project = Project::of_two_months();
    let rows = "C00,客户拜访量,2026,1000,,,,下达\n\
                D10,客户拜访量,2026,1000,,,,\n\
                D10,客户拜访量,2026,900,,,,上报\n";
    with_table(&project, rows);
    project.edit("attain.toml", "note = \"note\"", "kind_column = \"note\"");
    let said = reconcile(&project, &["--json"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let found = said.json();
    let rows = found["rows"].as_array().unwrap();
    let visits = |row: &&serde_json::Value| row["metric"] == "visits" && row["unit_id"] == "D10";
    let submitted = &rows.iter().find(visits).unwrap()["submitted"];
    assert_eq!((&found["targets"], submitted), (&2.into(), &"900".into()));

    project.edit("data/targets.csv", "上报", "草稿");
    let said = reconcile(&project, &[]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains("neither a target nor a submission: “草稿”"), "{}", said.err);
}
