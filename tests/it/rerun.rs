//! Corrections, end to end: the case `mails` is delivered, then its data, targets, org and rules are
//! changed, each alone and all at once, and the month is run again. The figures are worked out by
//! hand from the case's README.

mod kept;
mod locked;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use attain::model::Exact;
use mail_parser::MessageParser;
use serde_json::Value;
use tempfile::TempDir;

use super::cases::{cases, copy_folder};
use super::mails::read_mails;
use super::project::{Said, attain};

const MONTH: &str = "2026-09";

struct Shop {
    own: TempDir,
}

impl Shop {
    /// The company, its September delivered as v1.
    fn delivered() -> Self {
        let own = tempfile::tempdir().unwrap();
        copy_folder(&cases().join("mails"), own.path());
        let shop = Self { own };
        let said = shop.attain(&["run", MONTH, "--as-of", "2026-10-03"]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        shop
    }

    fn attain(&self, arguments: &[&str]) -> Said {
        let dir = self.own.path().to_str().unwrap();
        attain(&[arguments, &["--config", dir]].concat())
    }

    fn rerun(&self, more: &[&str]) -> Value {
        let asked = ["rerun", MONTH, "--as-of", "2026-10-10", "--json"];
        let said = self.attain(&[&asked, more].concat());
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        said.json()[0].clone()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.own.path().join(name)
    }

    fn change(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        std::fs::write(self.path(name), text.replace(from, to)).unwrap();
    }

    /// A row of P02 that was entered 1,300 too low.
    fn change_a_row(&self) {
        self.change("data/orders.csv", "R0273,2026-09-08,P02,4320", "R0273,2026-09-08,P02,5620");
    }

    /// P03 loses a row of 4,800 and gets one of 1,000.
    fn add_and_remove_rows(&self) {
        let row = "R0276,2026-09-20,P03,4800,耗材,K23\n";
        self.change("data/orders.csv", row, "R0300,2026-09-21,P03,1000,仪器,K03\n");
    }

    /// P13 is to reach 12,000 a month in place of 10,000.
    fn change_a_target(&self) {
        self.change("data/targets.csv", "P13,sales,2026,120000", "P13,sales,2026,144000");
    }

    /// P11 goes to D2 on September 15th, and takes the 3,120 of the 20th along.
    fn move_a_person(&self) {
        self.change(
            "data/assignments.csv",
            "P11,D1,,\n",
            "P11,D1,,2026-09-15\nP11,D2,2026-09-15,\n",
        );
    }

    /// The middle band earns 1.1 in place of 1.0.
    fn change_a_band(&self) {
        self.change(
            "plan.toml",
            r#"{ from = "80%", to = "100%", coefficient = "1.0" }"#,
            r#"{ from = "80%", to = "100%", coefficient = "1.1" }"#,
        );
    }

    /// The reports that a version mailed to their owners, such as `person-P02`.
    fn mailed(&self, version: u32) -> BTreeSet<String> {
        self.mails(version).into_keys().collect()
    }

    fn mails(&self, version: u32) -> BTreeMap<String, PathBuf> {
        let folder = self.path(&format!("mails/{MONTH}-v{version}"));
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut mails: Vec<PathBuf> =
            files.filter(|path| path.extension().is_some_and(|ending| ending == "eml")).collect();
        mails.sort();
        let mut named = BTreeMap::new();
        for path in mails {
            let stem = path.file_stem().unwrap().to_str().unwrap();
            let (_, name) = stem.split_once('-').unwrap();
            if !name.contains("-copy") {
                // Of two languages, Chinese comes first.
                named.entry(name.to_owned()).or_insert(path.clone());
            }
        }
        named
    }

    fn head_and_text(&self, version: u32, report: &str) -> (Head, String) {
        let bytes = std::fs::read(&self.mails(version)[report]).unwrap();
        let mail = MessageParser::default().parse(&bytes).unwrap();
        let head = Head {
            subject: mail.subject().unwrap().to_owned(),
            id: mail.message_id().unwrap().to_owned(),
            in_reply_to: mail.in_reply_to().as_text().map(str::to_owned),
        };
        (head, mail.body_text(0).unwrap().replace("\r\n", "\n"))
    }

    fn table(&self, version: u32, name: &str) -> Vec<BTreeMap<String, String>> {
        let path = self.path(&format!("ledger/runs/{MONTH}/v{version}/results/{name}.csv"));
        rows(&std::fs::read_to_string(path).unwrap())
    }
}

struct Head {
    subject: String,
    id: String,
    in_reply_to: Option<String>,
}

fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    let header = lines.next().unwrap();
    lines.map(|cells| header.iter().cloned().zip(cells).collect()).collect()
}

