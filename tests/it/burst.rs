//! A project whose run is nearly all delivery, and the account of its mails: what the ledger says of
//! each, held against what a mail server took.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::Deserialize;
use tempfile::TempDir;

use crate::project::Said;
use crate::smtp_server::Seen;

/// The one that is run.
pub const PERIOD: &str = "2026-10";

/// A company of three people, and the readers of its lists: each of these gets a mail of their own,
/// of one report. Nobody is named to get the company's, so that one mail is suppressed.
pub struct Burst {
    folder: TempDir,
    env: Vec<(String, String)>,
}

/// How many mails there are beside those to the readers: three to people, one to nobody.
pub const OTHERS: usize = 4;

const CONFIG: &str = r#"
[company]
name = { zh = "群发小店", en = "Burst Shop" }
currency = "CNY"
language = "zh"
time_zone = "Asia/Shanghai"
[data]
location = "data"
[ledger]
location = "LEDGER"
[reports]
headline = ["sales"]
history_months = 0
[statement]
reports = []
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
[hr]
people = [READERS]
[delivery]
channel = "smtp"
from = "ops@example.com"
allowed_domains = ["example.com"]
[delivery.smtp]
host = "127.0.0.1"
port = PORT
security = "none"
connections = 4
timeout_secs = 5
data_timeout_secs = 5
retry_secs = 5
run_retry_secs = 20
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
least_group = 5
[coefficient]
metric = "sales"
levels = ["person"]
grains = ["month"]
bands = [{ from = 0, coefficient = "1.0" }]
"#;

/// An extract's columns, all of them required: `NAME TYPE`.
fn extract(file: &str, columns: &[&str]) -> String {
    let mut text = format!("location = \"{file}\"\nformat = \"csv\"\n");
    for column in columns {
        let (name, kind) = column.split_once(' ').expect("a name and a type");
        write!(text, "[[columns]]\nname = \"{name}\"\ntype = \"{kind}\"\nrequired = true\n")
            .expect("a text takes more");
    }
    text
}

impl Burst {
    /// Its mails go to a server at this port of loopback; the ledger is a folder.
    pub fn new(readers: usize, port: u16) -> Self {
        let names: Vec<String> =
            (1..=readers).map(|number| format!("r{number}@example.com")).collect();
        Self::to(&names, port)
    }

    /// The same, with these readers.
    pub fn to(readers: &[String], port: u16) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let burst = Self { folder, env: Vec::new() };
        let readers = readers.iter().map(|mail| format!("\"{mail}\"")).collect::<Vec<_>>();
        let config = CONFIG.replace("READERS", &readers.join(", ")).replace("LEDGER", "ledger");
        burst.write("attain.toml", &config.replace("PORT", &port.to_string()));
        burst.write("metrics.toml", METRICS);
        burst.write("plan.toml", PLAN);
        burst.write(
            "extracts/people.toml",
            &extract("people.csv", &["person text", "name text", "mail text"]),
        );
        burst.write(
            "extracts/orders.toml",
            &extract("orders.csv", &["day date", "seller text", "amount decimal"]),
        );
        burst.write(
            "extracts/targets.toml",
            &extract("targets.csv", &["unit text", "period text", "value decimal"]),
        );
        let mut files = [
            "person,name,mail\n".to_owned(),
            "day,seller,amount\n".to_owned(),
            "unit,period,value\n".to_owned(),
        ];
        for number in 1..OTHERS {
            for (file, line) in files.iter_mut().zip([
                format!("P{number},职员{number},p{number}@example.com\n"),
                format!("2026-10-09,P{number},1{number}000\n"),
                format!("P{number},2026-10,10000\n"),
            ]) {
                file.push_str(&line);
            }
        }
        for (name, text) in ["people", "orders", "targets"].iter().zip(&files) {
            burst.write(&format!("data/{name}.csv"), text);
        }
        burst
    }

    /// The ledger lies elsewhere; `env` says how to reach it.
    pub fn with_ledger(mut self, location: &str, env: &[(String, String)]) -> Self {
        self.set("ATTAIN__LEDGER__LOCATION", location);
        self.env.extend_from_slice(env);
        self
    }

    /// From now on every process has this variable.
    pub fn set(&mut self, name: &str, value: &str) {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.to_owned()));
    }

    pub fn dir(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.dir().join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder can be made");
        std::fs::write(path, text).unwrap_or_else(|why| panic!("{file}: {why}"));
    }

    /// Of the program that was built with the tests, or of another build (`ATTAIN_BINARY`).
    fn command(&self, arguments: &[&str]) -> Command {
        let other = std::env::var_os("ATTAIN_BINARY");
        let mut command = Command::new(other.unwrap_or(env!("CARGO_BIN_EXE_attain").into()));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("ATTAIN__") {
                command.env_remove(name);
            }
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.args(arguments).arg("--config").arg(self.dir());
        if arguments[0] == "run" {
            command.args(["--as-of", crate::project::AS_OF]);
        }
        command
    }

    pub fn attain(&self, arguments: &[&str]) -> Said {
        let output = self.command(arguments).output().expect("the program starts");
        said(output)
    }

    /// A process that goes on by itself; what it says is kept until it is asked for.
    pub fn start(&self, arguments: &[&str]) -> Process {
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Process(command.spawn().expect("the program starts"))
    }

    /// What goes on with the period: a run where none has stored its mails yet, else a resume. It does
    /// not wait for the one before to fall silent.
    pub fn next(&self) -> [&'static str; 3] {
        let shown = self.show("");
        let command = match shown.and_then(|shown| shown.outbox_sha256) {
            Some(_) => "resume",
            None => "run",
        };
        [command, PERIOD, "--take-over"]
    }

    /// Goes on until nothing is left to do, and says what the last process said.
    pub fn finish(&self) -> Said {
        let mut last = None;
        for _ in 0..10 {
            let said = self.attain(&self.next());
            assert!(!said.err.contains("a slip in attain"), "{}", said.err);
            if matches!(said.code, 0 | 4) {
                return said;
            }
            last = Some(said.err);
        }
        panic!("it does not come to an end: {last:?}");
    }

    /// What the ledger says of a version, or of the last one; none where there is no such run.
    pub fn show(&self, version: &str) -> Option<Shown> {
        let mut asked = vec!["show", PERIOD, "--deliveries", "--json"];
        if !version.is_empty() {
            asked.insert(2, version);
        }
        let said = self.attain(&asked);
        if said.code != 0 {
            let words = format!("{}{}", said.out, said.err);
            assert!(words.contains("there is no run"), "{words}");
            return None;
        }
        Some(serde_json::from_value(said.json()).expect("what docs/results.md says"))
    }

    /// What it says of every version.
    pub fn shown(&self) -> Vec<Shown> {
        (1..).map_while(|version| self.show(&format!("v{version}"))).collect()
    }
}

