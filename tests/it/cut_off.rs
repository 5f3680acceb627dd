//! A run that breaks while mails are leaving: said as what it is, and not repeated unasked.

use std::path::Path;
use std::process::{Command, Output};

fn attain(project: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attain"));
    command.args(arguments).arg("--config").arg(project);
    // Little to judge: what is judged does not matter here.
    command.env("ATTAIN__REPORTS__HISTORY_MONTHS", "0");
    command.output().expect("the program starts")
}

fn run(project: &Path, more: &[&str]) -> (Option<i32>, String) {
    let output = attain(project, &[&["run", "--as-of", "2026-11-03"], more].concat());
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_delivery_that_was_cut_off_waits_for_a_person() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("project");
    let init = Command::new(env!("CARGO_BIN_EXE_attain")).arg("init").arg(&project).output();
    assert!(init.unwrap().status.success());

    // The page that lists the mails is written after the last mail: here it cannot be.
    std::fs::create_dir_all(project.join("mails/2026-10-v1/index.html")).unwrap();
    let (code, said) = run(&project, &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("cut off: some mails may have gone out"), "{said}");
    assert!(!said.contains("mailed nothing"), "{said}");

    let (code, said) = run(&project, &[]);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("v1 of 2026-10 began to deliver and did not finish"), "{said}");

    assert!(said.contains("`attain resume 2026-10 v1` sends the rest"), "{said}");

    let ledger = project.join("ledger/runs/2026-10");
    let mails = std::fs::read_dir(ledger.join("v1/mails")).unwrap().count();
    let shown = attain(&project, &["show", "2026-10", "v1", "--deliveries"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.starts_with("2026-10 v1: delivering, not finished"), "{shown}");
    assert_eq!(shown.matches(".eml").count(), mails, "{shown}");

    let (code, said) = run(&project, &["--again"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&project, &[]);
    assert_eq!(code, Some(0), "{said}");

    // A repetition that did not finish counts more than the delivery before it.
    std::fs::remove_file(ledger.join("v2/finished/01.json")).unwrap();
    assert_eq!(run(&project, &[]).0, Some(3));
}
