//! The causes of the sample company: what the reports conclude, and the table that it comes from.

use std::collections::BTreeMap;
use std::fs;

use crate::project::Project;

pub(super) type Line = BTreeMap<String, String>;

/// The lines of a CSV file by the names of its columns. None of the cells has a line break.
pub(super) fn read_csv(project: &Project, period: &str, name: &str) -> Vec<Line> {
    let text = project.read(&format!("dry-run/{period}/results/{name}.csv"));
    let mut lines = text.trim_start_matches('\u{feff}').lines().map(cells);
    let header = lines.next().expect("a header");
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            other => cell.push(other),
        }
    }
    cells.push(cell);
    cells
}

#[test]
fn parts_add_up_and_every_number_of_a_conclusion_is_in_the_tables() {
    let project = Project::whole();
    let said = project.attain("run", &["--dry-run"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let drivers = read_csv(&project, "2026-10", "drivers");
    amounts_add_up(&drivers);
    let scores = read_csv(&project, "2026-10", "scores");
    let mut checked = 0;
    for (unit, conclusion) in conclusions(&project) {
        let known = figures_of(&unit, "2026-10", &scores, &drivers);
        for (number, text) in numbers(&conclusion) {
            let found = known.iter().any(|figure| number.stands_for(figure.abs()));
            assert!(found, "{unit}: {text} of “{conclusion}” is in no table");
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} numbers were found in the reports");
    let answers =
        ["结论", "何时", "何处", "何人", "何因"].map(|label| cells_of(&project, &[label]));
    let mut shares = 0;
    for (unit, answer) in answers.into_iter().flatten() {
        for share in shares_in(&answer) {
            assert!(share <= 100.0, "{unit}: {share}% in “{answer}”");
            shares += 1;
        }
    }
    assert!(shares > 50, "only {shares} shares were found in the reports");
    each_measure_is_said_once(&project);
}

/// The shares of “占缺口的93.1%”, “占72.0%”.
fn shares_in(answer: &str) -> Vec<f64> {
    let behind = answer.split('占').skip(1);
    let share = |text: &str| {
        let number = text.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        number.split_once('%').and_then(|(number, _)| number.parse().ok())
    };
    behind.filter_map(share).collect()
}

/// Nobody reads of a measure above the cards and in them, and 华北区's card has what is under way.
fn each_measure_is_said_once(project: &Project) {
    let mut seen = BTreeMap::new();
    for (unit, text) in reports(project) {
        for sentence in text.split(['>', '。', '\n']) {
            if sentence.contains("建议：") || sentence.contains("已有措施：") {
                *seen.entry((unit.clone(), sentence.trim().to_owned())).or_insert(0) += 1;
            }
        }
    }
    assert!(seen.len() > 20, "{seen:#?}");
    for (place, times) in seen {
        assert_eq!(times, 1, "{place:?}");
    }
    let cards = cells_of(project, &["如何改进"]);
    let own: Vec<&String> =
        cards.iter().filter(|(unit, _)| unit == "D40").map(|(_, text)| text).collect();
    assert!(own.iter().any(|text| text.contains("技术支持评审")), "{own:#?}");
}

/// Each way of parting a whole leaves nothing over, to the last digit of the table.
fn amounts_add_up(drivers: &[Line]) {
    let mut sums: BTreeMap<Vec<&str>, (i128, i128)> = BTreeMap::new();
    for line in drivers {
        let mut place: Vec<&str> =
            ["period", "grain", "unit_id", "metric", "kind"].map(|name| line[name].as_str()).into();
        if line["kind"] != "driver" {
            place.push(&line["by"]);
        }
        let minor = |name: &str| line[name].replace('.', "").parse::<i128>().expect("6 places");
        let sum = sums.entry(place).or_insert((0, minor("whole")));
        sum.0 += minor("amount");
    }
    let kinds: std::collections::BTreeSet<&str> = sums.keys().map(|place| place[4]).collect();
    let all = ["customer", "customers", "dimension", "driver", "month", "unit"];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), all);
    for (place, (sum, whole)) in sums {
        assert_eq!(sum, whole, "{place:?}");
    }
}

/// Each report's unit with the conclusions of its own cards.
fn conclusions(project: &Project) -> Vec<(String, String)> {
    cells_of(project, &["结论", "Conclusion"])
}

/// Each report's unit with the cells beside these labels of its cards.
fn cells_of(project: &Project, labels: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (unit, text) in reports(project) {
        for label in labels {
            for after in text.split(&format!("<th scope=\"row\">{label}</th>")).skip(1) {
                let cell = after.split("</td>").next().expect("a cell beside the label");
                let words = cell.rsplit('>').next().expect("its text");
                found.push((unit.clone(), words.to_owned()));
            }
        }
    }
    found.sort();
    found
}

/// The reports with their units, without the copies.
fn reports(project: &Project) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let folder = fs::read_dir(project.path("dry-run/2026-10")).expect("the dry run's folder");
    for entry in folder {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let is_report = path.extension().is_some_and(|ending| ending == "html");
        let parts: Vec<&str> = name.split('-').collect();
        if let (true, &[_, _, unit]) = (is_report, &parts[..]) {
            found.push((unit.to_owned(), fs::read_to_string(&path).expect("a report")));
        }
    }
    found
}

