//! Mails as people see them: in a browser, in the eyes of mail clients, and to a spam filter.
//!
//! The scripts are in `tests/look`. One Chromium looks at the mails that stand for all; sizes, rules
//! and what clients support are checked on every mail.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::project::Project;
use super::testbed::{all_parts_demanded, skip, tool};

/// The scripts leave with it where what they need is not installed.
const NOT_INSTALLED: i32 = 77;

const DOCUMENT: &str = "docs/mail-clients.md";

/// A message that every spam filter takes for spam: without it a filter that is off would pass.
const SPAM: &str = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

/// Where dry runs left their mails: the last month of a quarter and the quarter, in Chinese and in
/// English, and the month after it.
static FOLDERS: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
    let chinese = || dry_runs(Project::shared_whole("look-zh"), &["2026-09", "2026-10", "2026-Q3"]);
    let english = || {
        let project = Project::shared_whole("look-en");
        project.edit("attain.toml", "language = \"zh\"", "language = \"en\"");
        let people = project.read("data/people.csv").replace(",zh,", ",en,");
        project.write("data/people.csv", people);
        dry_runs(project, &["2026-09", "2026-Q3"])
    };
    std::thread::scope(|scope| {
        let chinese = scope.spawn(chinese);
        let mut folders = english();
        folders.extend(chinese.join().expect("the runs in Chinese"));
        folders
    })
});

fn dry_runs(project: Project, periods: &[&str]) -> Vec<PathBuf> {
    let run = |period: &&str| {
        let said = project.attain("run", &[period, "--dry-run"]);
        assert_eq!(said.code, 0, "{period}: {}{}", said.out, said.err);
        project.path(&format!("dry-run/{period}"))
    };
    periods.iter().map(run).collect()
}

#[test]
fn mails_and_index_pages_look_right_in_a_browser() {
    let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("look");
    let Some((fine, said)) = look("pages", &shots, &FOLDERS) else { return };
    assert!(fine, "screenshots lie in {}\n{said}", shots.display());
    for report in ["company", "department", "hr", "pack", "person"] {
        for language in ["zh-CN", "en"] {
            let kind = format!("{report} {language}");
            assert!(said.contains(&kind), "no mail stands for {kind}: {said}");
        }
    }
    report(&said);
}

#[test]
fn every_mail_is_for_every_client() {
    let Some((fine, said)) = look("mails", Path::new(DOCUMENT), &FOLDERS) else { return };
    assert!(fine, "{said}");
    report(&said);
}

/// The checks above would pass in silence if they saw nothing.
#[test]
fn the_checks_see_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mail = include_str!("../look/bad.eml").replace("\r\n", "\n").replace('\n', "\r\n");
    std::fs::write(folder.path().join("001-person-E001.eml"), mail).expect("a written mail");
    let folders = [folder.path().to_owned()];
    let Some((fine, pages)) = look("pages", Path::new("-"), &folders) else { return };
    assert!(!fine, "{pages}");
    for wanted in [
        "at 360 px, light: scrolls sideways",
        "at 360 px, light: <div> reaches from",
        "at 1200 px, dark: axe color-contrast",
        "at 360 px, light: axe image-alt",
        "at 640 px, images-off: a picture says nothing",
        "asks for https://pictures.example/track.png",
    ] {
        assert!(pages.contains(wanted), "not seen: {wanted}\n{pages}");
    }
    let Some((fine, mails)) = look("mails", Path::new(DOCUMENT), &folders) else { return };
    assert!(!fine, "{mails}");
    for wanted in [
        "“Not supported”: display:flex in outlook.windows",
        "no mail has it any more: `@media` in outlook.windows",
        "a picture that the mail does not carry",
        "a table without the attribute width",
        "<script> is not for mails",
        "style position",
    ] {
        let wanted = wanted.replace('`', "");
        assert!(mails.contains(&wanted), "not seen: {wanted}\n{mails}");
    }
}

#[test]
fn no_mail_looks_like_spam() {
    let Some(mut filter) = tool("spamassassin") else { return };
    let own = tempfile::tempdir().expect("a temporary folder");
    let spam = own.path().join("spam.eml");
    std::fs::write(&spam, format!("Subject: test\r\n\r\n{SPAM}\r\n")).expect("a written mail");
    let mails: Vec<PathBuf> = FOLDERS.iter().flat_map(|folder| one_of_each_kind(folder)).collect();
    // Local rules alone, and nothing learnt: the same mail always has the same score.
    filter.args(["--local", "--test-mode", "--nocreate-prefs", "--cf=use_bayes 0"]);
    filter.env("HOME", own.path()).args(&mails).arg(&spam);
    let output = filter.output().expect("SpamAssassin starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let status = said.lines().filter(|line| line.starts_with("X-Spam-Status: "));
    let score = |line: &str| {
        let (_, score) = line.split_once("score=").expect("a score");
        score.split(' ').next().expect("a number").parse::<f64>().expect("a number")
    };
    let scores: Vec<f64> = status.map(score).collect();
    let why = String::from_utf8_lossy(&output.stderr);
    assert_eq!(scores.len(), mails.len() + 1, "not every mail has a score: {why}");
    assert!(scores[mails.len()] > 500.0, "the filter is off: spam scores {scores:?}");
    let high: Vec<_> = mails.iter().zip(&scores).filter(|(_, score)| **score >= 0.5).collect();
    assert!(high.is_empty(), "spamassassin -L -t says why of {high:?}");
    let most = scores[..mails.len()].iter().fold(f64::MIN, |most, score| most.max(*score));
    report(&format!("{} mails: SpamAssassin scores {most:.1} at most", mails.len()));
}

/// The first and the last mail of each kind of report.
fn one_of_each_kind(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the mails of a run");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    let mut kinds: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for file in files {
        let name = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let kind = name.split('-').nth(1).expect("NUMBER-KIND-UNIT").to_owned();
        let of_kind = kinds.entry(kind).or_default();
        of_kind.truncate(1);
        of_kind.push(file);
    }
    kinds.into_values().flatten().collect()
}

/// Runs `tests/look/look.mjs`: whether all is fine, and what it said. `None` where it cannot run.
fn look(what: &str, first: &Path, folders: &[PathBuf]) -> Option<(bool, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut script = Command::new(root.join("scripts/look.sh"));
    script.args(["look.mjs", what]).arg(first).args(folders);
    let output = script.output().expect("the script starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let why = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(NOT_INSTALLED) {
        assert!(!all_parts_demanded(), "{why}");
        skip(&format!("the look of mails: {}", why.trim()));
        return None;
    }
    assert!(!said.is_empty(), "{what}: {why}");
    Some((output.status.success(), format!("{said}{why}")))
}

/// Says what was looked at, past the capture of passing tests' output.
fn report(said: &str) {
    let _ = writeln!(std::io::stderr(), "LOOKED AT {}", said.trim());
}
