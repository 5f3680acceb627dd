//! The quarter's packs through the real program: on the sample company, and on the case that works
//! a quarter out by hand.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use super::cases::{cases, copy_folder};
use super::causes::{figures_of, numbers, read_csv};
use super::project::{Project, attain};
use super::testbed;

/// The packs of two regions, one of them read in English.
static PACKS: LazyLock<Project> = LazyLock::new(|| {
    let project = Project::whole();
    let dir = project.dir().to_str().unwrap().to_owned();
    let only = ["--only", "D30", "--only", "D40"];
    let quarter = ["run", "2026-Q3", "--as-of", "2026-10-09", "--dry-run", "--config", &dir];
    let said = attain(&[&quarter[..], &only].concat());
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    project
});

/// The text of a PDF; none, said on the terminal, where poppler is not installed.
fn text_of(file: &Path) -> Option<String> {
    match Command::new("pdftotext").arg("-layout").arg(file).arg("-").output() {
        Ok(output) => Some(String::from_utf8_lossy(&output.stdout).into_owned()),
        Err(why) if !testbed::all_parts_demanded() => {
            testbed::skip(&format!("pdftotext: {why} (poppler-utils)"));
            None
        }
        Err(why) => panic!("pdftotext: {why}"),
    }
}

/// The file of a folder whose name begins and ends so.
fn file(project: &Project, begin: &str, end: &str) -> std::path::PathBuf {
    let folder = project.path("dry-run/2026-Q3");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(begin) && name.ends_with(end) && !name.contains("-copy"))
        .collect();
    names.sort();
    folder.join(names.first().unwrap_or_else(|| panic!("no {begin}…{end}")))
}

#[test]
fn heads_get_packs_in_their_language_and_nobody_else_does() {
    let packs: Vec<String> = PACKS
        .files("dry-run/2026-Q3")
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| name.ends_with(".pdf") && !name.contains("-copy"))
        .collect();
    assert_eq!(
        packs,
        [
            "001-pack-D30-Q3 2026 review - South China.pdf",
            "002-pack-D31-2026年第3季度复盘-广深办事处.pdf",
            "003-pack-D32-2026年第3季度复盘-闽桂办事处.pdf",
            "004-pack-D40-2026年第3季度复盘-华北区.pdf",
        ]
    );
    for (name, bytes) in PACKS.files("dry-run/2026-Q3") {
        assert!(!name.ends_with(".pdf") || bytes.len() < 2_000_000, "{name}: {}", bytes.len());
    }
}

#[test]
fn every_number_that_a_pack_concludes_with_is_in_the_tables() {
    let scores = read_csv(&PACKS, "2026-Q3", "scores");
    let drivers = read_csv(&PACKS, "2026-Q3", "drivers");
    let mut checked = 0;
    for unit in ["D30", "D31", "D32", "D40"] {
        let html = std::fs::read_to_string(file(&PACKS, &format!("pack-{unit}"), ".html")).unwrap();
        let known = figures_of(unit, "2026-Q3", &scores, &drivers);
        // The first sentence of what matters: why the main metric was missed.
        let marks = ["为主要原因。", "未见单一主因。", "main cause", "no single main cause"];
        let said = html
            .split('>')
            .find(|text| marks.iter().any(|mark| text.contains(mark)) && text.contains('%'));
        let said = said.unwrap_or_else(|| panic!("{unit} concludes nothing"));
        let said = said.split('<').next().unwrap().replace("Q3 2026", "");
        for (number, text) in numbers(&said) {
            // Of “第3季度”.
            if text.starts_with("3季度") {
                continue;
            }
            assert!(
                known.iter().any(|figure| number.stands_for(figure.abs())),
                "{unit}: {text} of “{said}” is in no table"
            );
            checked += 1;
        }
    }
    assert!(checked > 20, "only {checked} numbers were found");
}

#[test]
fn a_region_reads_nothing_of_another_ones_people() {
    let Some(text) = text_of(&file(&PACKS, "pack-D40", ".pdf")) else { return };
    let people = PACKS.read("data/people.csv");
    let assigned = read_workbook_of_assignments();
    let (mut own, mut others) = (0, 0);
    for line in people.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let (id, name) = (cells[0], cells[1]);
        let Some(units) = assigned.get(id) else { continue };
        if units.iter().any(|unit| unit == "D40") {
            own += usize::from(text.contains(name));
        } else {
            assert!(!text.contains(name), "{id} {name} stands in the pack of D40");
            others += 1;
        }
    }
    assert!(own > 5 && others > 30, "{own} own people, {others} others");
    for other in ["上海办事处", "江浙办事处", "广深办事处", "闽桂办事处", "KA事业部"]
    {
        assert!(!text.contains(other), "{other}");
    }
    for chapter in ["目录", "排名与变化", "原因分析", "更正记录", "▲"] {
        assert!(text.contains(chapter), "{chapter}");
    }
}

/// The units that each person ever stood in.
fn read_workbook_of_assignments() -> std::collections::BTreeMap<String, Vec<String>> {
    use calamine::{Reader, open_workbook_auto};
    let mut book = open_workbook_auto(PACKS.path("data/assignments.xlsx")).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let mut units: std::collections::BTreeMap<String, Vec<String>> = Default::default();
    for row in range.rows().skip(1) {
        units.entry(row[0].to_string()).or_default().push(row[2].to_string());
    }
    units
}

#[test]
fn a_restated_month_stands_in_the_pack_with_both_values() {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&cases().join("quarter"), copy.path());
    let dir = copy.path().to_str().unwrap();
    let run = |period: &str, as_of: &str, more: &[&str]| {
        let said = attain(&[&["run", period, "--as-of", as_of, "--config", dir], more].concat());
        // Nobody there has an address.
        assert_eq!(said.code, 4, "{}{}", said.out, said.err);
    };
    run("2026-08", "2026-09-03", &[]);
    let orders = copy.path().join("data/orders.csv");
    let text = std::fs::read_to_string(&orders).unwrap();
    let row = text.lines().find(|row| row.contains("2026-08-10,B1,50")).unwrap();
    std::fs::write(&orders, text.replace(row, &row.replace(",50", ",48.5"))).unwrap();
    run("2026-08", "2026-09-20", &["--again"]);
    run("2027-Q2", "2026-10-09", &[]);

    let folder = copy.path().join("ledger/runs/2027-Q2/v1/reports/C.zh");
    let pack = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let Some(text) = text_of(&pack) else { return };
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for said in [
        "2026年8月：第2版于2026-09-20代替第1版，涉及本单位及下级的3个数。",
        "2026年8月第2版 员工B1 销售额 实际 50.00 48.50 −1.50",
        "2026年8月第2版 二部 销售额 实际 150.00 148.50 −1.50",
        "▲2",
        "▼2",
    ] {
        assert!(spaced.contains(said), "{said}: {spaced}");
    }
}