/// All figures of a unit in a period, and of all that it is parted into.
pub(super) fn figures_of(unit: &str, period: &str, scores: &[Line], drivers: &[Line]) -> Vec<f64> {
    let of = |lines: &[Line], columns: &[&str]| -> Vec<f64> {
        let lines = lines.iter().filter(|line| line["unit_id"] == unit);
        let cells = lines.flat_map(|line| columns.iter().map(|name| line[*name].clone()));
        cells.filter_map(|cell| cell.parse().ok()).collect()
    };
    let now: Vec<Line> = scores.iter().filter(|line| line["period"] == period).cloned().collect();
    let judged = of(&now, &["actual", "target", "attainment", "gap"]);
    let parts = of(drivers, &["now", "before", "amount", "share", "whole", "count"]);
    [judged, parts].concat()
}

/// A number as it is shown, and how large its last digit is.
#[derive(Debug)]
pub(super) struct Shown {
    value: f64,
    last_digit: f64,
}

impl Shown {
    /// Shown digits are rounded, or cut off where rounding would contradict a judgement.
    pub(super) fn stands_for(&self, figure: f64) -> bool {
        (figure - self.value).abs() < self.last_digit * 1.000_001
    }
}

/// The numbers of a sentence, without those of its dates.
pub(super) fn numbers(sentence: &str) -> Vec<(Shown, String)> {
    let letters: Vec<char> = sentence.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let from = at;
        while at < letters.len() && (letters[at].is_ascii_digit() || ".,".contains(letters[at])) {
            at += 1;
        }
        let text: String = letters[from..at].iter().collect();
        let digits = text.trim_end_matches(['.', ',']).replace(',', "");
        let after: String = letters[at..].iter().take(4).collect();
        let is_date = after.starts_with('年') || after.starts_with('月');
        if is_date || (digits.len() == 4 && digits.starts_with("202")) {
            continue;
        }
        let scale = match after.trim_start() {
            rest if rest.starts_with('%') || rest.starts_with("个百分") => 0.01,
            rest if rest.starts_with("pp") => 0.01,
            rest if rest.starts_with('亿') => 1e8,
            rest if rest.starts_with('万') => 1e4,
            rest if rest.starts_with('M') => 1e6,
            rest if rest.starts_with('K') => 1e3,
            _ => 1.0,
        };
        let places = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let value: f64 = digits.parse().expect("digits");
        let last_digit = scale / 10_f64.powi(i32::try_from(places).expect("few places"));
        found.push((Shown { value: value * scale, last_digit }, format!("{text}{after}")));
    }
    found
}
