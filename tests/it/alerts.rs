//! Whatever goes wrong reaches the operator once, by the ways that still work; and a watching service
//! hears of every run.

mod told;

use super::chat_server::{Asked, Reply, Robot};
use super::project::{AS_OF, Project, Said, attain_with};

const OPERATOR: &str = r#"
[[chat]]
id = "ops"
kind = "feishu"
url_env = "OPS_URL"
secret_env = "OPS_SECRET"
retry_secs = 0

[operator]
mail = ["ops@mingde.example"]
chat = ["ops"]
ping_env = "PING_URL"
"#;

struct Watched {
    project: Project,
    ops: Robot,
    watch: Robot,
}

impl Watched {
    fn new(ops: Robot) -> Self {
        let project = Project::of_two_months();
        let config = project.read("attain.toml");
        project.write("attain.toml", config + OPERATOR);
        Self { project, ops, watch: Robot::start(|_, _| Reply::Say(200, "OK")) }
    }

    fn run_with(&self, more: &[(&str, &str)], arguments: &[&str]) -> Said {
        let dir = self.project.dir().to_str().expect("UTF-8");
        let (ops, watch) =
            (self.ops.url("/hook/hush-hush-ops"), self.watch.url("/ping/hush-hush-ping"));
        let own = [("OPS_URL", &*ops), ("OPS_SECRET", "hush-hush-secret"), ("PING_URL", &*watch)];
        let base = ["run", "2026-10", "--config", dir, "--as-of", AS_OF, "--log", "debug"];
        let said = attain_with(&[&own[..], more].concat(), &[&base[..], arguments].concat());
        assert!(!said.out.contains("hush-hush") && !said.err.contains("hush-hush"), "a secret");
        for folder in ["ledger", "mails"] {
            for (path, bytes) in self.project.files(folder) {
                assert!(
                    !String::from_utf8_lossy(&bytes).contains("hush-hush"),
                    "a secret in {path}"
                );
            }
        }
        said
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(&[], arguments)
    }

    /// The mails to the operator, as text.
    fn mails(&self) -> Vec<String> {
        let files = self.project.files("mails/alerts");
        let mails = files.into_iter().filter(|(name, _)| name.ends_with(".eml"));
        mails
            .map(|(_, bytes)| {
                let mail = mail_parser::MessageParser::default().parse(&bytes).expect("a mail");
                let text = mail.body_text(0).expect("a text").replace("\r\n", "\n");
                format!("{}\n{text}", mail.subject().expect("a subject"))
            })
            .collect()
    }

    /// What the watching service heard: the ways asked for.
    fn pings(&self) -> Vec<(String, String)> {
        self.watch.heard().into_iter().map(|asked| (asked.method, asked.path)).collect()
    }

    /// More bad rows than a run bears.
    fn spoil(&self) {
        let orders = self.project.read("data/orders/2026-10.csv");
        let spoiled: Vec<String> = orders
            .lines()
            .enumerate()
            .map(|(number, line)| match number % 3 {
                1 => line.replace("2026-", "never-"),
                _ => line.to_owned(),
            })
            .collect();
        self.project.write("data/orders/2026-10.csv", spoiled.join("\n"));
    }
}

fn title(asked: &Asked) -> String {
    let title = asked.json()["content"]["post"]["zh_cn"]["title"].clone();
    title.as_str().expect("a title").to_owned()
}

#[test]
fn a_run_that_is_held_is_told_by_every_way_with_what_to_do() {
    let watched = Watched::new(Robot::content());
    watched.spoil();
    let said = watched.run(&[]);
    assert_eq!(said.code, 3, "{}", said.err);
    let [mail] = &watched.mails()[..] else { panic!("{:?}", watched.mails()) };
    assert!(
        mail.starts_with("【attain】明德仪器2026-10 第1版：数据检查未通过，没有发送任何邮件"),
        "{mail}"
    );
    assert!(mail.contains("→") && mail.contains("orders"), "{mail}");
    assert!(mail.contains("程序原文：") && !mail.contains("error:"), "{mail}");
    let dir = watched.project.dir().to_str().expect("UTF-8");
    assert!(mail.contains(&format!("\nattain check 2026-10 --config {dir}\n")), "{mail}");
    assert!(mail.contains("runs/2026-10/v1"), "{mail}");
    let [post] = &watched.ops.heard()[..] else { panic!("posts") };
    assert!(title(post).contains("数据检查未通过"), "{}", title(post));
    assert_eq!(watched.pings(), [("POST".into(), "/ping/hush-hush-ping/fail".into())]);
    assert!(watched.watch.heard()[0].body.contains("error: "), "{:?}", watched.watch.heard());

    // A dry run is nobody's matter.
    watched.run(&["--dry-run"]);
    assert_eq!((watched.mails().len(), watched.pings().len()), (1, 1));
}

