//! Posts to group chats: as each kind of robot wants them, once, and without what is secret.

use std::collections::BTreeSet;
use std::time::Duration;

use attain::app::chat::{PlannedPost, post_bulletin, put_bulletin};
use attain::deliver::chat::About;
use attain::deliver::{Message, PostReceipt, Poster, State, Tally};
use attain::ledger::{Ledger, Stored};
use attain::model::Language;
use attain::settings::{ChatKind, ChatSettings, ChatWhat, Secret};
use attain::store;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ring::hmac;

use super::chat_server::{Reply, Robot};
use super::project::{AS_OF, Project, Said, attain_with};

const SECRET: &str = "SECsigned-with-this";

fn chat(kind: ChatKind, url: String) -> ChatSettings {
    ChatSettings {
        id: "group".into(),
        kind,
        url: Secret::new(url),
        secret: None,
        keyword: None,
        what: BTreeSet::new(),
        language: None,
        link: None,
        people: false,
        timeout_secs: 1,
        retry_secs: 5,
        body: None,
    }
}

fn message(lines: usize) -> Message {
    Message {
        title: "2026年10月业绩简报".into(),
        lines: (0..lines)
            .map(|number| format!("华北第{number}营业部：销售额完成率55.0%"))
            .collect(),
        more: "……另有{rest}条".into(),
        link: Some(("查看报告".into(), "https://reports.example/2026-10".into())),
        about: About { what: "summary".into(), ..About::default() },
    }
}

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_793_880_000_456).expect("a time")
}

async fn post(chat: &ChatSettings, message: &Message) -> PostReceipt {
    Poster::new(&noon).post(chat, message).await
}

fn signed(key: &str, text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), text.as_bytes())
}

#[tokio::test]
async fn a_robot_sees_its_form_its_signature_and_no_more_than_it_takes() {
    use ChatKind::{Dingtalk, Feishu, Slack, Webhook, Wecom};
    for kind in [Wecom, Dingtalk, Feishu, Slack, Webhook] {
        let robot = Robot::content();
        let secret = matches!(kind, Dingtalk | Feishu | Webhook).then(|| Secret::new(SECRET));
        let chat = ChatSettings { secret, ..chat(kind, robot.url("/send?key=0123456789abcdef")) };
        let receipt = post(&chat, &message(3000)).await;
        assert_eq!(receipt.state, State::Sent, "{kind:?}: {}", receipt.detail);
        assert!(receipt.lines_left_out > 0, "{kind:?}");
        let heard = robot.heard();
        let [asked] = &heard[..] else { panic!("{kind:?}: {} posts", heard.len()) };
        assert_eq!(asked.method, "POST");
        assert_eq!(asked.query("key").as_deref(), Some("0123456789abcdef"));
        assert_eq!(asked.header("content-type"), Some("application/json; charset=utf-8"));
        let json = asked.json();
        match kind {
            Wecom => {
                assert_eq!(json["msgtype"], "markdown");
                assert!(json["markdown"]["content"].as_str().unwrap().len() <= 4096);
            }
            Dingtalk => {
                assert_eq!(json["msgtype"], "markdown");
                assert!(asked.body.len() <= 20_000);
                let time = asked.query("timestamp").unwrap();
                assert_eq!(time, "1793880000456");
                let sign = STANDARD.encode(signed(SECRET, &format!("{time}\n{SECRET}")));
                assert_eq!(asked.query("sign"), Some(sign));
            }
            Feishu => {
                assert_eq!(json["msg_type"], "post");
                assert!(asked.body.len() <= 20_000);
                let sign = STANDARD.encode(signed(&format!("1793880000\n{SECRET}"), ""));
                assert_eq!(json["timestamp"], "1793880000");
                assert_eq!(json["sign"], sign);
            }
            Slack => {
                let text = json["text"].as_str().unwrap();
                assert!(text.chars().count() <= 4000);
                assert!(text.ends_with("<https://reports.example/2026-10|查看报告>"), "{text}");
            }
            Webhook => {
                let tag = signed(SECRET, &asked.body);
                let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
                assert_eq!(asked.header("x-attain-signature"), Some(&*format!("sha256={hex}")));
                assert_eq!(json["link"], "https://reports.example/2026-10");
            }
        }
        let rest = format!("……另有{}条", receipt.lines_left_out);
        assert!(asked.body.contains(&rest), "{kind:?} says no {rest}");
    }
}

