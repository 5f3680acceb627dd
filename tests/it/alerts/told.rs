//! What the operator reads is what happened, and the commands it names do what it says.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use attain::app::alerts::{Cause, alert, missed};
use attain::app::progress::Silent;
use attain::app::{Surroundings, load_project};
use attain::ledger::Ledger;

use crate::burst::{Burst, PERIOD};
use crate::chat_server::{Reply as Answer, Robot};
use crate::smtp_server::{Heard, Reply, ScriptedServer};

const OPERATOR: &str = r#"
[[chat]]
id = "ops"
kind = "webhook"
url_env = "OPS_URL"
retry_secs = 0
[operator]
chat = ["ops"]
"#;

/// A small company whose operator is told by a chat.
struct Told {
    burst: Burst,
    ops: Robot,
}

impl Told {
    fn new(port: u16) -> Self {
        let ops = Robot::start(|_, _| Answer::Say(200, "{}"));
        let mut burst = Burst::new(2, port);
        let config = std::fs::read_to_string(burst.dir().join("attain.toml")).unwrap();
        burst.write("attain.toml", &(config + OPERATOR));
        burst.set("OPS_URL", &ops.url("/ops"));
        Self { burst, ops }
    }

    /// Runs the program, which ends so, and gives what the operator heard of it: title and text.
    fn hears(&self, code: i32, arguments: &[&str]) -> Vec<(String, String)> {
        let before = self.ops.heard().len();
        let said = self.burst.attain(arguments);
        assert_eq!(said.code, code, "{arguments:?}: {}{}", said.out, said.err);
        self.since(before)
    }

    fn since(&self, before: usize) -> Vec<(String, String)> {
        let posts = self.ops.heard().into_iter().skip(before).map(|asked| asked.json());
        let text = |post: &serde_json::Value, key: &str| post[key].as_str().unwrap().to_owned();
        posts.map(|post| (text(&post, "title"), text(&post, "text"))).collect()
    }

    /// A command as the operator reads it.
    fn command(&self, words: &str) -> String {
        format!("\nattain {words} --config {}\n", self.burst.dir().display())
    }

    fn ledger(&self) -> Ledger {
        let dir = self.burst.dir();
        Ledger::new(attain::store::open("ledger", dir, false, &[]).expect("a ledger"))
    }
}

fn usual(_: &Heard<'_>) -> Reply {
    Reply::Usual
}

#[test]
fn mails_that_wait_for_approval_are_no_failed_check_and_are_told_once() {
    let server = ScriptedServer::start(usual);
    let told = Told::new(server.port);
    let [(title, text)] = &told.hears(3, &["run", PERIOD, "--hold"])[..] else { panic!("posts") };
    assert_eq!(title, "【attain】群发小店2026-10 第1版：等待审批，尚未发送");
    let hash = told.burst.show("").unwrap().outbox_sha256.unwrap()[..12].to_owned();
    assert!(text.contains("邮件已经生成，5封正在等待审批，一封也没有发出。\n"), "{text}");
    assert!(text.contains("邮件：共6封，未发送1封，待发送5封\n"), "{text}");
    let approve = told.command(&format!("approve {PERIOD} v1 --hash {hash}"));
    assert!(text.contains(&told.command(&format!("show {PERIOD} v1 --deliveries"))), "{text}");
    assert!(text.contains(&approve) && text.contains("主机："), "{text}");

    // Nothing new has happened, or whoever asks knows.
    assert!(told.hears(3, &["run", PERIOD]).is_empty());
    assert!(told.hears(2, &["approve", PERIOD, "v3", "--by", "王磊"]).is_empty());

    // At the deadline it is said that they still wait, and not that nothing ran.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let env = [("OPS_URL".to_owned(), told.ops.url("/ops"))];
    let now = chrono::DateTime::UNIX_EPOCH;
    let clock = || now;
    let around = Surroundings { env: &env, now, clock: &clock, progress: &Silent, kept: None };
    let project = load_project(told.burst.dir(), &around).unwrap();
    let before = told.ops.heard().len();
    runtime.block_on(async {
        let ledger = told.ledger();
        let overdue = missed(Some(&ledger), PERIOD.parse().unwrap(), Vec::new()).await;
        assert_eq!((overdue.cause, overdue.version), (Cause::Overdue, Some(1)));
        assert!(alert(&project, Some(&ledger), &overdue, &around).await.is_empty());
    });
    let [(title, text)] = &told.since(before)[..] else { panic!("posts") };
    assert!(title.ends_with("期限已过，邮件仍在等待处理") && text.contains(&approve), "{text}");

    let [(title, _)] =
        &told.hears(0, &["approve", PERIOD, "v1", "--by", "王磊", "--hash", &hash])[..]
    else {
        panic!("posts")
    };
    assert!(title.ends_with("部分负责人没有收到邮件"), "{title}");
    assert_eq!(server.seen().taken.len(), 5);
}

#[test]
fn after_first_mails_that_were_refused_it_is_said_how_many_wait_and_what_sends_them() {
    let is_mended = Arc::new(AtomicBool::new(false));
    let mended = Arc::clone(&is_mended);
    let server = ScriptedServer::start(move |heard| match heard.line {
        line if line.starts_with("RCPT TO:<p1@") && !mended.load(Ordering::Relaxed) => {
            Reply::Say("554 5.7.1 not from you")
        }
        _ => Reply::Usual,
    });
    let told = Told::new(server.port);
    let posts = told.hears(4, &["run", PERIOD, "--canary", "1"]);
    let [(title, text)] = &posts[..] else { panic!("{posts:?}") };
    assert!(title.ends_with("首批邮件未全部送达，其余暂停"), "{title}");
    assert!(text.starts_with("首批邮件没有全部送达，因此停了下来：还有4封在等待"), "{text}");
    assert!(text.contains(&told.command(&format!("resume {PERIOD} v1"))), "{text}");
    let resend = told.command(&format!("resume {PERIOD} v1 --resend P1 --reason 故障已排除"));
    assert!(text.contains(&resend), "{text}");
    assert!(text.contains("\n个人报告 P1（p1@example.com）：失败，"), "{text}");
    assert!(text.contains("5.7.1 not from you") && !text.contains("(failed)"), "{text}");
    assert!(told.hears(3, &["run", PERIOD]).is_empty());

    is_mended.store(true, Ordering::Relaxed);
    told.hears(0, &["resume", PERIOD, "v1", "--resend", "P1", "--reason", "故障已排除"]);
    assert_eq!(told.burst.show("").unwrap().totals["sent"], 5);
}

