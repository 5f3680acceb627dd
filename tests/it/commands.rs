//! The commands through the real program, on one project that is delivered once for all tests.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use attain::ledger::Table;

use super::project::{Project, Said};

/// Whose address lies outside the allowed domains.
const OUTSIDER: &str = "E011";

/// A project, and what each command said to it, in this order.
struct Delivered {
    project: Project,
    dry_run: Said,
    run: Said,
    second: Said,
    /// With a file in the place of its first mail.
    again: Said,
}

static DELIVERED: LazyLock<Delivered> = LazyLock::new(|| {
    let project = prepared(Project::shared("delivered"));
    let dry_run = project.attain("run", &["--dry-run", "--json"]);
    assert!(project.files("ledger").is_empty(), "a dry run remembers nothing");
    assert!(project.files("mails").is_empty(), "a dry run mails nothing");
    let run = project.attain("run", &[]);
    let second = project.attain("run", &[]);
    std::fs::create_dir_all(project.path("mails/2026-10-v2")).unwrap();
    project.write("mails/2026-10-v2/001-company-C00.eml", "in the way");
    let again = project.attain("run", &["--again", "--json"]);
    Delivered { project, dry_run, run, second, again }
});

fn prepared(project: Project) -> Project {
    let people = project.read("data/people.csv");
    let row = people.lines().find(|line| line.starts_with(OUTSIDER)).unwrap();
    let mail = row.split(',').nth(2).unwrap();
    project.edit("data/people.csv", mail, "someone@elsewhere.example");
    project
}

/// The mails of a folder, by name.
fn mails(project: &Project, folder: &str) -> Vec<(String, Vec<u8>)> {
    let files = project.files(folder).into_iter();
    files.filter(|(name, _)| name.ends_with(".eml")).collect()
}

#[test]
fn a_run_delivers_and_remembers() {
    let Delivered { project, run, .. } = &*DELIVERED;
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let sent = mails(project, "mails/2026-10-v1").len();
    let stored = project.files("ledger/runs/2026-10/v1/mails").len();
    let listed = project.read("ledger/runs/2026-10/v1/results/deliveries.csv").lines().count() - 1;
    assert!(sent > 60 && stored == sent && listed > sent, "{sent} of {listed}, {stored} stored");
    let tally =
        format!("2026-10 v1 delivered: {listed} mails ({sent} sent, {} suppressed)", listed - sent);
    assert!(run.out.contains(&tally), "{tally}\n{}", run.out);
    assert!(run.out.contains("mails: DIR/mails/2026-10-v1/index.html"), "{}", run.out);

    let index = project.read("mails/2026-10-v1/index.html");
    for (name, _) in project.files("mails/2026-10-v1") {
        let page = name.ends_with(".html") && name != "index.html" && !name.contains("-copy");
        assert!(!page || index.contains(&name), "the page does not list {name}");
    }
    let remembered: BTreeSet<String> =
        project.files("ledger/runs/2026-10/v1").into_iter().map(|(name, _)| name).collect();
    for name in
        ["claim.json", "manifest.json", "outbox.json", "delivering/01.json", "finished/01.json"]
    {
        assert!(remembered.contains(name), "{name} is missing: {remembered:?}");
    }
    let statement = "reports/D40.zh/业绩对账单-2026-10-D40-华北区.xlsx";
    assert!(remembered.contains(statement), "{statement} is missing: {remembered:?}");
    let beside = "-department-D40-业绩对账单-2026-10-D40-华北区.xlsx</a>";
    assert!(index.contains(beside), "the page does not list {beside}");
    for table in Table::ALL.map(Table::name) {
        for ending in ["csv", "parquet"] {
            assert!(remembered.contains(&format!("results/{table}.{ending}")), "{table}.{ending}");
        }
    }
}

#[test]
fn who_lies_outside_the_allowed_domains_is_mailed_nothing_and_it_is_said_why() {
    let Delivered { project, run, .. } = &*DELIVERED;
    let why = format!("not sent: person/{OUTSIDER} (suppressed): ");
    let line = run.out.lines().find(|line| line.starts_with(&why)).expect(&run.out);
    assert!(line.contains("elsewhere.example"), "{line}");
    let listed = project.read("ledger/runs/2026-10/v1/results/deliveries.csv");
    let row = listed.lines().find(|row| row.contains("someone@elsewhere.example")).expect(&listed);
    assert!(row.contains(",suppressed,"), "{row}");
    let to_outside = mails(project, "mails")
        .into_iter()
        .filter(|(_, mail)| String::from_utf8_lossy(mail).contains("To: someone@elsewhere"));
    assert_eq!(to_outside.count(), 0);
}

#[test]
fn a_second_run_does_nothing_and_says_so() {
    let second = &DELIVERED.second;
    assert_eq!(second.code, 0, "{}", second.err);
    assert_eq!(
        second.out,
        "2026-10 was delivered before, as v1: ledger/runs/2026-10/v1\n\
         Nothing was done. `attain run 2026-10 --again` mails everybody again, as a new version.\n"
    );
}

#[test]
fn again_makes_a_version_and_a_mail_that_could_not_be_written_makes_it_partial() {
    let Delivered { project, again, .. } = &*DELIVERED;
    assert_eq!(again.code, 4, "{}{}", again.out, again.err);
    let outcome = again.json();
    assert_eq!(outcome["version"], 2);
    assert_eq!(outcome["state"], "delivered_in_part");
    assert_eq!(outcome["mails"]["failed"], 1);
    let not_sent = outcome["not_sent"].to_string();
    assert!(not_sent.contains("company/C00 (failed): the file cannot be written"), "{not_sent}");
    assert_eq!(project.read("mails/2026-10-v2/001-company-C00.eml"), "in the way");
}

