//! The talent lists through the real program, on the case that works them out by hand.

use std::path::Path;

use tempfile::TempDir;

use super::cases::{cases, copy_folder};
use super::project::attain;

/// A copy of the case, with some text of a file replaced.
fn project(file: &str, old: &str, new: &str) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&cases().join("talent"), copy.path());
    let path = copy.path().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{file} has no {old}");
    std::fs::write(path, text.replacen(old, new, 1)).unwrap();
    copy
}

fn run(project: &TempDir, month: &str, as_of: &str) -> String {
    let dir = project.path().to_str().unwrap();
    let said = attain(&["run", month, "--as-of", as_of, "--config", dir]);
    // Where nobody has an address, it is delivered in part.
    let code = if said.out.contains("delivered in part") { 4 } else { 0 };
    assert_eq!(said.code, code, "{}{}", said.out, said.err);
    said.out
}

fn read(project: &TempDir, file: &str) -> String {
    let path = project.path().join("ledger/runs/2027-03/v1").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The people on the lists: `A1 promotion`.
fn listed(project: &TempDir) -> Vec<String> {
    let flags = read(project, "results/flags.csv");
    let cells = flags.lines().map(|row| row.split(',').collect::<Vec<_>>());
    cells
        .filter(|row| row[1] == "quarter" && row[4] != "talent_not_applicable")
        .map(|row| format!("{} {}", row[2], row[4]))
        .collect()
}

#[test]
fn lists_are_for_managers_and_hr_and_nobody_else() {
    let owners = "部门,名称,上级,负责人\nD1,一部,C,A1\nD2,二部,C,B1\n";
    let project =
        project("attain.toml", "parent = \"parent\"", "parent = \"parent\"\nowner = \"owner\"");
    std::fs::write(project.path().join("data/departments.csv"), owners).unwrap();
    let extract = project.path().join("extracts/departments.toml");
    let columns = std::fs::read_to_string(&extract).unwrap();
    let owner = "\n[[columns]]\nname = \"owner\"\nfrom = \"负责人\"\ntype = \"text\"\n";
    std::fs::write(&extract, columns + owner).unwrap();
    let said = run(&project, "2027-03", "2027-04-03");
    assert!(said.contains("2 sent"), "{said}");
    assert_eq!(listed(&project), ["A1 promotion", "A7 coaching"]);

    let reports = project.path().join("ledger/runs/2027-03/v1/reports");
    let holds = |file: &str, text: &str| read(&project, &format!("reports/{file}")).contains(text);
    let people = std::fs::read_dir(&reports).unwrap().map(|file| file.unwrap().file_name());
    let people: Vec<String> = people
        .map(|name| name.into_string().unwrap())
        .filter(|name| name.starts_with(['A', 'B']) && !name.ends_with(".zh"))
        .collect();
    assert_eq!(people.len(), 20, "{people:?}");
    for file in &people {
        assert!(!holds(file, "晋升") && !holds(file, "辅导"), "{file}");
    }
    // A1 heads D1 and reads its report: A7 stands in it, A1 does not.
    assert!(holds("D1.zh.txt", "重点辅导") && holds("D1.zh.txt", "员工A7"));
    assert!(!holds("D1.zh.txt", "晋升候选  员工A1") && !holds("D2.zh.txt", "重点辅导"));
    assert!(holds("C.zh.txt", "晋升候选") && holds("C.zh.txt", "资源倾斜建议"));
    for text in ["晋升候选名单", "重点辅导名单", "2026年第4季度：1/7", "不适用：仅3人，不足5人"]
    {
        assert!(holds("C.hr.zh.html", text) && holds("C.hr.zh.txt", text), "{text}");
    }
    let mails = project.path().join("mails/2027-03-v1");
    let hr: Vec<String> = names(&mails).into_iter().filter(|name| name.contains("-hr-")).collect();
    assert_eq!(hr.iter().filter(|name| name.ends_with(".eml")).count(), 2, "{hr:?}");
}

#[test]
fn the_ledger_gives_the_same_lists_and_breaks_where_a_quarter_was_not_delivered() {
    let ledger = || project("plan.toml", "missing_quarter", "source = \"ledger\"\nmissing_quarter");
    let whole = ledger();
    run(&whole, "2026-09", "2026-10-03");
    run(&whole, "2026-12", "2027-01-04");
    run(&whole, "2027-03", "2027-04-03");
    assert_eq!(listed(&whole), ["A1 promotion", "A7 coaching"]);

    let broken = ledger();
    run(&broken, "2026-09", "2026-10-03");
    run(&broken, "2027-03", "2027-04-03");
    assert!(listed(&broken).is_empty(), "{:?}", listed(&broken));
}

#[test]
fn a_month_that_ends_a_quarter_says_that_its_pack_is_due_until_it_is_delivered() {
    let project = project("plan.toml", "missing_quarter", "missing_quarter");
    let due = "2027-Q1 ends with 2027-03, and its pack has not been delivered";
    assert!(run(&project, "2027-03", "2027-04-03").contains(due));
    // The next mornings find the month delivered, and the pack still to be asked for.
    let again = run(&project, "2027-03", "2027-04-04");
    assert!(again.contains(due) && again.contains("was delivered before"), "{again}");
    let pack = run(&project, "2027-Q1", "2027-04-05");
    assert!(pack.contains("2027-Q1 v1 delivered in part"), "{pack}");
    let twice = run(&project, "2027-Q1", "2027-04-06");
    assert!(twice.contains("2027-Q1 was delivered in part before, as v1"), "{twice}");
    assert!(!run(&project, "2027-03", "2027-04-06").contains(due));
    assert!(!run(&project, "2027-02", "2027-04-06").contains("pack"));
    let dir = project.path().to_str().unwrap();
    let runs = attain(&["runs", "--config", dir]).out;
    assert!(runs.contains("2027-Q1  v1"), "{runs}");
    let shown = attain(&["show", "2027-Q1", "--config", dir]);
    assert!(shown.out.starts_with("2027-Q1 v1: delivered"), "{}{}", shown.out, shown.err);
}

#[test]
fn an_id_that_nobody_has_is_named_with_its_line() {
    let project = project("attain.toml", "director@shop.example", "E99");
    let dir = project.path().to_str().unwrap();
    let said = attain(&["check", "2027-03", "--as-of", "2027-04-03", "--config", dir]);
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    let found = said.diagnostics();
    assert!(found[0].starts_with("error: attain.toml:") && found[0].contains("“E99”"), "{found:?}");
}

fn names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    files.map(|name| name.into_string().unwrap()).collect()
}
