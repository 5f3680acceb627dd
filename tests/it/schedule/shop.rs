//! A small shop with three sellers and an extract of orders for each month, which comes when it is
//! told to.

use std::cell::RefCell;
use std::path::Path;

use attain::app::{Progress, Station};
use chrono::{DateTime, Utc};
use tempfile::TempDir;

const MAIN: &str = r#"
[company]
name = { zh = "准时小店", en = "Timely Shop" }
currency = "CNY"
language = "zh"
time_zone = "Asia/Shanghai"

[data]
location = "data"

[ledger]
location = "ledger"

[reports]
headline = ["sales"]
history_months = 2

[org]
company = "C"

[org.people]
extract = "people"
id = "person"
name = "name"
mail = "mail"

[[targets]]
extract = "targets"
unit = "unit"
fixed_metric = "sales"
period = "period"
value = "value"

[calendar]
country = "CN"

[delivery]
channel = "folder"
from = "店铺 <owner@shop.example>"

[delivery.folder]
path = "mails"
"#;

const METRICS: &str = r#"
[[metric]]
id = "sales"
label = { zh = "销售额", en = "Sales" }
definition = { zh = "当月订单金额之和。", en = "Sum of the month's orders." }
unit = "money"
decimals = 2
extract = "orders"
aggregate = "sum"
value = "amount"
date = "day"
person = "seller"
"#;

const PLAN: &str = r#"
[warning]
metrics = ["sales"]
yellow_below = "80%"
red_below = "60%"

[rank]
within = "company"
least_group = 3

[coefficient]
metric = "sales"
levels = ["person"]
grains = ["month"]
bands = [
  { from = 0, to = "80%", coefficient = "0.8" },
  { from = "80%", coefficient = "1.0" },
]
"#;

fn extract(location: &str, responsible: &str, columns: &[(&str, &str)]) -> String {
    let columns = columns
        .iter()
        .map(|(name, kind)| format!("[[columns]]\nname = \"{name}\"\ntype = \"{kind}\"\n"));
    let columns: Vec<String> = columns.collect();
    format!("location = \"{location}\"\nformat = \"csv\"\n{responsible}\n{}", columns.join("\n"))
}

pub struct Shop {
    dir: TempDir,
    /// Months with the moment that their orders come at.
    coming: RefCell<Vec<(String, DateTime<Utc>)>>,
}

impl Shop {
    /// With more lines in sections of `attain.toml`, and the orders of December and January.
    pub fn open(more: &[(&str, &str)]) -> Self {
        let shop = Self { dir: tempfile::tempdir().unwrap(), coming: RefCell::default() };
        for folder in ["extracts", "data/orders"] {
            std::fs::create_dir_all(shop.dir().join(folder)).unwrap();
        }
        let more: Vec<String> =
            more.iter().map(|(section, line)| format!("\n[{section}]\n{line}\n")).collect();
        shop.write("attain.toml", &format!("{MAIN}{}", more.concat()));
        shop.write("metrics.toml", METRICS);
        shop.write("plan.toml", PLAN);
        let people = [("person", "text"), ("name", "text"), ("mail", "text")];
        shop.write("extracts/people.toml", &extract("people.csv", "", &people));
        let targets = [("unit", "text"), ("period", "text"), ("value", "decimal")];
        shop.write("extracts/targets.toml", &extract("targets.csv", "", &targets));
        let orders =
            [("order", "text"), ("day", "date"), ("seller", "text"), ("amount", "decimal")];
        let responsible = "responsible = \"seller@shop.example\"";
        shop.write("extracts/orders.toml", &extract("orders/{period}.csv", responsible, &orders));
        let people = "person,name,mail\nP1,张伟,p1@shop.example\nP2,李娜,p2@shop.example\nP3,王芳,p3@shop.example\n";
        shop.write("data/people.csv", people);
        let months = (1..=12).map(|month| format!("2026-{month:02}"));
        let rows = months.map(|month| format!("C,{month},300\nP1,{month},100\n"));
        let rows: Vec<String> = rows.collect();
        shop.write("data/targets.csv", &format!("unit,period,value\n{}", rows.concat()));
        shop
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Mails leave by SMTP from now on, one after the other, and nothing is tried again within a
    /// delivery.
    pub fn mail_to(&self, port: u16) {
        let file = self.dir().join("attain.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let smtp = format!(
            "allowed_domains = [\"shop.example\"]\n\n[delivery.smtp]\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\nconnections = 1\nretry_secs = 0\n"
        );
        let folder = "\n[delivery.folder]\npath = \"mails\"\n";
        let text = text.replace("channel = \"folder\"", "channel = \"smtp\"");
        std::fs::write(file, text.replace(folder, &smtp)).unwrap();
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::write(self.dir().join(file), text).unwrap();
    }

    /// The orders of a month are there.
    pub fn put_month(&self, month: &str) {
        let rows = (1..=3).map(|n| format!("{month}-{n},{month}-1{n},P{n},{}\n", 40 * n + 17));
        let rows: Vec<String> = rows.collect();
        let text = format!("order,day,seller,amount\n{}", rows.concat());
        self.write(&format!("data/orders/{month}.csv"), &text);
    }

    /// The orders of 2026 come on the last night of each month, but for those that are late.
    pub fn expect_year(&self, late: &[(&str, &str)]) {
        self.put_month("2025-12");
        for month in 1..=12 {
            let name = format!("2026-{month:02}");
            let (year, after) = if month == 12 { (2027, 1) } else { (2026, month + 1) };
            let at = late.iter().find(|(late, _)| *late == name).map_or_else(
                || format!("{year}-{after:02}-01T00:00:00+08:00"),
                |(_, at)| (*at).to_owned(),
            );
            self.coming.borrow_mut().push((name, at.parse().unwrap()));
        }
        self.deliver_until("2026-02-01T00:00:00+08:00".parse().unwrap());
    }

    /// What is to come until then is there.
    pub fn deliver_until(&self, moment: DateTime<Utc>) {
        let (come, later): (Vec<_>, Vec<_>) =
            self.coming.take().into_iter().partition(|(_, at)| *at <= moment);
        come.iter().for_each(|(month, _)| self.put_month(month));
        self.coming.replace(later);
    }
}

/// Progress that nobody looks at.
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: Station, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self, _: Station, _: &str) {}
}
