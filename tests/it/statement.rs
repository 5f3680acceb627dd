//! Statements through the real program: every figure follows from its rows, also for a spreadsheet
//! that reckons by itself, and nobody's holds what is another's.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::path::Path;
use std::sync::LazyLock;

use attain::model::{Aggregate, MetricKind};
use attain::settings::Project as Settings;
use calamine::{Data, DataType, Range, Reader, Xlsx};

use super::project::Project;
use super::testbed::{office_converts, python_with};

const RUN: &str = "dry-run/2026-10";

/// The sample company's month with its statements.
static RUN_ONCE: LazyLock<Project> = LazyLock::new(|| {
    let project = Project::shared("statements");
    run(&project);
    project
});

fn run(project: &Project) {
    let said = project.attain("run", &["--dry-run"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

/// A workbook beside its mail.
struct Statement {
    /// Such as `person-E012`.
    of: String,
    name: String,
    bytes: Vec<u8>,
}

impl Statement {
    fn unit(&self) -> &str {
        self.of.split_once('-').expect("kind and unit").1
    }

    fn book(&self) -> Xlsx<Cursor<Vec<u8>>> {
        Xlsx::new(Cursor::new(self.bytes.clone())).expect("a workbook")
    }
}

/// The workbooks of a run, without those of copies.
fn statements(project: &Project) -> Vec<Statement> {
    let files = project.files(RUN).into_iter();
    files
        .filter(|(name, _)| name.ends_with(".xlsx") && !name.contains("-copy"))
        .map(|(name, bytes)| {
            let parts: Vec<&str> = name.splitn(4, '-').collect();
            Statement { of: format!("{}-{}", parts[1], parts[2]), name: parts[3].into(), bytes }
        })
        .collect()
}

fn of<'a>(all: &'a [Statement], of: &str) -> &'a Statement {
    all.iter().find(|one| one.of == of).unwrap_or_else(|| panic!("no workbook of {of}"))
}

/// The month's actuals of the results table, by unit and metric, as they stand there.
fn actuals(project: &Project) -> BTreeMap<(String, String), String> {
    let text = project.read(&format!("{RUN}/results/scores.csv"));
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let at = |name: &str| header.iter().position(|other| *other == name).unwrap();
    let (period, unit, metric, actual) = (at("period"), at("unit_id"), at("metric"), at("actual"));
    let rows = lines.map(|line| line.split(',').collect::<Vec<_>>());
    rows.filter(|cells| cells[period] == "2026-10" && !cells[actual].is_empty())
        .map(|cells| ((cells[unit].to_owned(), cells[metric].to_owned()), cells[actual].to_owned()))
        .collect()
}

fn settings(project: &Project) -> Settings {
    Settings::load(project.dir(), &[]).expect("the config is fine")
}

/// The first sheet, by whatever it is called.
fn summary(book: &mut Xlsx<Cursor<Vec<u8>>>) -> (String, Range<Data>) {
    let name = book.sheet_names()[0].clone();
    assert!(["汇总", "Summary"].contains(&name.as_str()), "{name}");
    let range = book.worksheet_range(&name).unwrap();
    (name, range)
}

/// The value in the column right of a label, of the first row that has it.
fn beside(range: &Range<Data>, labels: [&str; 2], from: usize) -> Option<(usize, Data)> {
    let mut rows = range.rows().enumerate().skip(from);
    let row = rows.find(|(_, row)| labels.contains(&row[0].to_string().as_str()));
    row.map(|(at, row)| (at, row[1].clone()))
}

/// With the six digits of the results table.
fn shown(value: &Data) -> String {
    match value {
        Data::Float(number) => format!("{number:.6}"),
        Data::Int(number) => format!("{number}.000000"),
        other => other.to_string(),
    }
}

#[test]
fn every_headline_figure_is_a_formula_over_its_rows_and_equals_the_results() {
    let project = &*RUN_ONCE;
    let (settings, actuals) = (settings(project), actuals(project));
    let mut compared = 0;
    for statement in statements(project).iter().filter(|one| !one.of.starts_with("hr")) {
        let mut book = statement.book();
        let (name, range) = summary(&mut book);
        let formulas = book.worksheet_formula(&name).unwrap();
        for id in &settings.headline {
            let metric = settings.metrics.iter().find(|metric| metric.id == *id).unwrap();
            let labels = [metric.label.zh.as_str(), metric.label.en.as_str()];
            let (row, cell) = beside(&range, labels, 3).unwrap();
            let key = (statement.unit().to_owned(), id.to_string());
            let Some(actual) = actuals.get(&key) else {
                assert!(matches!(cell, Data::String(_)), "{} {id}: {cell:?}", statement.of);
                continue;
            };
            assert_eq!(shown(&cell), *actual, "{} {id}", statement.of);
            let formula = formulas.get_value((row as u32, 1)).cloned().unwrap_or_default();
            let of_rows = match metric.kind {
                MetricKind::Simple(_) => {
                    formula.contains("SUM(") || formula.contains('!') || formula.starts_with('B')
                }
                _ => formula.contains('/'),
            };
            let company = statement.of.starts_with("company") && formula.contains('!');
            assert!(of_rows || company, "{} {id}: {formula:?}", statement.of);
            compared += 1;
        }
    }
    assert!(compared > 250, "{compared}");
}

/// The rows themselves, added up in hundredths, apart from any formula.
#[test]
fn the_rows_add_up_to_the_sum_that_the_summary_shows() {
    let project = &*RUN_ONCE;
    let settings = settings(project);
    let mut added = 0;
    let all = statements(project);
    let listing = |one: &&Statement| one.of.starts_with("person") || one.of.starts_with("dep");
    for statement in all.iter().filter(listing) {
        let mut book = statement.book();
        let (_, summary) = summary(&mut book);
        // Below the headline stand the parts.
        let parts = 3 + settings.headline.len() + 2;
        for tab in book.sheet_names()[1..].to_vec() {
            let range = book.worksheet_range(&tab).unwrap();
            let Some(header) = range.rows().nth(3).map(<[Data]>::to_vec) else { continue };
            if !header.iter().any(|cell| ["行号", "Row"].contains(&cell.to_string().as_str())) {
                continue;
            }
            for metric in &settings.metrics {
                let MetricKind::Simple(simple) = &metric.kind else { continue };
                let counts = simple.aggregate == Aggregate::CountDistinct;
                let labels = [metric.label.zh.as_str(), metric.label.en.as_str()];
                let is = |text: &str| match counts {
                    true => {
                        labels.iter().any(|l| text.starts_with(l) && text.ends_with([')', '）']))
                    }
                    false => labels.contains(&text),
                };
                let Some(column) = header.iter().position(|cell| is(&cell.to_string())) else {
                    continue;
                };
                let rows = range
                    .rows()
                    .skip(4)
                    .take_while(|row| !["合计", "Total"].contains(&row[0].to_string().as_str()));
                let hundredths = |cell: &Data| match cell {
                    Data::Float(number) => (number * 100.0).round() as i64,
                    Data::Empty => 0,
                    other => panic!("{}: {other:?}", statement.of),
                };
                let sum: i64 = rows.map(|row| hundredths(&row[column])).sum();
                let (_, in_summary) = beside(&summary, labels, parts).unwrap();
                assert_eq!(sum, hundredths(&in_summary), "{} {}", statement.of, metric.id);
                added += 1;
            }
        }
    }
    assert!(added > 300, "{added}");
}

/// openpyxl opens each and writes it without any result; LibreOffice reckons it anew.
#[test]
fn a_spreadsheet_comes_to_the_same_by_itself() {
    const WRITE_ANEW: &str = "import sys, openpyxl\n\
        for name in sys.argv[2:]:\n    \
            book = openpyxl.load_workbook(name)\n    \
            book.save(sys.argv[1] + '/' + name.rsplit('/', 1)[1])\n";
    let Some(mut python) = python_with("openpyxl") else { return };
    let project = &*RUN_ONCE;
    let all = statements(project);
    let folder = tempfile::tempdir().unwrap();
    let (given, bare, anew) =
        (folder.path().join("given"), folder.path().join("bare"), folder.path().join("anew"));
    [&given, &bare, &anew].into_iter().for_each(|dir| std::fs::create_dir(dir).unwrap());
    let chosen = ["company-C00", "department-D30", "department-D40", "person-E010", "hr-C00"];
    python.args(["-c", WRITE_ANEW]).arg(&bare);
    for name in chosen {
        let file = given.join(format!("{name}.xlsx"));
        std::fs::write(&file, &of(&all, name).bytes).unwrap();
        python.arg(file);
    }
    let output = python.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut compared = 0;
    for name in chosen {
        let file = bare.join(format!("{name}.xlsx"));
        assert!(results(&file).values().all(|cell| *cell == Data::Empty), "{name} has results");
        let Some(recalculated) = office_converts(&file, "xlsx", &anew) else { return };
        let recalculated = results(&recalculated);
        for (place, cell) in results(&given.join(format!("{name}.xlsx"))) {
            assert_eq!(shown(&recalculated[&place]), shown(&cell), "{name} {place:?}");
            compared += 1;
        }
    }
    assert!(compared > 1000, "{compared}");
}

/// What each formula of a workbook came to, by tab and place.
fn results(file: &Path) -> BTreeMap<(String, u32, u32), Data> {
    let mut book: Xlsx<_> = calamine::open_workbook(file).unwrap();
    let mut found = BTreeMap::new();
    for tab in book.sheet_names() {
        let range = book.worksheet_range(&tab).unwrap();
        let formulas = book.worksheet_formula(&tab).unwrap();
        let (top, left) = formulas.start().unwrap_or_default();
        for (row, column, formula) in formulas.used_cells() {
            if formula.is_empty() {
                continue;
            }
            let at = (row as u32 + top, column as u32 + left);
            let value = range.get_value(at).cloned().unwrap_or_default();
            found.insert((tab.clone(), at.0, at.1), value);
        }
    }
    found
}

fn texts(statement: &Statement) -> BTreeSet<String> {
    let mut book = statement.book();
    let tabs = book.sheet_names();
    let ranges = tabs.iter().map(|tab| book.worksheet_range(tab).unwrap()).collect::<Vec<_>>();
    let cells = ranges.iter().flat_map(|range| range.used_cells());
    cells.filter_map(|(_, _, cell)| cell.get_string().map(str::to_owned)).collect()
}

#[test]
fn a_persons_statement_is_of_that_person_alone() {
    let project = &*RUN_ONCE;
    let people = project.read("data/people.csv");
    let people: Vec<(&str, &str)> = people
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0], cells[1])
        })
        .collect();
    assert!(people.len() > 50);
    let all = statements(project);
    let persons = || all.iter().filter(|one| one.of.starts_with("person"));
    assert!(persons().count() > 40);
    for statement in persons() {
        let texts = texts(statement);
        let own = people.iter().find(|(id, _)| *id == statement.unit()).unwrap().1;
        for (id, name) in people.iter().filter(|(id, name)| *id != statement.unit() && *name != own)
        {
            let named = texts.iter().find(|text| text.as_str() == *name || text.as_str() == *id);
            assert_eq!(named, None, "{} names {id} {name}", statement.of);
        }
    }
    // A department's holds its own people's rows, and no other department's.
    let texts = texts(of(&all, "department-D40"));
    assert!(texts.contains("高子涵") && !texts.contains("王海燕"));
}