/// A figure of the month: old, new, and its parts by cause.
fn figure(
    done: &Value,
    unit: &str,
    figure: &str,
    metric: Option<&str>,
) -> (String, String, String) {
    let found = done["differences"].as_array().unwrap().iter().find(|one| {
        one["period"] == MONTH
            && one["grain"] == "month"
            && one["unit_id"] == unit
            && one["figure"] == figure
            && one["metric"].as_str() == metric
    });
    let found = found.unwrap_or_else(|| panic!("no {figure} of {unit}: {done:#}"));
    let parts = found["parts"].as_array().unwrap().iter();
    let parts: Vec<String> =
        parts.map(|part| format!("{} {}", text(&part[0]), text(&part[1]))).collect();
    (text(&found["old"]), text(&found["new"]), parts.join(", "))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn told(old: &str, new: &str, parts: &str) -> (String, String, String) {
    (old.to_owned(), new.to_owned(), parts.to_owned())
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_row_that_changed_is_told_to_those_above_it_and_to_nobody_else() {
    let shop = Shop::delivered();
    shop.change_a_row();
    let done = shop.rerun(&["--reason", "R0273漏录一台"]);
    assert_eq!(done["version"], 2);
    assert_eq!(done["rows"][0]["changed"], 1);
    let sales = |unit| figure(&done, unit, "actual", Some("sales"));
    assert_eq!(sales("P02"), told("7200", "8500", "rows_changed 1300"));
    // 5,500 + 7,200 + 12,000 + 3,000 + 500 + 300 + 4,500 + 4,000 + 4,750 + 7,800 = 49,550.
    assert_eq!(sales("D1"), told("49550", "50850", "rows_changed 1300"));
    assert_eq!(sales("C"), told("69950", "71250", "rows_changed 1300"));
    // 85 % lies in the band of 1.0.
    assert_eq!(figure(&done, "P02", "amount", None), told("4800", "6000", "rows_changed 1200"));
    assert_eq!(shop.mailed(2), set(&["company-C", "department-D1", "person-P02", "hr-C"]));

    let (first, _) = shop.head_and_text(1, "person-P02");
    let (head, body) = shop.head_and_text(2, "person-P02");
    assert_eq!(
        head.subject,
        format!("【更正 v2】{}", head.subject.trim_start_matches("【更正 v2】"))
    );
    assert_eq!(head.in_reply_to.as_ref(), Some(&first.id));
    assert_ne!(head.id, first.id);
    for words in [
        "更正 v2：销售额由7,200.00更正为8,500.00。",
        "更正原因：R0273漏录一台",
        "奖金由¥4,800.00更正为¥6,000.00，差额+¥1,200.00随2026年9月工资发放。",
    ] {
        assert!(body.contains(words), "{words}\n{body}");
    }
    let (_, list) = shop.head_and_text(2, "hr-C");
    assert!(list.contains("1人的奖金系数或奖金有变化，差额合计+¥1,200.00"), "{list}");
    let (_, company) = shop.head_and_text(2, "company-C");
    assert!(company.contains("orders：修改1行"), "{company}");
    // Somebody else's rows are nothing to a person.
    assert!(!body.contains("修改1行"), "{body}");
}

/// The list for HR is not sent anew where nobody's pay changes, and is held against no version then.
#[test]
fn what_changes_nobodys_pay_is_corrected_once() {
    let shop = Shop::delivered();
    shop.change("data/orders.csv", "R0273,2026-09-08,P02,4320", "R0273,2026-09-08,P02,4330");
    assert_eq!(shop.rerun(&[])["version"], 2);
    assert_eq!(shop.mailed(2), set(&["company-C", "department-D1", "person-P02"]));
    assert_eq!(shop.rerun(&[])["version"], Value::Null);
    assert!(!shop.path(&format!("ledger/runs/{MONTH}/v3")).exists());
}

#[test]
fn rows_that_came_and_went_are_told_apart() {
    let shop = Shop::delivered();
    shop.add_and_remove_rows();
    let done = shop.rerun(&[]);
    let parts = "rows_added 1000, rows_removed -4800";
    assert_eq!(figure(&done, "P03", "actual", Some("sales")), told("12000", "8200", parts));
    assert_eq!(done["rows"][0]["added"], 1);
    assert_eq!(done["rows"][0]["removed"], 1);
    assert_eq!(done["rows"][0]["changed"], 0);
}

#[test]
fn a_target_that_changed_is_the_cause_of_what_it_changes() {
    let shop = Shop::delivered();
    shop.change_a_target();
    let done = shop.rerun(&[]);
    let target = |unit| figure(&done, unit, "target", Some("sales"));
    assert_eq!(target("P13"), told("10000", "12000", "target 2000"));
    assert_eq!(target("D2"), told("20000", "22000", "target 2000"));
    // 10,400 of 12,000 is 86.7 %: 1.0 in place of 1.2, of a base of 6,000.
    assert_eq!(figure(&done, "P13", "amount", None), told("7200", "6000", "target -1200"));
    assert_eq!(shop.mailed(2), set(&["company-C", "department-D2", "person-P13", "hr-C"]));
    let (head, body) = shop.head_and_text(2, "person-P13");
    assert!(head.subject.starts_with("[Correction v2] "), "{}", head.subject);
    assert!(body.contains("Bonus is ¥6,000.00 instead of ¥7,200.00"), "{body}");
}

#[test]
fn a_move_changes_departments_and_not_the_person() {
    let shop = Shop::delivered();
    shop.move_a_person();
    let done = shop.rerun(&[]);
    let sales = |unit| figure(&done, unit, "actual", Some("sales"));
    assert_eq!(sales("D1"), told("49550", "46430", "org -3120"));
    assert_eq!(sales("D2"), told("20400", "23520", "org 3120"));
    // The company's own figures are as they were; it is told what moved below it.
    assert_eq!(shop.mailed(2), set(&["company-C", "department-D1", "department-D2"]));
    let (_, company) = shop.head_and_text(2, "company-C");
    assert!(company.contains("本单位的数字不变"), "{company}");
}

#[test]
fn a_band_that_changed_is_a_rule() {
    let shop = Shop::delivered();
    shop.change_a_band();
    let done = shop.rerun(&[]);
    // P08 reached 90 %.
    assert_eq!(figure(&done, "P08", "coefficient", None), told("1", "1.1", "rule 0.1"));
    assert_eq!(figure(&done, "P08", "amount", None), told("6000", "6600", "rule 600"));
    assert!(shop.mailed(2).contains("person-P08"));
    assert!(!shop.mailed(2).contains("person-P03"), "P03 earned 1.2 and does so still");
}

#[test]
fn all_causes_at_once_add_up_and_a_second_rerun_finds_nothing() {
    let shop = Shop::delivered();
    shop.change_a_row();
    shop.add_and_remove_rows();
    shop.change_a_target();
    shop.move_a_person();
    shop.change_a_band();
    let done = shop.rerun(&["--reason", "多处更正"]);
    let sales = |unit| figure(&done, unit, "actual", Some("sales"));
    let parts = "rows_added 1000, rows_removed -4800, rows_changed 1300, org -3120";
    assert_eq!(sales("D1"), told("49550", "43930", parts));
    // 85 % earns 1.0 by the old bands and 1.1 by the new ones.
    let parts = "rows_changed 1200, rule 600";
    assert_eq!(figure(&done, "P02", "amount", None), told("4800", "6600", parts));

    let table = shop.table(2, "restatements");
    assert!(table.len() > 30, "{}", table.len());
    let number = |cell: &String| Exact::parse(if cell.is_empty() { "0" } else { cell }).unwrap();
    for row in &table {
        let parts: Exact = row
            .iter()
            .filter(|(column, _)| column.starts_with("by_"))
            .map(|(_, cell)| number(cell))
            .sum();
        if !row["difference"].is_empty() {
            assert_eq!(parts, number(&row["difference"]), "{row:?}");
        }
    }
    snapshots(&shop.path(&format!("mails/{MONTH}-v2")));
    let told: BTreeSet<&str> = table.iter().map(|row| row["unit_id"].as_str()).collect();
    assert!(!told.contains("P01") && !told.contains("P14"), "{told:?}");

    let again = shop.rerun(&[]);
    assert_eq!(again["version"], Value::Null, "{again:#}");
    assert_eq!(again["differences"].as_array().unwrap().len(), 0);
    let said = shop.attain(&["rerun", MONTH, "--as-of", "2026-10-10"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("no figure differs"), "{}", said.out);
    assert!(!shop.path(&format!("ledger/runs/{MONTH}/v3")).exists());
}

/// Whole mails of a correction, as their readers get them.
fn snapshots(folder: &Path) {
    let mails = read_mails(folder);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/corrections");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for name in ["C/zh", "D1/zh", "D2/en", "P02/zh", "P13/en", "hr-C/zh", "hr-C/en"] {
        let mail = &mails[name];
        let text = format!("{}\n\n{}", mail.head, mail.text);
        let name = name.replace('/', ".");
        settings.bind(|| insta::assert_snapshot!(format!("{name}.txt"), text));
    }
    let page = &mails["P02/zh"].html;
    settings.bind(|| insta::assert_snapshot!("P02.zh.html", page));
}

#[test]
fn who_was_not_reached_is_told_against_what_they_have() {
    let shop = Shop::delivered();
    shop.change_a_row();
    // Nobody may be mailed: v2 tells nobody anything.
    shop.change(
        "attain.toml",
        "[delivery]\n",
        "[delivery]\nallowed_domains = [\"elsewhere.example\"]\n",
    );
    let said = shop.attain(&["rerun", MONTH, "--as-of", "2026-10-10"]);
    assert_eq!(said.code, 4, "{}{}", said.out, said.err);
    shop.change("attain.toml", "allowed_domains = [\"elsewhere.example\"]\n", "");
    shop.change("data/orders.csv", "R0273,2026-09-08,P02,5620", "R0273,2026-09-08,P02,5720");
    let done = shop.rerun(&[]);
    assert_eq!(done["version"], 3);
    let sales = figure(&done, "P02", "actual", Some("sales"));
    assert_eq!(sales, told("7200", "8600", "rows_changed 1400"));
    let of_p02 = |one: &&Value| one["unit_id"] == "P02" && one["figure"] == "actual";
    let found = done["differences"].as_array().unwrap().iter().find(of_p02).unwrap();
    assert_eq!(found["base_version"], 1);
}

#[test]
fn a_period_that_was_never_delivered_cannot_be_corrected() {
    let shop = Shop::delivered();
    let said = shop.attain(&["rerun", "2026-08", "--as-of", "2026-10-10"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("never delivered"), "{}", said.err);
}

#[test]
fn a_dry_run_tells_and_writes_and_remembers_nothing() {
    let shop = Shop::delivered();
    shop.change_a_row();
    let done = shop.rerun(&["--dry-run"]);
    assert_eq!(done["version"], 2);
    assert!(shop.path("dry-run/2026-09/index.html").exists());
    assert!(!shop.path(&format!("ledger/runs/{MONTH}/v2")).exists());
}

#[test]
fn later_periods_that_show_the_month_are_named_and_follow() {
    let own = tempfile::tempdir().unwrap();
    copy_folder(&cases().join("mails"), own.path());
    let shop = Shop { own };
    for (period, day) in
        [("2026-08", "2026-09-03"), (MONTH, "2026-10-03"), ("2026-Q3", "2026-10-05")]
    {
        let said = shop.attain(&["run", period, "--as-of", day]);
        assert_eq!(said.code, 0, "{period}: {}{}", said.out, said.err);
    }
    let orders = std::fs::read_to_string(shop.path("data/orders.csv")).unwrap();
    let row = orders.lines().find(|row| row.contains("2026-08") && row.contains(",P02,")).unwrap();
    let doubled = row.replacen("P02,", "P02,1", 1);
    shop.change("data/orders.csv", row, &doubled);
    let asked = ["rerun", "2026-08", "--as-of", "2026-10-10", "--json"];
    let named = shop.attain(&[&asked[..], &["--dry-run"]].concat()).json();
    let later = named[0]["later"].as_array().unwrap();
    let periods: Vec<&str> = later.iter().filter_map(|one| one["period"].as_str()).collect();
    assert_eq!(periods, [MONTH, "2026-Q3"]);
    let done = shop.attain(&[&asked[..], &["--cascade"]].concat()).json();
    let made: Vec<(&str, &Value)> = done
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["period"].as_str().unwrap(), &one["version"]))
        .collect();
    let two = Value::from(2);
    assert_eq!(made, [("2026-08", &two), (MONTH, &two), ("2026-Q3", &two)]);
}
