//! The folders of `tests/cases`: whole projects. The real program runs each once as a dry run, on a
//! copy; what it wrote is compared with figures that came about elsewhere.
//!
//! A folder holds a project and `case.toml`, which names the month and the day taken as today. Where
//! it has a folder `expected`, the tables in there are compared cell by cell (see `expected`), and a
//! `README.md` works them out by hand. Real extracts have modules of their own.

mod adventureworks;
mod credit;
mod expected;
mod maven_crm;
mod permuted;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, OnceLock};

use attain::model::Exact;
use attain::settings::Project;
use serde::Deserialize;

use crate::testbed::skip;

/// One run for each folder, made when a test first asks for it.
static RUNS: LazyLock<BTreeMap<String, OnceLock<Ran>>> = LazyLock::new(|| {
    let folders = fs::read_dir(cases()).unwrap().map(|entry| entry.unwrap());
    folders.map(|folder| (folder.file_name().into_string().unwrap(), OnceLock::new())).collect()
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    period: String,
    as_of: String,
    /// The tables that have just the rows expected, and no other.
    #[serde(default)]
    complete: Vec<String>,
}

/// What a run left behind.
struct Ran {
    outcome: serde_json::Value,
    /// Every table of results, by name.
    tables: BTreeMap<String, Vec<Row>>,
    /// By grain, period, unit and metric.
    scores: BTreeMap<[String; 4], Row>,
}

impl Ran {
    fn table(&self, name: &str) -> &[Row] {
        self.tables.get(name).unwrap_or_else(|| panic!("the run has no table {name}"))
    }

    fn score(&self, grain: &str, period: &str, unit: &str, metric: &str) -> Option<&Row> {
        self.scores.get(&[grain, period, unit, metric].map(str::to_owned))
    }

    /// `None` where there is no such score, or where nothing stands in it.
    fn actual(&self, grain: &str, period: &str, unit: &str, metric: &str) -> Option<Exact> {
        self.score(grain, period, unit, metric)?.number("actual")
    }

    /// The scores of a grain in a metric.
    fn scores_of(&self, grain: &str, metric: &str) -> impl Iterator<Item = &Row> {
        self.scores
            .values()
            .filter(move |row| row.text("grain") == grain && row.text("metric") == metric)
    }
}

/// A row of a CSV file, by its header.
#[derive(Clone)]
struct Row(HashMap<String, String>);

impl Row {
    fn text(&self, column: &str) -> &str {
        self.0.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// `None` where the cell is empty.
    fn number(&self, column: &str) -> Option<Exact> {
        let text = self.text(column);
        (!text.is_empty()).then(|| Exact::parse(text).unwrap_or_else(|why| panic!("{why}")))
    }
}

/// Every figure that came out otherwise than expected, shown together at the end.
#[derive(Default)]
struct Comparison {
    compared: usize,
    wrong: Vec<String>,
}

impl Comparison {
    /// Compares to the last digit.
    fn exact(&mut self, what: &str, computed: Option<Exact>, expected: Option<Exact>) {
        self.compared += 1;
        if computed != expected {
            self.wrong.push(format!("{what}: {computed:?} instead of {expected:?}"));
        }
    }

    /// Compares with an expected figure of `decimals` places: one of the nearest, since at an exact
    /// half the files beside the extracts round to even, and attain up.
    fn rounded(
        &mut self,
        what: &str,
        computed: Option<Exact>,
        expected: Option<Exact>,
        decimals: usize,
    ) {
        let near = match (&computed, &expected) {
            (Some(computed), Some(expected)) => {
                (computed - expected).abs() <= Exact::from_minor(5, decimals + 1)
            }
            _ => false,
        };
        self.exact(what, if near { expected.clone() } else { computed }, expected);
    }

    fn finish(self, compared: usize) {
        let shown = &self.wrong[..self.wrong.len().min(20)];
        assert!(shown.is_empty(), "{} wrong:\n{}", self.wrong.len(), shown.join("\n"));
        assert_eq!(self.compared, compared, "as many comparisons as there are figures");
    }
}

#[test]
fn every_case_runs_and_is_reconciled_to_the_last_digit() {
    for name in RUNS.keys() {
        let Some(ran) = run_of(name) else { continue };
        assert_eq!(ran.outcome["dry_run"], true, "{name}");
        assert_eq!(ran.outcome["period"].as_str(), Some(&*case(name).period), "{name}");
        assert!(!ran.scores.is_empty() && !ran.table("reconciliation").is_empty(), "{name}");
        for row in ran.table("reconciliation") {
            let what = format!("{name}: {}", row.text("metric"));
            let amount = |column| row.number(column).unwrap_or_else(|| panic!("{what}: {column}"));
            assert_eq!(amount("difference"), Exact::zero(), "{what}");
            let parts: Exact =
                ["credited", "unassigned", "rejected", "undated"].map(amount).iter().sum();
            assert_eq!(parts, amount("total"), "{what}");
        }
    }
}

/// The run of a case; `None`, said on the terminal, where its extracts are not on this machine.
fn run_of(name: &str) -> Option<&'static Ran> {
    let data = data_of(name)?;
    Some(RUNS[name].get_or_init(|| run(name, &data, &[])))
}

/// Runs a case on the extracts in `data`, under `env`.
fn run(name: &str, data: &Path, env: &[(&str, &str)]) -> Ran {
    let copy = tempfile::tempdir().unwrap();
    copy_folder(&cases().join(name), copy.path());
    let Case { period, as_of, .. } = case(name);
    let output = Command::new(env!("CARGO_BIN_EXE_attain"))
        .args(["run", &period, "--as-of", &as_of, "--dry-run", "--json", "--config"])
        .arg(copy.path())
        .env("ATTAIN__DATA__LOCATION", data)
        .envs(env.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let outcome = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{name}: {}\n{said}{outcome}", output.status);
    let results = copy.path().join(format!("dry-run/{period}/results"));
    let tables = read_tables(&results);
    let key =
        |row: &Row| ["grain", "period", "unit_id", "metric"].map(|of| row.text(of).to_owned());
    let rows = &tables["scores"];
    let scores: BTreeMap<_, _> = rows.iter().map(|row| (key(row), row.clone())).collect();
    assert_eq!(scores.len(), rows.len(), "{name}: one score each");
    Ran { outcome: serde_json::from_str(&outcome).unwrap(), tables, scores }
}

/// The CSV files of a folder, by their names.
fn read_tables(folder: &Path) -> BTreeMap<String, Vec<Row>> {
    let files = fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let paths = files.map(|file| file.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "csv"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), read_csv(&path)))
        .collect()
}