#[test]
fn whatever_a_crm_writes_stays_a_text() {
    let project = Project::of_two_months();
    let customers = project.read("data/customers.csv");
    let odd = ["=HYPERLINK(\"http://x\";\"y\")", "+1+1", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0"];
    let mut lines: Vec<String> = customers.lines().map(str::to_owned).collect();
    let name = lines[0].split(',').position(|header| header == "客户名称").unwrap();
    for (at, line) in lines.iter_mut().skip(1).enumerate() {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        cells[name] = format!("\"{}\"", odd[at % odd.len()].replace('"', "\"\""));
        *line = cells.join(",");
    }
    project.write("data/customers.csv", lines.join("\n"));
    let people = project.read("data/people.csv");
    project.write("data/people.csv", people.replace("沈慧敏", "=1+1&A1"));
    run(&project);
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for statement in statements(&project) {
        let mut book = statement.book();
        for tab in book.sheet_names() {
            let formulas = book.worksheet_formula(&tab).unwrap();
            let strange = formulas.used_cells().find(|(_, _, formula)| {
                ["HYPERLINK", "cmd", "1+1", "2+3"].iter().any(|part| formula.contains(part))
            });
            assert_eq!(strange, None, "{} {tab}", statement.of);
        }
        let texts = texts(&statement);
        met.extend(
            odd.iter().copied().filter(|text| texts.iter().any(|cell| cell.starts_with(*text))),
        );
        if statement.unit() == "E010" {
            assert!(texts.iter().any(|text| text.contains("=1+1&A1")), "{texts:?}");
        }
    }
    assert_eq!(met.len(), odd.len(), "{met:?}");
}

#[test]
fn too_many_rows_are_added_up_by_day_and_say_where_they_are() {
    let project = Project::of_two_months();
    project.edit("attain.toml", "[delivery]\n", "[statement]\nmost_rows = 20\n\n[delivery]\n");
    run(&project);
    let actuals = actuals(&project);
    let all = statements(&project);
    for (unit, metric, label) in [
        ("person-E010", "sales", "销售额"),
        ("department-D40", "sales", "销售额"),
        ("department-D40", "visits", "客户拜访量"),
    ] {
        let statement = of(&all, unit);
        let mut book = statement.book();
        let (_, summary) = summary(&mut book);
        let (_, cell) = beside(&summary, [label, label], 3).unwrap();
        let key = (statement.unit().to_owned(), metric.to_owned());
        assert_eq!(shown(&cell), actuals[&key], "{unit}");
        let texts = texts(statement);
        let said =
            texts.iter().any(|text| text.contains("超过每页20行") && text.contains("2026-10"));
        assert!(said, "{texts:?}");
    }
    // New customers of a person are few, and stay listed.
    assert!(texts(of(&all, "person-E010")).contains("SO202610-00013"));
}

#[test]
fn a_mail_that_would_be_too_large_goes_without_the_rows() {
    let project = Project::of_two_months();
    let visits = project.read("data/visits/2026-10.csv");
    let mut lines = visits.lines();
    let mut text = format!("{}\n", lines.next().unwrap());
    let mut state = 1u64;
    for line in lines {
        let noise: String = (0..5000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                char::from(b'!' + 7 + (state >> 58) as u8)
            })
            .filter(|c| c.is_ascii_alphanumeric())
            .collect();
        text.push_str(&format!("{noise}{line}\n"));
    }
    project.write("data/visits/2026-10.csv", text);
    project.edit("attain.toml", "[delivery]\n", "[delivery]\nmax_mail_mb = 1\n");
    run(&project);
    let all = statements(&project);
    let region = of(&all, "department-D20");
    assert!(region.bytes.len() < 200_000, "{}", region.bytes.len());
    let tabs = region.book().sheet_names();
    assert!(
        !tabs.contains(&"客户拜访量".to_owned()) && tabs.contains(&"人员明细".to_owned()),
        "{tabs:?}"
    );
    assert!(texts(region).iter().any(|text| text.contains("不附明细页")));
    let tabs = of(&all, "person-E010").book().sheet_names();
    assert!(tabs.contains(&"客户拜访量".to_owned()), "{tabs:?}");
}

#[test]
fn whoever_wants_none_has_the_plan_sheet_alone() {
    let project = Project::of_two_months();
    let off = "[statement]\nreports = [\"company\"]\n\n[delivery]\n";
    project.edit("attain.toml", "[delivery]\n", off);
    run(&project);
    let all = statements(&project);
    assert!(of(&all, "company-C00").name.starts_with("业绩总表-2026-10"));
    let others = all.iter().filter(|one| one.of != "company-C00");
    let names: Vec<&str> = others.map(|one| one.name.as_str()).collect();
    assert!(names.len() > 10, "{names:?}");
    let is_plan =
        |name: &&str| name.starts_with("改进计划表") || name.starts_with("Improvement plan");
    assert!(names.iter().all(is_plan), "{names:?}");
    project.edit("attain.toml", "[\"company\"]", "[\"everybody\"]");
    let said = project.attain("run", &["--dry-run"]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("attain.toml"), "{}", said.err);
}