/// A process that has been started.
pub struct Process(pub Child);

impl Process {
    pub fn kill(mut self) {
        // It may have come to its end.
        let _ = self.0.kill();
        self.0.wait().expect("a process of ours");
    }

    /// `STOP`, `CONT`.
    pub fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").args([&format!("-{name}"), &self.0.id().to_string()]).status();
        assert!(sent.expect("kill of coreutils or the shell").success(), "{name}");
    }

    pub fn has_ended(&mut self) -> bool {
        self.0.try_wait().expect("a process of ours").is_some()
    }

    pub fn end(self) -> Said {
        said(self.0.wait_with_output().expect("a process of ours"))
    }
}

fn said(output: std::process::Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// `attain show --deliveries --json`.
#[derive(Debug, Deserialize)]
pub struct Shown {
    /// Of its mails, once they are stored.
    pub outbox_sha256: Option<String>,
    pub mails: Vec<Mail>,
    pub totals: BTreeMap<String, usize>,
    pub planned: usize,
}

#[derive(Debug, Deserialize)]
pub struct Mail {
    pub message_id: String,
    pub recipient: String,
    pub state: String,
    pub detail: String,
    pub attempts: u32,
    pub host: String,
}

/// What came of all mails of a period.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Account {
    pub sent: usize,
    pub failed: usize,
    pub suppressed: usize,
    /// In doubt, and the server took it.
    pub doubtful_taken: usize,
    /// In doubt, and the server did not take it.
    pub doubtful_not_taken: usize,
}

impl Account {
    pub fn total(&self) -> usize {
        self.sent + self.failed + self.suppressed + self.doubtful()
    }

    pub fn plus(&self, more: &Self) -> Self {
        Self {
            sent: self.sent + more.sent,
            failed: self.failed + more.failed,
            suppressed: self.suppressed + more.suppressed,
            doubtful_taken: self.doubtful_taken + more.doubtful_taken,
            doubtful_not_taken: self.doubtful_not_taken + more.doubtful_not_taken,
        }
    }

    pub fn doubtful(&self) -> usize {
        self.doubtful_taken + self.doubtful_not_taken
    }
}

/// Every mail is accounted for: those that were sent were taken once, those in doubt at most once,
/// the others never, and the server took none that the ledger does not know. Nobody was sent two.
pub fn account(versions: &[Shown], seen: &Seen) -> Account {
    let counts = seen.counts();
    let mut account = Account::default();
    let mut known = BTreeMap::new();
    for (version, shown) in versions.iter().enumerate() {
        assert_eq!(shown.planned, shown.mails.len(), "{:?}", shown.totals);
        assert_eq!(shown.totals.values().sum::<usize>(), shown.planned, "{:?}", shown.totals);
        let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
        for mail in &shown.mails {
            *totals.entry(&mail.state).or_default() += 1;
            let taken = counts.get(mail.message_id.as_str()).copied().unwrap_or(0);
            known.insert(mail.message_id.as_str(), taken);
            match (mail.state.as_str(), taken) {
                ("sent", 1) => account.sent += 1,
                ("failed", 0) => account.failed += 1,
                ("suppressed", 0) => account.suppressed += 1,
                ("in_doubt", 0) => account.doubtful_not_taken += 1,
                ("in_doubt", 1) => account.doubtful_taken += 1,
                // Of a version that another one followed before it began to deliver.
                ("planned", 0) if version + 1 < versions.len() => {}
                _ => panic!("taken {taken} times: {mail:?}"),
            }
        }
        let told = shown.totals.iter().map(|(state, count)| (state.as_str(), *count));
        assert_eq!(told.filter(|(_, count)| *count > 0).collect::<BTreeMap<_, _>>(), totals);
    }
    for id in counts.keys() {
        assert!(known.contains_key(id), "taken, and in no ledger: {id}");
    }
    let mut got: BTreeMap<&str, usize> = BTreeMap::new();
    for taken in &seen.taken {
        *got.entry(&taken.to).or_default() += 1;
    }
    let twice: Vec<_> = got.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "more than one mail to {twice:?}");
    account
}

/// Chance that can be repeated.
pub struct Chance(ChaCha8Rng);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound
    }
}

/// A number that the environment may raise, such as how often something is tried.
pub fn times(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |text| text.parse().expect("a number"))
}
