//! What the program says to input that it cannot use: one clear message each, with the place, and
//! nothing mailed but to the data owner. The first line of each message is pinned here.

mod config;
mod data;

use std::sync::Mutex;

use crate::project::Project;

/// What is broken, the exit code, and the first line of each message.
struct Case {
    name: &'static str,
    spoil: fn(&Project),
    code: i32,
    says: &'static [&'static str],
}

const HELD: i32 = 3;
const CONFIG: i32 = 2;

#[test]
fn files_that_cannot_be_used() {
    check(data::FILES);
}

#[test]
fn cells_that_cannot_be_used() {
    check(data::CELLS);
}

#[test]
fn tables_that_do_not_fit() {
    check(data::TABLES);
}

#[test]
fn settings_that_do_not_fit() {
    check(config::SETTINGS);
}

#[test]
fn expressions_that_do_not_fit() {
    check(config::EXPRESSIONS);
}

/// A few bad rows are set aside, and listed; the month is ready to run.
#[test]
fn below_the_allowed_share_bad_rows_are_listed() {
    let project = Project::of_two_months();
    project.edit("data/receivables/2026-10.csv", "2026-10-02", "2026-10-32");
    let said = project.attain("check", &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let listed = said.diagnostics();
    let bad = "warning: data/receivables/2026-10.csv, row 2, column 到期日期: a row of extract \
               “receivables” is set aside: not a date such as 2026-10-31: “2026-10-32”";
    assert!(listed.contains(&bad), "{listed:#?}");
    assert!(said.out.contains("receivables            376 rows,     1 set aside"), "{}", said.out);
}

/// Nobody has entered the holidays of the judged year yet: that is said, and nothing is guessed.
#[test]
fn a_year_that_the_calendar_does_not_know_is_a_warning() {
    let project = Project::of_two_months();
    let before = project.read("data/calendar.csv");
    let known: Vec<&str> = before.lines().filter(|line| !line.starts_with("2026")).collect();
    project.write("data/calendar.csv", known.join("\n"));
    let said = project.attain("check", &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let warns = "warning: extracts/calendar.toml: the working calendar “calendar” has no day of \
                 2026, so nothing is measured by working days";
    assert!(said.diagnostics().contains(&warns), "{}", said.out);
}

/// Two at a time, and all that went otherwise at once.
fn check(cases: &[Case]) {
    let wrong = Mutex::new(Vec::new());
    let (left, right) = cases.split_at(cases.len() / 2);
    let run = |cases: &[Case]| {
        for case in cases {
            wrong.lock().unwrap().extend(otherwise(case));
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| run(left));
        run(right);
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Whether a file is of the mail to the data owner, or the page that lists it.
fn told_of_the_data(name: &str) -> bool {
    name.contains("-quality-") || name.ends_with("index.html")
}

/// What a case did that it should not have done.
fn otherwise(case: &Case) -> Option<String> {
    let project = Project::of_two_months();
    (case.spoil)(&project);
    let said = project.attain("run", &[]);
    let helps = said.err.lines().filter(|line| line.starts_with("  → ")).count();
    let crashed = ["panicked", "backtrace", "\u{1b}", "\u{202e}", "\u{7}"];
    let fits = said.code == case.code
        && said.diagnostics() == case.says
        && helps == case.says.len()
        && !crashed.iter().any(|word| said.err.contains(word))
        && project.files("mails").iter().all(|(name, _)| told_of_the_data(name));
    (!fits).then(|| {
        format!("{}: exit code {}\n{}{}", case.name, said.code, said.out, said.err.escape_debug())
    })
}
