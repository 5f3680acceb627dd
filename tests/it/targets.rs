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
    // The product lines' targets add up, too.
    let lines: Vec<_> = rows.iter().filter(|row| row["dimension"] == "product_line").collect();
    let of: Vec<_> = lines.iter().map(|row| (&row["unit_id"], &row["counted"])).collect();
    assert_eq!(of, [(&"C00".into(), &5.into()), (&"D20".into(), &5.into())]);
    assert_eq!(lines[0]["below"], "130000000");

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
fn product_lines_that_do_not_add_up_are_a_mismatch_everywhere() {
    let project = Project::of_two_months();
    let header = "组织编号,目标项,期间,目标值,责任人,时间节点,数据来源,备注,产品线\n";
    let rows = "C00,销售额,2026,1000.00,,,,,\n\
                C00,销售额,2026,600.00,,,,,耗材与配件\n\
                C00,销售额,2026,400.01,,,,,维保服务\n";
    with_table(&project, "");
    project.write("data/targets.csv", format!("{header}{rows}"));
    let xlsx = project.path("reconciled.xlsx");
    let said = reconcile(&project, &["--xlsx", xlsx.to_str().unwrap()]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    for line in [
        "mismatch: 销售额 2026 by 产品线, 明德仪器 (C00): 0.01 more than the target: \
         the targets of 2 by product_line; the plan declares no buffer",
        "销售额 2026 by 产品线",
    ] {
        assert!(said.out.lines().any(|said| said == line), "{line}: {}", said.out);
    }
    assert!(said.out.contains(", of 3 targets and ") && said.out.contains(", 1 mismatch\n"));
    assert!(xlsx.metadata().unwrap().len() > 4_000);
    let run = project.attain("run", &["--dry-run"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let table = project.read("dry-run/2026-10/results/target_reconciliation.csv");
    let parts = table.lines().find(|line| line.ends_with(",product_line")).unwrap();
    assert!(parts.contains(",mismatch,") && table.lines().next().unwrap().ends_with(",dimension"));
    assert!(
        project.read("dry-run/2026-10/001-company-C00.html").contains("不一致：各项合计多出0.01")
    );

    let plan = project.read("plan.toml");
    let buffer = "\n[[reconcile.buffer]]\nunit = \"C00\"\namount = \"0.01\"\nside = \"over\"\n";
    project.write("plan.toml", format!("{plan}{buffer}"));
    let said = reconcile(&project, &["--json"]);
    assert_eq!((said.code, &said.json()["within_buffer"]), (0, &1.into()), "{}", said.out);
}

#[test]
fn last_years_months_are_not_at_hand_and_that_is_said() {
    let project = Project::of_two_months();
    with_table(
        &project,
        "C00,销售额,2026-02,100,,,,\nC00,销售额,2026,1200,,,,\nD10,销售额,2026,1200,,,,\n",
    );
    let said = reconcile(&project, &[]);
    assert!(!said.out.contains("Spread evenly"), "{}", said.out);
    let config = project.read("attain.toml");
    let given = config.lines().find(|line| line.starts_with("seasonality.sales")).unwrap();
    project.edit("attain.toml", given, "seasonality.sales = \"last_year\"");
    let said = reconcile(&project, &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let note = "Spread evenly over months here, and not by last year’s months: 销售额";
    assert!(said.out.lines().any(|line| line == note), "{}", said.out);
    project.edit("data/targets.csv", "2026-02,100,", "2026-02,90,");
    let said = reconcile(&project, &[]);
    let why = "months of longer targets weigh the same here, and not as last year's";
    assert!(said.code == 3 && said.out.contains(why), "{}{}", said.out, said.err);
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

/// Proposes, and puts the proposal in the place of the target table.
fn proposed(project: &Project, more: &[&str]) -> Said {
    let (dir, out) = (project.dir().to_str().unwrap(), project.path("data/targets.csv"));
    let command = ["targets", "propose", "2027", "--config", dir, "--as-of", AS_OF];
    let out = ["--out", out.to_str().unwrap()];
    let said = attain(&[&command, &out[..], more].concat());
    if said.code == 0 {
        let text = project.read("data/targets.csv");
        with_table(project, "");
        project.write("data/targets.csv", text);
    }
    said
}

/// All comparisons match without a difference, and the company's year is the value.
fn assert_reconciled(project: &Project, value: &str) {
    let said = reconcile(project, &["2027", "--json"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let found = said.json();
    let rows = found["rows"].as_array().unwrap();
    assert!(rows.len() > 9 * 12 && rows.iter().all(|row| row["difference"] == "0"), "{}", said.out);
    assert_eq!(rows[0]["target"], value);
}

#[test]
fn a_proposal_in_the_place_of_the_table_reconciles_to_zero() {
    let project = Project::of_two_months();
    let said = proposed(
        &project,
        &["--metric", "sales", "--value", "150000000.01", "--by", "capacity", "--json"],
    );
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert_reconciled(&project, "150000000.01");
    let table = project.read("data/targets.csv");
    assert!(
        table.starts_with(
            "\u{feff}组织编号,目标项,期间,目标值,责任人,时间节点,数据来源,备注,产品线\n"
        )
    );
    assert!(table.contains("\nC00,销售额,2027-01,"), "{table}");

    let project = Project::of_two_months();
    project.write("given.csv", "id,share\nD10,25%\nD20,40%\nD21,45%\n");
    let given = project.path("given.csv");
    let said = proposed(
        &project,
        &[
            &["--metric", "新客户数", "--value", "203", "--by", "shares", "--months", "even"][..],
            &["--given", given.to_str().unwrap(), "--json"],
        ]
        .concat(),
    );
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let units = said.json()["units"].clone();
    let of = |id: &str| {
        units.as_array().unwrap().iter().find(|unit| unit["id"] == id).unwrap()["value"].clone()
    };
    assert_eq!((of("C00"), of("D20")), ("203".into(), "81".into()));
    assert_reconciled(&project, "203");
}

#[test]
fn a_proposal_by_last_year_reconciles_to_zero() {
    let project = Project::whole();
    let asked = ["--metric", "sales", "--value", "151234567.89", "--by", "last-year", "--json"];
    let said = proposed(&project, &asked);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let units = said.json()["units"].clone();
    let grown = units.as_array().unwrap().iter().filter(|unit| !unit["growth"].is_null());
    assert!(grown.count() > 9, "{units}");
    assert_reconciled(&project, "151234567.89");
}

#[test]
fn a_workbook_that_was_proposed_is_read_back_and_reconciles_to_zero() {
    let project = Project::of_two_months();
    let (dir, out) = (project.dir().to_str().unwrap(), project.path("data/targets.xlsx"));
    let said = attain(
        &[
            &["targets", "propose", "2027", "--config", dir, "--as-of", AS_OF, "--metric", "sales"]
                [..],
            &["--value", "150000000.01", "--by", "capacity", "--out", out.to_str().unwrap()],
        ]
        .concat(),
    );
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert_reconciled(&project, "150000000.01");
}

#[test]
fn constraints_hold_or_it_is_said_by_how_much_they_cannot() {
    let project = Project::of_two_months();
    let capacity = ["--metric", "sales", "--by", "capacity", "--json"];
    let bounded = ["--value", "58000000", "--min-person", "500000", "--max-person", "1000000"];
    let said = proposed(&project, &[&capacity[..], &bounded].concat());
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(
        said.err.contains("the most that everybody may get is ")
            && said.err.contains("--max-growth or --max-person"),
        "{}",
        said.err
    );
    let grown = ["--value", "900000", "--max-growth", "-10%", "--by", "last-year"];
    let said = proposed(&project, &[&["--metric", "sales", "--json"][..], &grown].concat());
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(said.err.contains("there are no figures of sales for 2026"), "{}", said.err);
    let level = ["--metric", "回款率", "--value", "1", "--by", "capacity"];
    let said = proposed(&project, &level);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("the targets of “回款率” do not add up"), "{}", said.err);
}