/// The folder of a case's extracts; `None`, said on the terminal, where it is absent.
fn data_of(name: &str) -> Option<PathBuf> {
    let dir = cases().join(name);
    let project = Project::load(&dir, &[]).unwrap_or_else(|why| panic!("{name}: {why:?}"));
    let data = dir.join(&project.data).canonicalize().ok();
    if data.is_none() {
        skip(&format!("{name}: {} is not on this machine", project.data));
    }
    data
}

fn case(name: &str) -> Case {
    let text = fs::read_to_string(cases().join(name).join("case.toml")).unwrap();
    toml::from_str(&text).unwrap_or_else(|why| panic!("{name}/case.toml: {why}"))
}

pub(crate) fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// The rows of a file whose first one is the header.
fn read_csv(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let mut records = split_records(&text, ',').into_iter();
    let header = records.next().unwrap_or_else(|| panic!("{} is empty", path.display()));
    let row = |cells: Vec<String>| {
        assert_eq!(cells.len(), header.len(), "{}: {cells:?}", path.display());
        Row(header.iter().cloned().zip(cells).collect())
    };
    records.map(row).collect()
}

/// The cells of each line; a quoted cell may hold separators, line ends and doubled quotes.
fn split_records(text: &str, separator: char) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell, mut quoted) = (vec![], vec![], String::new(), false);
    for letter in text.chars() {
        match letter {
            // It stays until the whole cell is known; a doubled one closes and opens again.
            '"' => {
                quoted = !quoted;
                cell.push('"');
            }
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            _ if letter == separator && !quoted => record.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    if !cell.is_empty() || !record.is_empty() {
        record.push(cell);
        records.push(record);
    }
    records.into_iter().map(|cells| cells.iter().map(|cell| unquote(cell)).collect()).collect()
}

fn unquote(cell: &str) -> String {
    let inner = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.map_or_else(|| cell.to_owned(), |inner| inner.replace("\"\"", "\""))
}
