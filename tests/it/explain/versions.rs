//! What moved between the versions of a run, and what a version was made from.

use crate::project::Project;

/// Takes the lines with a word out of a file, whatever its encoding.
fn without(project: &Project, file: &str, word: &str) {
    let bytes = std::fs::read(project.path(file)).expect("it is there");
    let has = |line: &&[u8]| line.windows(word.len()).any(|at| at == word.as_bytes());
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let kept: Vec<u8> = lines.filter(|line| !has(line)).flatten().copied().collect();
    assert!(kept.len() < bytes.len(), "{file} has no {word}");
    project.write(file, kept);
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

/// Whoever may not see what a coefficient pays is not told that it moved either.
#[test]
fn what_moved_is_told_as_far_as_the_reader_may_see_it() {
    let project = Project::of_two_months();
    project.edit("policy.toml", "amounts = [\"own\", \"manager\", \"hr\"]", "amounts = [\"hr\"]");
    assert_eq!(project.attain("run", &["2026-10"]).code, 0);
    let people = project.read("data/people.csv");
    let line = people.lines().find(|line| line.starts_with("E048,")).expect("E048").to_owned();
    let raised: Vec<&str> = line.split(',').collect();
    let base = raised.iter().position(|cell| *cell == "6000.00").expect("a base");
    let raised: Vec<&str> =
        (0..raised.len()).map(|at| if at == base { "6100.00" } else { raised[at] }).collect();
    project.write("data/people.csv", people.replace(&line, &raised.join(",")));
    let again = project.attain("run", &["2026-10", "--again"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(moved(&project, &["E048", "coefficient"]), ["amount"]);
    assert_eq!(moved(&project, &["E048", "coefficient", "--as", "E048"]), Vec::<String>::new());
    let told = project.attain("explain", &["2026-10", "E048", "coefficient", "--as", "E048"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(!told.out.contains("奖金金额") && !told.out.contains("¥4,3"), "{}", told.out);
}

/// What the run kept says what it has and what it has not; where there is no figure at all, nothing.
#[test]
fn a_figure_that_no_table_has_is_told_from_what_was_kept() {
    let project = Project::of_two_months();
    assert_eq!(project.attain("run", &["2026-10"]).code, 0);
    let told = |more: &[&str]| {
        let said = project.attain("explain", &[&["2026-10"], more].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        said.out
    };
    let cost = told(&["E048", "cost"]);
    assert!(cost.contains("该版的结果表不单列这个数，以下按该版留存的数据和配置算出。"), "{cost}");
    let none = told(&["C00", "coefficient"]);
    assert!(!none.contains("没有记录这个数") && !none.contains("不单列"), "{none}");
}

/// A run whose kept inputs are gone is explained from the present data, and says what is gone.
#[test]
fn inputs_that_are_gone_are_named_and_the_present_data_is_taken() {
    let project = Project::of_two_months();
    assert_eq!(project.attain("run", &["2026-10"]).code, 0);
    let manifest = project.read("ledger/runs/2026-10/v1/manifest.json");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    let hash = |path: &str| {
        let inputs = manifest["inputs"].as_array().expect("a list").iter();
        let of = inputs.clone().find(|one| one["path"] == path).expect("an input");
        of["sha256"].as_str().expect("a hash").to_owned()
    };
    let find = |hash: &str| {
        let files = project.files("ledger").into_iter();
        let mut found = files.filter(|(name, _)| name.contains(hash));
        project.path("ledger").join(found.next().expect("a kept content").0)
    };
    let visits = "data/visits/2026-10.csv";
    let kept = find(&hash(visits));
    let bytes = std::fs::read(&kept).expect("it is there");
    std::fs::write(&kept, [&bytes[..], b"x"].concat()).expect("written");
    let said = project.attain("explain", &["2026-10", "E048", "visits"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let named = format!("该版留存的文件已丢失或被改动：{visits}");
    assert!(said.out.contains(&named), "{}", said.out);
    assert!(said.out.contains("按现有数据重算，与该版一致。"), "{}", said.out);
    std::fs::remove_file(&kept).expect("removed");
    without(&project, visits, "E048");
    let said = project.attain("explain", &["2026-10", "E048", "visits"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains(&named) && said.out.contains("内容已改"), "{}", said.out);
}