#[tokio::test]
async fn a_robot_hears_no_more_than_it_can_bear() {
    let robot = Robot::start(|_, _| Reply::Say(200, "ok"));
    // Two chats of the config that share a robot share its limit.
    let first = chat(ChatKind::Slack, robot.url("/services/T/B/0123456789"));
    let second = ChatSettings { id: "other".into(), ..first.clone() };
    let mut poster = Poster::new(&noon);
    for chat in [&first, &second, &first] {
        assert_eq!(poster.post(chat, &message(1)).await.state, State::Sent);
    }
    let heard = robot.heard();
    for pair in heard.windows(2) {
        let gap = pair[1].at - pair[0].at;
        assert!(gap >= Duration::from_millis(990), "{gap:?}");
    }
}

#[tokio::test]
async fn what_is_put_off_is_tried_again_and_what_is_refused_is_not() {
    let later = Robot::start(|_, before| match before {
        0 => Reply::With(429, &[("Retry-After", "1")], "slow down"),
        1 => Reply::Say(500, ""),
        _ => Reply::Say(200, "ok"),
    });
    let receipt = post(&chat(ChatKind::Slack, later.url("/x")), &message(1)).await;
    assert_eq!((receipt.state, receipt.attempts), (State::Sent, 3), "{}", receipt.detail);
    let heard = later.heard();
    assert!(heard[1].at - heard[0].at >= Duration::from_secs(1));

    let limit = Robot::start(|_, _| {
        Reply::Say(200, r#"{"errcode":45009,"errmsg":"api freq out of limit"}"#)
    });
    // The pause that the robot wants is longer than the chat's time.
    let receipt = post(&chat(ChatKind::Wecom, limit.url("/x")), &message(1)).await;
    assert_eq!((receipt.state, receipt.attempts, receipt.retriable), (State::Failed, 1, true));
    assert!(receipt.detail.contains("45009 api freq out of limit"), "{}", receipt.detail);

    let refused = Robot::start(|_, _| {
        Reply::Say(200, r#"{"errcode":310000,"errmsg":"keywords not in content"}"#)
    });
    let receipt = post(&chat(ChatKind::Dingtalk, refused.url("/x")), &message(1)).await;
    assert_eq!((receipt.state, receipt.attempts, receipt.retriable), (State::Failed, 1, false));
    assert!(receipt.detail.contains("check keyword and secret_env"), "{}", receipt.detail);

    let moved =
        Robot::start(|_, _| Reply::With(302, &[("Location", "http://127.0.0.1:1/elsewhere")], ""));
    let receipt = post(&chat(ChatKind::Webhook, moved.url("/x")), &message(1)).await;
    assert_eq!((receipt.state, moved.heard().len()), (State::Failed, 1), "{}", receipt.detail);
}

#[tokio::test]
async fn no_answer_is_a_doubt_and_no_server_a_failure_and_neither_shows_the_address() {
    let silent = Robot::start(|_, _| Reply::Hang(Duration::from_secs(3)));
    let receipt =
        post(&chat(ChatKind::Wecom, silent.url("/send?key=hush-hush")), &message(1)).await;
    assert_eq!((receipt.state, receipt.attempts), (State::InDoubt, 1), "{}", receipt.detail);
    assert_eq!(silent.heard().len(), 1);
    assert!(!receipt.detail.contains("hush"), "{}", receipt.detail);

    let nobody = "http://127.0.0.1:9/send?key=hush-hush".to_owned();
    let receipt = post(&chat(ChatKind::Wecom, nobody), &message(1)).await;
    assert_eq!((receipt.state, receipt.retriable), (State::Failed, true));
    assert!(receipt.attempts > 1 && !receipt.detail.contains("hush"), "{}", receipt.detail);

    let telltale = Robot::start(|_, _| Reply::Say(403, "no such robot: /send?key=hush-hush"));
    let receipt =
        post(&chat(ChatKind::Slack, telltale.url("/send?key=hush-hush")), &message(1)).await;
    assert_eq!(receipt.state, State::Failed);
    assert!(receipt.detail.contains("no such robot"), "{}", receipt.detail);
    assert!(!receipt.detail.contains("hush-hush"), "{}", receipt.detail);
}

#[tokio::test]
async fn a_post_that_was_cut_off_is_a_doubt_and_one_that_failed_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("runs/2026-10/v1");
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(place.join("claim.json"), "{}").unwrap();
    let location = folder.path().to_str().unwrap();
    let ledger = Ledger::new(store::open(location, folder.path(), true, &[]).unwrap());
    let run = ledger.open("2026-10".parse().unwrap(), None).await.unwrap();
    let robot = Robot::start(|_, before| match before {
        0 => Reply::Say(404, "no_service"),
        _ => Reply::Say(200, "ok"),
    });
    let chats = [chat(ChatKind::Slack, robot.url("/x"))];
    let planned = |id: &str, what| PlannedPost {
        chat: id.into(),
        what,
        language: Language::Zh,
        message: message(1),
    };
    let (summary, gone) = (planned("group", ChatWhat::Summary), planned("gone", ChatWhat::Summary));
    put_bulletin(&run, &[summary, planned("group", ChatWhat::Warnings), gone]).await.unwrap();
    // A process died after this.
    let begun = Stored::PostBegun("group-warnings".into(), 1);
    run.put_json(&begun, &"somebody").await.unwrap();
    let mails = Tally([(State::Sent, 7)].into());
    let states = async || -> Vec<State> {
        let receipts = post_bulletin(&chats, &run, &mails, &noon).await.unwrap();
        receipts.iter().map(|receipt| receipt.state).collect()
    };
    assert_eq!(states().await, [State::Failed, State::InDoubt, State::Suppressed]);
    assert_eq!(states().await, [State::Sent, State::InDoubt, State::Suppressed]);
    assert_eq!(states().await, [State::Sent, State::InDoubt, State::Suppressed]);
    let heard = robot.heard();
    assert_eq!(heard.len(), 2);
    assert!(heard[1].json()["text"].as_str().unwrap().contains("邮件：共7封，已发出7封"));
}

const CHATS: &str = r#"
[[chat]]
id = "sales"
kind = "wecom"
url_env = "SALES_URL"
what = ["summary", "warnings"]
link = "https://reports.mingde.example/{period}-v{version}/index.html"

[[chat]]
id = "board"
kind = "slack"
url_env = "BOARD_URL"
what = ["summary"]
language = "en"
"#;

/// Whatever speaks of requests says all it knows.
const LOG: &str =
    "warn,attain=trace,reqwest=trace,hyper=trace,hyper_util=trace,h2=trace,rustls=trace";

struct Group {
    project: Project,
    robot: Robot,
}

impl Group {
    fn new(robot: Robot) -> Self {
        let project = Project::of_two_months();
        let config = project.read("attain.toml");
        project.write("attain.toml", config + CHATS);
        // So that some department is in red.
        project.edit("plan.toml", "yellow_below = \"80%\"", "yellow_below = \"99%\"");
        project.edit("plan.toml", "red_below = \"60%\"", "red_below = \"95%\"");
        Self { project, robot }
    }

    fn run(&self, more: &[&str]) -> Said {
        let dir = self.project.dir().to_str().expect("UTF-8");
        let sales = self.robot.url("/sales?key=hush-hush-sales");
        let board = self.robot.url("/services/hush-hush-board");
        let variables = [("SALES_URL", &*sales), ("BOARD_URL", &*board)];
        let arguments = ["run", "2026-10", "--config", dir, "--as-of", AS_OF, "--log", LOG];
        let said = attain_with(&variables, &[&arguments[..], more].concat());
        assert!(!said.out.contains("hush-hush"), "{}", said.out);
        let told = said.err.lines().find(|line| line.contains("hush-hush"));
        assert_eq!(told, None, "a secret in the log");
        for (path, bytes) in self.project.files("ledger") {
            let secret = b"hush-hush";
            assert!(!bytes.windows(secret.len()).any(|part| part == secret), "a secret in {path}");
        }
        said
    }
}

#[test]
fn after_a_run_each_chat_hears_of_it_once() {
    let group = Group::new(Robot::start(|asked, _| match asked.path.starts_with("/sales") {
        true => Reply::Say(200, r#"{"errcode":0,"errmsg":"ok"}"#),
        false => Reply::Say(200, "ok"),
    }));
    let dry = group.run(&["--dry-run"]);
    assert_eq!(dry.code, 0, "{}", dry.err);
    assert!(group.robot.heard().is_empty());
    let written = group.project.read("dry-run/2026-10/posts/sales-summary.txt");
    assert!(written.contains("邮件：共"), "{written}");

    let said = group.run(&[]);
    assert_eq!(said.code, 0, "{}", said.err);
    let heard = group.robot.heard();
    assert_eq!(heard.len(), 3);
    let texts: Vec<String> = heard
        .iter()
        .map(|asked| {
            let json = asked.json();
            let text = json["markdown"]["content"].as_str().or(json["text"].as_str());
            text.expect("a text").to_owned()
        })
        .collect();
    let summary = texts.iter().find(|text| text.contains("业绩简报")).expect("a summary");
    assert!(
        summary.contains("销售额：") && summary.contains("封已发出") || summary.contains("已发出"),
        "{summary}"
    );
    let link = "](https://reports.mingde.example/2026-10-v1/index.html)";
    assert!(summary.contains(link), "{summary}");
    let red = texts.iter().find(|text| text.contains("红色预警部门")).expect("the warnings");
    assert!(red.contains("负责人："), "{red}");
    assert!(texts.iter().any(|text| text.contains("at a glance") && text.contains(" sent")));

    // A group reads it: nobody is in it but the heads of departments.
    let people = group.project.read("data/people.csv");
    let departments = group.project.read("data/departments.csv");
    let mut others = 0;
    for row in people.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        if !departments.contains(cells[0]) {
            others += 1;
            assert!(texts.iter().all(|text| !text.contains(cells[1])), "{} in {texts:?}", cells[1]);
        }
    }
    assert!(others > 20, "{others}");
    assert!(texts.iter().all(|text| !text.contains("系数") && !text.contains("奖金")));

    let shown = group.project.attain("show", &["2026-10"]);
    assert!(
        shown.err.contains("SALES_URL"),
        "without its secrets a project is not used: {}",
        shown.err
    );
    let again = group.run(&[]);
    assert!(again.out.contains("Nothing was done"), "{}", again.out);
    assert_eq!(group.robot.heard().len(), 3);
    let posts = group.project.files("ledger/runs/2026-10/v1/posts");
    let names: Vec<&str> = posts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "board-summary-001.begun.json",
            "board-summary-001.json",
            "sales-summary-001.begun.json",
            "sales-summary-001.json",
            "sales-warnings-001.begun.json",
            "sales-warnings-001.json",
        ]
    );
}

#[test]
fn a_chat_that_is_gone_is_told_and_costs_no_mail() {
    let group = Group::new(Robot::start(|_, _| Reply::Say(404, "no_service")));
    let said = group.run(&[]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out.contains("warning: chat board: the summary was not posted: 404 no_service"),
        "{}",
        said.out
    );
    assert!(said.out.contains("2026-10 v1 delivered"), "{}", said.out);
}