#[test]
fn a_dry_run_gives_the_mails_of_the_run() {
    let Delivered { project, dry_run, .. } = &*DELIVERED;
    assert_eq!(dry_run.code, 0, "{}{}", dry_run.out, dry_run.err);
    let outcome = dry_run.json();
    assert_eq!(outcome["dry_run"], true);
    let dry = mails(project, "dry-run/2026-10");
    assert_eq!(outcome["mails"]["sent"], dry.len());
    assert!(dry == mails(project, "mails/2026-10-v1"), "the mails differ");
}

#[test]
fn the_same_inputs_give_the_same_bytes_in_another_project() {
    let Delivered { project, .. } = &*DELIVERED;
    let other = prepared(Project::of_two_months());
    let run = other.attain("run", &[]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    // What became of each mail, and when, is told by the clock.
    let compared = |project: &Project| {
        let mut files = project.files("mails/2026-10-v1");
        files.extend(project.files("ledger/runs/2026-10/v1/reports"));
        let results = project.files("ledger/runs/2026-10/v1/results").into_iter();
        files.extend(results.filter(|(name, _)| !name.starts_with("deliveries")));
        files
    };
    let (one, two) = (compared(project), compared(&other));
    let names = |files: &[(String, Vec<u8>)]| -> Vec<String> {
        files.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&one), names(&two));
    assert!(one.len() > 250, "{}", one.len());
    let differ: Vec<&str> =
        one.iter().zip(&two).filter(|(a, b)| a != b).map(|((name, _), _)| name.as_str()).collect();
    assert!(differ.is_empty(), "{differ:?}");
}

#[test]
fn runs_and_show_tell_what_happened() {
    let project = &DELIVERED.project;
    let runs = project.attain("runs", &["--json"]).json();
    let told = |run: &serde_json::Value| {
        format!("{} v{} {}", run["period"], run["version"], run["state"]).replace('"', "")
    };
    let told: Vec<String> = runs.as_array().unwrap().iter().map(told).collect();
    assert_eq!(told, ["2026-10 v1 delivered", "2026-10 v2 delivered_in_part"]);

    let dir = project.dir().to_str().unwrap();
    let shown = super::project::attain(&["show", "2026-10", "v1", "--config", dir]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    assert!(shown.out.starts_with("2026-10 v1: delivered"), "{}", shown.out);
    assert!(shown.out.contains("input: data/orders/2026-10.csv "), "{}", shown.out);
    assert!(
        shown.out.contains("suppressed: person/E011 <someone@elsewhere.example> "),
        "{}",
        shown.out
    );
    let missing = super::project::attain(&["show", "2026-10", "v9", "--config", dir]);
    assert_eq!(missing.diagnostics().len(), 1, "{}", missing.err);
    assert_ne!(missing.code, 0);
}

#[test]
fn only_a_department_and_those_below_it_are_reported() {
    let project = Project::of_two_months();
    let said = project.attain("run", &["--only", "D30", "--dry-run"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let units: BTreeSet<String> = mails(&project, "dry-run/2026-10")
        .into_iter()
        .filter_map(|(name, _)| Some(name.split('-').nth(2)?.trim_end_matches(".eml").to_owned()))
        .collect();
    let departments = project.read("data/departments.csv");
    let below = |unit: &str| {
        unit == "D30"
            || departments.lines().any(|row| {
                let cells: Vec<&str> = row.split(',').collect();
                cells[0] == unit && cells[3] == "D30"
            })
    };
    let reported: Vec<&String> = units.iter().filter(|unit| unit.starts_with(['C', 'D'])).collect();
    assert!(reported.iter().all(|unit| below(unit)), "{units:?}");
    assert!(reported.len() > 0 && units.len() > reported.len() && units.len() < 40, "{units:?}");

    let nobody = project.attain("run", &["--only", "D99", "--dry-run"]);
    assert_eq!(nobody.code, 2);
    assert_eq!(nobody.diagnostics(), ["error: --only: nobody and no unit has this id: “D99”"]);
}

#[test]
fn exit_codes_are_as_documented() {
    let project = Project::of_two_months();
    assert_eq!(project.attain("run", &["--fast"]).code, 2);
    let refused = |period: &str, what: &str| {
        let said = project.attain("run", &[period]);
        assert_eq!(said.code, 2, "{}", said.out);
        assert_eq!(said.diagnostics(), [format!("error: PERIOD: {what}: “{period}”")]);
    };
    refused("2026", "a run judges a month or a quarter");
    refused("2026-12", "this month has not begun");
    refused("2026-Q4", "this quarter is not over");
    assert_eq!(project.attain("check", &["--json"]).json()["holds"], false);

    std::fs::remove_file(project.path("data/people.csv")).unwrap();
    let held = project.attain("run", &["--json"]);
    assert_eq!(held.code, 3);
    assert_eq!(held.json()["exit_code"], 3);
    assert_eq!(held.json()["found"][0]["place"]["file"], "data/people.csv");

    let unwritable = Project::of_two_months();
    unwritable.write("mails", "a file, and no folder");
    let failed = unwritable.attain("run", &["--only", OUTSIDER]);
    assert_eq!(failed.code, 1, "{}{}", failed.out, failed.err);
    assert_eq!(failed.diagnostics().len(), 1, "{}", failed.err);
    assert!(failed.err.contains("stopped: this run mailed nothing"), "{}", failed.err);
}