#[test]
fn a_run_that_goes_well_is_heard_by_the_watching_service_alone() {
    let watched = Watched::new(Robot::content());
    assert_eq!(watched.run(&[]).code, 0);
    assert_eq!(watched.run(&[]).code, 0);
    assert!(watched.mails().is_empty() && watched.ops.heard().is_empty());
    let well = || ("GET".to_owned(), "/ping/hush-hush-ping".to_owned());
    assert_eq!(watched.pings(), [well(), well()]);
}

#[test]
fn what_broke_is_told_once_by_what_still_works() {
    // Nothing listens where mails should go: the chat takes it.
    let watched = Watched::new(Robot::content());
    let smtp = [
        ("ATTAIN__DELIVERY__CHANNEL", "smtp"),
        ("ATTAIN__DELIVERY__SMTP__HOST", "127.0.0.1"),
        ("ATTAIN__DELIVERY__SMTP__PORT", "9"),
        ("ATTAIN__DELIVERY__SMTP__SECURITY", "none"),
    ];
    let said = watched.run_with(&smtp, &[]);
    assert_eq!(said.code, 1, "{}", said.err);
    let [post] = &watched.ops.heard()[..] else { panic!("posts") };
    assert!(title(post).contains("运行失败，没有发送任何邮件"), "{}", title(post));
    assert!(said.err.contains("the operator was not told by this way"), "{}", said.err);
    assert!(watched.mails().is_empty());

    // A chat that is gone: the mail takes it, and says nothing of it a second time.
    let watched = Watched::new(Robot::start(|_, _| Reply::Say(404, "{}")));
    watched.project.edit("attain.toml", "fiscal_year_starts = 1", "fiscal_year_starts = 1\n");
    watched.project.edit("extracts/people.toml", "people", "nobody");
    for _ in 0..2 {
        let said = watched.run(&[]);
        assert!(said.code == 2 || said.code == 3, "{} {}", said.code, said.err);
    }
    assert!(!watched.mails().is_empty(), "{:?}", watched.project.files("mails"));
}

#[test]
fn a_ledger_that_is_down_keeps_nobody_from_being_told() {
    let watched = Watched::new(Robot::content());
    watched.project.write("no-folder", "a file");
    let said = watched.run_with(&[("ATTAIN__LEDGER__LOCATION", "no-folder")], &[]);
    assert_eq!(said.code, 2, "{}", said.err);
    let [mail] = &watched.mails()[..] else { panic!("{:?}", watched.mails()) };
    assert!(mail.contains("台账无法读写，因此这条提醒可能会重复发送。"), "{mail}");
    assert_eq!(watched.ops.heard().len(), 1);
}

#[test]
fn a_window_that_ends_without_a_run_is_told_once() {
    let watched = Watched::new(Robot::content());
    let dir = watched.project.dir().to_str().expect("UTF-8").to_owned();
    let ops = watched.ops.url("/hook/ops");
    let env = [("OPS_URL", &*ops), ("OPS_SECRET", "secret"), ("PING_URL", &*ops)];
    // The company is in operation.
    let first = ["run", "2026-09", "--config", &dir, "--as-of", "2026-10-03", "--only", "E010"];
    let said = attain_with(&env, &first);
    assert_eq!(said.code, 0, "{}", said.err);
    std::fs::remove_file(watched.project.path("data/orders/2026-10.csv")).expect("it was there");
    for _ in 0..2 {
        attain_with(&env, &["schedule", "--once", "--config", &dir, "--as-of", "2026-11-06"]);
    }
    let missed = watched.mails().into_iter().filter(|mail| mail.contains("2026-10：到期未运行"));
    assert_eq!(missed.count(), 1, "{:?}", watched.mails());
    assert_eq!(watched.project.files("ledger/alerts/2026-10").len(), 1);
}
