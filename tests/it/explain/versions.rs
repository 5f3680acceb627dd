//! What moved between the versions of a run, and what a version was made from.

use crate::project::Project;

/// Takes the lines with a word out of a file.
fn without(project: &Project, file: &str, word: &str) {
    let text = project.read(file);
    let kept: Vec<&str> = text.lines().filter(|line| !line.contains(word)).collect();
    assert!(kept.len() < text.lines().count(), "{file} has no {word}");
    project.write(file, format!("{}\n", kept.join("\n")));
}

/// The items that moved since the version before.
fn moved(project: &Project, more: &[&str]) -> Vec<String> {
    let said = project.attain("explain", &[&["2026-10"], more, &["--json"]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    let json = said.json();
    assert_eq!(json["run"]["differs"].as_array().map(Vec::len), Some(0), "{}", said.out);
    let moved = json["before"]["moved"].as_array().expect("a version before").iter();
    moved.map(|one| one["item"].as_str().expect("a word").to_owned()).collect()
}

/// Payments move the rank of the collection rate, and sales rank people.
#[test]
fn a_rank_is_held_against_the_same_metrics() {
    let project = Project::of_two_months();
    assert_eq!(project.attain("run", &["2026-10"]).code, 0);
    without(&project, "data/payments/2026-10.csv", ",E048,");
    let again = project.attain("run", &["2026-10", "--again"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(moved(&project, &["E048", "collection_rate"]).contains(&"rank".to_owned()));
    assert_eq!(moved(&project, &["E048", "rank"]), Vec::<String>::new());
}