#[test]
fn a_resume_that_reaches_no_server_says_that_mails_may_be_out() {
    let server = ScriptedServer::start(usual);
    let mut told = Told::new(server.port);
    told.hears(0, &["run", PERIOD]);
    // As if it had been killed at its end, and nobody had been told.
    let run = told.burst.dir().join("ledger/runs/2026-10/v1");
    std::fs::remove_file(run.join("finished/01.json")).unwrap();
    std::fs::remove_dir_all(run.join("alerts")).unwrap();
    let [(title, text)] = &told.hears(3, &["run", PERIOD])[..] else { panic!("posts") };
    assert!(title.ends_with("第1版：发送中断，部分邮件可能已经发出"), "{title}");
    assert!(text.contains(&told.command(&format!("resume {PERIOD} v1"))), "{text}");
    assert!(told.hears(3, &["run", PERIOD]).is_empty(), "it was told");

    drop(server);
    told.burst.set("ATTAIN__DELIVERY__SMTP__PORT", "9");
    let before = told.ops.heard().len();
    let said = told.burst.attain(&["resume", PERIOD]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("cut off: some mails may have gone out"), "{}", said.err);
    assert!(!said.err.contains("mailed nothing"), "{}", said.err);
    let [(title, text)] = &told.since(before)[..] else { panic!("posts") };
    assert!(title.ends_with("第1版：发送中断，部分邮件可能已经发出"), "{title}");
    assert!(text.contains("程序原文：\n127.0.0.1:9：") && !text.contains("error:"), "{text}");
}

#[test]
fn an_owner_who_may_not_be_mailed_is_told_of_with_what_mails_them() {
    let server = ScriptedServer::start(usual);
    let told = Told::new(server.port);
    let people = told.burst.dir().join("data/people.csv");
    let right = std::fs::read_to_string(&people).unwrap();
    let wrong = right.replace("p2@example.com", "p2@elsewhere.example");
    told.burst.write("data/people.csv", &wrong);
    let [(title, text)] = &told.hears(0, &["run", PERIOD])[..] else { panic!("posts") };
    assert!(title.ends_with("部分负责人没有收到邮件"), "{title}");
    assert!(
        text.contains("\n公司报告 C（没有收件人）：未发送，no mail address is known"),
        "{text}"
    );
    let who =
        "\n个人报告 P2（p2@elsewhere.example）：未发送，elsewhere.example is none of the allowed";
    assert!(text.contains(who), "{text}");
    assert!(
        text.contains(&told.command(&format!("run {PERIOD} --again --only C --only P2"))),
        "{text}"
    );

    told.burst.write("data/people.csv", &right);
    assert!(told.hears(0, &["run", PERIOD, "--again", "--only", "P2"]).is_empty());
    let seen = server.seen();
    let reached = |name: &str| seen.taken.iter().filter(|mail| mail.to == name).count();
    assert_eq!((reached("p2@example.com"), reached("p1@example.com")), (1, 1));
}

#[test]
fn mails_in_doubt_are_told_with_the_word_that_sends_them_again() {
    let server = ScriptedServer::start(|heard| match (heard.to, heard.line, heard.times) {
        ("r1@example.com", ".", 1) => Reply::TakeAndHangUp,
        _ => Reply::Usual,
    });
    let told = Told::new(server.port);
    let posts = told.hears(4, &["run", PERIOD]);
    let [(title, text)] = &posts[..] else { panic!("{posts:?}") };
    assert!(title.ends_with("部分邮件未能送达"), "{title}");
    assert!(text.contains("（r1@example.com）：待确认，"), "{text}");
    let resend = told.command(&format!("resume {PERIOD} v1 --in-doubt resend"));
    assert!(text.contains(&resend) && text.contains("--in-doubt hold"), "{text}");
    told.hears(0, &["resume", PERIOD, "v1", "--in-doubt", "resend"]);
    assert_eq!(told.burst.show("").unwrap().totals["sent"], 5);
}

#[test]
fn a_provisional_month_is_told_once_with_what_is_missing() {
    let server = ScriptedServer::start(usual);
    let told = Told::new(server.port);
    let orders = std::fs::read_to_string(told.burst.dir().join("data/orders.csv")).unwrap();
    told.burst.write("data/orders.csv", &orders.replacen("2026-10-09", "never", 1));
    told.hears(3, &["run", PERIOD]);
    let posts = told.hears(0, &["run", PERIOD, "--provisional"]);
    let found = posts.iter().find(|(title, _)| title.ends_with("已发送暂定版，数据尚不齐全"));
    let (_, text) = found.unwrap_or_else(|| panic!("{posts:?}"));
    assert!(text.contains("程序原文：\n") && text.contains("orders.csv"), "{text}");
    assert!(text.contains("attain schedule会自动发送最终版"), "{text}");
    assert!(text.contains(&told.command(&format!("run {PERIOD}"))), "{text}");
    assert!(told.hears(0, &["run", PERIOD, "--provisional"]).is_empty());
}
