//! What documents and deployment files say is what the program does.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use attain::calc::Scorecards;
use attain::cli::args::{Arguments, Command};
use attain::data::columns::Column;
use attain::ledger::results;
use attain::model::Org;
use attain::settings::Project;
use clap::Parser;

#[test]
fn the_results_tables_are_those_of_the_document() {
    let org = Org {
        company: "C".into(),
        units: Default::default(),
        people: Default::default(),
        memberships: Default::default(),
    };
    let cards = Scorecards::default();
    let tables = [
        ("scores", results::scores(&cards, &org)),
        ("coefficients", results::coefficients(&cards)),
        ("pace", results::pace(&cards)),
        ("flags", results::flags(&cards)),
        ("tilt", results::tilt(&cards)),
        ("drivers", results::drivers(&cards)),
        ("actions", results::actions(&cards)),
        ("rejects", results::rejects(&[])),
        ("reconciliation", results::reconciliation(&[])),
        ("target_reconciliation", results::target_reconciliation(&cards.reconciliation, &org)),
        ("deliveries", results::deliveries(&[])),
    ];
    let document = read("docs/results.md");
    for (name, columns) in tables {
        let section = document.split("\n## ").find(|section| section.starts_with(name));
        let section = section.unwrap_or_else(|| panic!("docs/results.md has no section {name}"));
        let described: Vec<&str> = section.lines().filter_map(first_cell).collect();
        let written: Vec<&str> = columns.iter().map(|column: &Column| &*column.name).collect();
        assert_eq!(described, written, "{name}");
    }
}

#[test]
fn every_key_of_the_default_project_is_described() {
    let document = read("docs/config.md");
    let mut keys = BTreeSet::new();
    for file in toml_files("config") {
        let table: toml::Table = read(&file).parse().unwrap();
        keys_of(&toml::Value::Table(table), &mut keys);
    }
    assert!(keys.len() > 60, "the default project was not read: {keys:?}");
    let described = |key: &&String| {
        let forms =
            [format!("`{key}`"), format!("[{key}]"), format!(".{key}]"), format!(".{key}`")];
        !forms.iter().any(|form| document.contains(form.as_str()))
    };
    let missing: Vec<&String> = keys.iter().filter(described).collect();
    assert!(missing.is_empty(), "docs/config.md does not describe {missing:?}");
}

#[test]
fn what_the_schedules_call_is_a_command() {
    let unit = |file: &str| {
        let text = read(&format!("deploy/systemd/{file}"));
        let line = text.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/local/bin/"));
        line.expect("the service starts attain").split(' ').map(str::to_owned).collect::<Vec<_>>()
    };
    let pod = |file: &str| {
        let text = read(&format!("deploy/kubernetes/{file}"));
        let args = text.lines().find_map(|line| line.trim().strip_prefix("args: "));
        let args: Vec<String> = serde_json::from_str(args.expect("it gives arguments")).unwrap();
        ["attain".to_owned()].into_iter().chain(args).collect::<Vec<_>>()
    };
    for (words, once) in [
        (unit("attain.service"), true),
        (pod("cronjob.yaml"), true),
        (unit("attain-schedule.service"), false),
        (pod("deployment.yaml"), false),
    ] {
        let parsed = Arguments::try_parse_from(&words).unwrap_or_else(|why| panic!("{why}"));
        let Command::Schedule(schedule) = parsed.command else { panic!("{words:?}") };
        assert!(schedule.once == once && !schedule.dry_run, "{words:?}");
        assert!(schedule.as_of.is_none(), "{words:?}");
    }
}

#[test]
fn the_environment_overrides_a_value_and_nothing_else() {
    let dir = root().join("config");
    let plain = Project::load(&dir, &[]).unwrap();
    let env = [("ATTAIN__LEDGER__LOCATION", "s3://box/ledger"), ("ATTAIN__SMTP_PASSWORD", "hush")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut overridden = Project::load(&dir, &env[..1]).unwrap();
    assert_eq!(overridden.ledger, "s3://box/ledger");
    overridden.ledger.clone_from(&plain.ledger);
    assert_eq!(format!("{overridden:?}"), format!("{plain:?}"));
    assert!(Project::load(&dir, &env).is_err(), "a misspelt variable must not pass in silence");
}

/// The name in backticks that begins a row of a table.
fn first_cell(line: &str) -> Option<&str> {
    line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name)
}

fn keys_of(value: &toml::Value, keys: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, inner) in table {
                keys.insert(key.clone());
                // Below these stand ids of metrics.
                match inner {
                    _ if key == "seasonality" => {}
                    toml::Value::Table(by_metric) if key == "metric" => {
                        by_metric.values().for_each(|table| keys_of(table, keys));
                    }
                    inner => keys_of(inner, keys),
                }
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| keys_of(item, keys)),
        _ => {}
    }
}

fn toml_files(folder: &str) -> Vec<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let mut files = Vec::new();
    for entry in entries.map(|entry| entry.unwrap()) {
        let path = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            files.extend(toml_files(&path));
        } else if path.ends_with(".toml") {
            files.push(path);
        }
    }
    files
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
