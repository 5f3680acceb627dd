//! The schedule with real runs: a year of a small shop on a clock that jumps, and the program itself.

mod shop;

use std::cell::{Cell, RefCell};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

use attain::app::Surroundings;
use attain::app::schedule::event::Event;
use attain::app::schedule::job::Job;
use attain::app::schedule::watch::{Clockwork, watch};
use chrono::{DateTime, TimeZone, Utc};
use mail_parser::MessageParser;

use self::shop::{Shop, Silent};
use crate::project::{Said, attain};
use crate::smtp_server::{Reply, ScriptedServer};

/// Time that jumps to where the schedule rests until; files come in on the way.
struct Leaps<'a> {
    shop: &'a Shop,
    seconds: &'a AtomicI64,
    end: DateTime<Utc>,
    rests: Cell<u32>,
}

impl Clockwork for Leaps<'_> {
    fn now(&self) -> DateTime<Utc> {
        moment(self.seconds)
    }

    async fn rest(&self, until: DateTime<Utc>) {
        self.seconds.store(until.timestamp(), Ordering::Relaxed);
        self.shop.deliver_until(until);
        self.rests.set(self.rests.get() + 1);
    }

    fn stopped(&self) -> bool {
        self.now() >= self.end
    }
}

fn moment(seconds: &AtomicI64) -> DateTime<Utc> {
    Utc.timestamp_opt(seconds.load(Ordering::Relaxed), 0).unwrap()
}

/// A year of months, told event by event.
async fn live_a_year(shop: &Shop) -> Vec<String> {
    let start: DateTime<Utc> = "2026-02-01T00:00:00+08:00".parse().unwrap();
    let seconds = AtomicI64::new(start.timestamp());
    let clock = || moment(&seconds);
    let around =
        Surroundings { env: &[], now: start, clock: &clock, progress: &Silent, kept: None };
    let told = RefCell::new(Vec::new());
    let tell = |event: &Event| {
        let at = clock().with_timezone(&chrono_tz::Asia::Shanghai).format("%m-%d %H:%M");
        let what = match event {
            Event::Delivered { period, ran } => {
                let how = if ran.provisional { "provisional" } else { "final" };
                format!("{period} v{} {how}", ran.version)
            }
            Event::Reminded { period, to, .. } => format!("{period} reminded {}", to.join(" ")),
            Event::Incomplete { .. } | Event::Noted { .. } => return,
            other => format!("{other:?}"),
        };
        told.borrow_mut().push(format!("{at} {what}"));
    };
    let end = "2027-01-31T00:00:00+08:00".parse().unwrap();
    let leaps = Leaps { shop, seconds: &seconds, end, rests: Cell::new(0) };
    watch(
        &Job { dir: shop.dir().to_owned(), around, tell: &tell, told_by_run: Default::default() },
        &leaps,
    )
    .await;
    assert!(leaps.rests.get() < 500, "{} rests", leaps.rests.get());
    told.into_inner()
}

#[test]
fn a_year_of_real_runs_is_in_time_and_the_final_reports_say_what_changed() {
    // A run has deep calls where it is not optimised, and a test's thread a small stack.
    let year = std::thread::Builder::new().stack_size(64 << 20).spawn(a_year_of_real_runs);
    if let Err(panic) = year.expect("a thread").join() {
        std::panic::resume_unwind(panic);
    }
}

fn a_year_of_real_runs() {
    let keys = "deadline = \"provisional\"\nevery_minutes = 120";
    let shop = Shop::open(&[("schedule", keys)]);
    let late = [("2026-04", "2026-05-04T15:10:00+08:00"), ("2026-09", "2026-10-08T10:20:00+08:00")];
    shop.expect_year(&late);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let told = runtime.block_on(live_a_year(&shop));
    let expected = [
        // Sunday the 1st is no working day; nor are 1 and 2 March.
        "02-02 00:00 2026-01 v1 final",
        "03-02 00:00 2026-02 v1 final",
        "04-01 06:00 2026-03 v1 final",
        "04-01 06:00 2026-Q1 v1 final",
        // 1–5 May are holidays: nobody is reminded, and every day is tried on.
        "05-04 16:00 2026-04 v1 final",
        "06-01 06:00 2026-05 v1 final",
        "07-01 06:00 2026-06 v1 final",
        "07-01 06:00 2026-Q2 v1 final",
        "08-03 00:00 2026-07 v1 final",
        "09-01 06:00 2026-08 v1 final",
        // National Day: what there is goes out on the 5th, the rest on the 8th.
        "10-05 18:00 2026-09 v1 provisional",
        "10-08 09:00 2026-09 reminded owner@shop.example seller@shop.example",
        "10-08 11:00 2026-09 v2 final",
        "10-08 11:00 2026-Q3 v1 final",
        "11-02 00:00 2026-10 v1 final",
        "12-01 06:00 2026-11 v1 final",
        "01-01 06:00 2026-12 v1 final",
        "01-01 06:00 2026-Q4 v1 final",
    ];
    assert_eq!(told, expected, "{told:#?}");
    provisional_and_final(&shop);
}

/// The marks of the two versions of September, and the reminder between them.
fn provisional_and_final(shop: &Shop) {
    let mail = |folder: &str, name: &str| {
        let listed = std::fs::read_dir(shop.dir().join("mails").join(folder));
        let files = listed.unwrap_or_else(|why| panic!("{folder}: {why}"));
        let path = files
            .map(|file| file.unwrap().path())
            .find(|path| path.to_string_lossy().ends_with(name))
            .unwrap_or_else(|| panic!("{folder} has no {name}"));
        let bytes = std::fs::read(path).unwrap();
        let mail = MessageParser::default().parse(&bytes).expect("a mail");
        let subject = mail.subject().expect("a subject").to_owned();
        let id = mail.message_id().expect("an id").to_owned();
        let follows = mail.in_reply_to().as_text().map(str::to_owned);
        (subject, mail.body_text(0).expect("a text").into_owned(), [Some(id), follows])
    };
    let (subject, text, [provisional, nothing]) = mail("2026-09-v1", "-person-P1.eml");
    assert_eq!(nothing, None);
    assert!(subject.starts_with("【暂定】"), "{subject}");
    assert!(
        text.contains("这是暂定版") && text.contains("尚未收到文件data/orders/2026-09.csv"),
        "{text}"
    );
    let (subject, text, [_, follows]) = mail("2026-09-v2", "-person-P1.eml");
    assert_eq!(follows, provisional, "the final mail stands in the thread of the provisional one");
    assert!(!subject.contains("暂定"), "{subject}");
    assert!(text.contains("这是最终版，取代2026-10-05发出的暂定版（v1）"), "{text}");
    assert!(
        text.contains("销售额：–  → ") || text.contains("销售额：") && text.contains(" → "),
        "{text}"
    );
    let manifest = std::fs::read_to_string(shop.dir().join("ledger/runs/2026-09/v1/manifest.json"));
    let manifest: serde_json::Value = serde_json::from_str(&manifest.unwrap()).unwrap();
    let why = manifest["provisional"][0].as_str().unwrap();
    assert!(why.contains("orders/2026-09.csv"), "{why}");
    let (subject, text, _) = mail("2026-09-reminder-2026-10-08", "-reminder-2026-10-08.eml");
    assert!(subject.contains("2026年9月数据待补齐：1项"), "{subject}");
    assert!(text.contains("暂定版") && text.contains("orders/2026-09.csv"), "{text}");
}

fn once(shop: &Shop, as_of: &str) -> Said {
    let dir = shop.dir().to_str().unwrap();
    attain(&["schedule", "--once", "--config", dir, "--as-of", as_of])
}

#[test]
fn one_decision_at_a_time_reminds_once_holds_once_and_delivers() {
    let shop = Shop::open(&[]);
    shop.put_month("2026-10");
    assert_eq!(once(&shop, "2026-11-01").code, 0);
    assert!(!shop.dir().join("ledger/runs/2026-10").exists(), "Sunday is no working day");
    let first = once(&shop, "2026-11-03");
    assert!(first.out.contains("2026-10 v1 delivered: "), "{}{}", first.out, first.err);

    let waiting = once(&shop, "2026-12-01");
    assert_eq!(waiting.code, 0, "{}{}", waiting.out, waiting.err);
    assert!(waiting.out.contains("2026-11: not complete"), "{}{}", waiting.out, waiting.err);
    assert!(waiting.out.contains("orders/2026-11.csv"), "{}", waiting.out);
    let reminded = "reminded owner@shop.example, seller@shop.example";
    assert!(waiting.out.contains(reminded), "{}", waiting.out);
    let again = once(&shop, "2026-12-01");
    assert!(!again.out.contains("reminded"), "{}", again.out);

    let held = once(&shop, "2026-12-06");
    assert_eq!(held.code, 3, "{}{}", held.out, held.err);
    assert!(held.err.contains("2026-11: held at the deadline"), "{}", held.err);
    let quiet = once(&shop, "2026-12-06");
    assert_eq!(quiet.code, 0, "{}{}", quiet.out, quiet.err);
    assert!(!shop.dir().join("ledger/runs/2026-11/v1").exists(), "looks leave no runs");

    shop.put_month("2026-11");
    let sent = once(&shop, "2026-12-07");
    assert!(sent.out.contains("2026-11 v1 delivered: "), "{}{}", sent.out, sent.err);
    let done = once(&shop, "2026-12-08");
    assert!(done.out.starts_with("nothing more to do before 2027-01-01 06:00"), "{}", done.out);
}

#[test]
fn a_delivery_that_is_asked_to_end_is_finished_by_the_next_process() {
    let server = ScriptedServer::start(|heard| match heard.line {
        "." => Reply::Late(Duration::from_millis(700)),
        _ => Reply::Usual,
    });
    let shop = Shop::open(&[]);
    shop.put_month("2026-10");
    shop.mail_to(server.port);
    let child = Command::new(env!("CARGO_BIN_EXE_attain"))
        .args(["schedule", "--once", "--as-of", "2026-11-03", "--config"])
        .arg(shop.dir())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let began = Instant::now();
    while server.seen().heard("DATA") == 0 {
        assert!(began.elapsed() < Duration::from_secs(60), "no mail was begun");
        std::thread::sleep(Duration::from_millis(5));
    }
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stdout).unwrap();
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("asked to end; the next one goes on from here"), "{said}");
    assert_eq!(server.seen().taken.len(), 1);

    let next = once(&shop, "2026-11-03");
    assert_eq!(next.code, 0, "{}{}", next.out, next.err);
    assert!(next.out.contains("2026-10 v1 delivered: "), "{}", next.out);
    assert_eq!(server.seen().taken.len(), 3);
    assert!(server.seen().counts().values().all(|times| *times == 1));
}

#[test]
fn what_a_server_put_off_is_tried_again_without_anybody() {
    let opened = Arc::new(AtomicBool::new(false));
    let is_open = Arc::clone(&opened);
    let server = ScriptedServer::start(move |heard| match heard.line.split(' ').next() {
        Some("RCPT") if heard.to.starts_with("p2@") && !is_open.load(Ordering::Relaxed) => {
            Reply::Say("452 4.2.2 full")
        }
        _ => Reply::Usual,
    });
    let shop = Shop::open(&[]);
    shop.put_month("2026-10");
    shop.mail_to(server.port);
    let first = once(&shop, "2026-11-02");
    assert_eq!(first.code, 4, "{}{}", first.out, first.err);
    assert!(first.out.contains("2026-10 v1 delivered in part: "), "{}", first.out);
    let to_p2 = || server.seen().taken.iter().filter(|mail| mail.to == "p2@shop.example").count();
    assert_eq!(to_p2(), 0);
    // At once it would be put off again.
    let quiet = once(&shop, "2026-11-02");
    assert_eq!(quiet.code, 0, "{}{}", quiet.out, quiet.err);
    opened.store(true, Ordering::Relaxed);
    let second = once(&shop, "2026-11-03");
    assert_eq!(second.code, 0, "{}{}", second.out, second.err);
    assert!(second.out.contains("2026-10 v1 delivered: "), "{}", second.out);
    assert_eq!(to_p2(), 1);
    assert!(server.seen().counts().values().all(|times| *times == 1));
    let done = once(&shop, "2026-11-04");
    assert!(done.out.starts_with("nothing more to do before 2026-12-01"), "{}", done.out);
}

#[test]
fn a_data_owner_who_may_not_be_mailed_is_refused_before_the_deadline() {
    let shop = Shop::open(&[("schedule", "data_owner = [\"data@partner.example\"]")]);
    shop.mail_to(1);
    let said = once(&shop, "2026-11-02");
    assert_eq!(said.code, 2, "{}{}", said.out, said.err);
    assert!(said.err.contains("partner.example is none of the domains"), "{}", said.err);
}

/// Whoever waits for a person's word is that person, and not the data owner.
#[test]
fn at_the_deadline_mails_that_wait_for_approval_are_nobody_elses_matter() {
    let shop = Shop::open(&[]);
    shop.put_month("2026-10");
    let dir = shop.dir().to_str().unwrap().to_owned();
    let held = attain(&["run", "2026-10", "--hold", "--as-of", "2026-11-03", "--config", &dir]);
    assert_eq!(held.code, 3, "{}{}", held.out, held.err);
    let late = once(&shop, "2026-11-06");
    assert_eq!(late.code, 3, "{}{}", late.out, late.err);
    assert!(late.err.contains("wait for approval"), "{}", late.err);
    assert!(!format!("{}{}", late.out, late.err).contains("owner@shop.example"), "{}", late.out);
    assert_eq!(once(&shop, "2026-11-06").code, 0);
}

#[test]
fn mails_that_nobody_may_get_are_no_delivery() {
    let shop = Shop::open(&[]);
    shop.put_month("2026-10");
    let elsewhere = "attain.toml";
    let text = std::fs::read_to_string(shop.dir().join(elsewhere)).unwrap();
    let from = "from = \"店铺";
    let typo = format!("allowed_domains = [\"shop.exmaple\"]\n{from}");
    std::fs::write(shop.dir().join(elsewhere), text.replace(from, &typo)).unwrap();
    let said = once(&shop, "2026-11-03");
    assert_eq!(said.code, 4, "{}{}", said.out, said.err);
    assert!(said.out.contains("2026-10 v1 delivered in part: 0 of "), "{}", said.out);
}

#[test]
fn a_run_without_a_period_says_what_is_due() {
    let shop = Shop::open(&[]);
    shop.put_month("2026-10");
    let dir = shop.dir().to_str().unwrap();
    let run = |as_of: &str, more: &[&str]| {
        let said = attain(&[&["run", "--config", dir, "--as-of", as_of], more].concat());
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        said
    };
    let idle = run("2026-11-20", &[]);
    assert_eq!(
        idle.out,
        "Nothing is due: the window of 2026-10 is over.\n\
         Next: 2026-11, from 2026-12-01 06:00 until 2026-12-05 18:00. \
         `attain run 2026-10` runs 2026-10 all the same.\n"
    );
    assert_eq!(run("2026-11-20", &["--json"]).json()["nothing_due"]["next_period"], "2026-11");
    assert!(!shop.dir().join("ledger/runs").exists());
    assert!(run("2026-11-20", &["2026-10"]).out.contains("2026-10 v1 delivered"));
    // Now the ledger knows the company: what is late is due, and what was delivered is said.
    assert!(run("2026-11-20", &[]).out.contains("2026-10 was delivered before, as v1"));
}

#[test]
fn the_next_windows_are_told_with_holidays_and_make_up_days() {
    let shop = Shop::open(&[]);
    let dir = shop.dir().to_str().unwrap();
    let told = |more: &[&str]| {
        attain(
            &[&["schedule", "--dry-run", "--config", dir, "--as-of", "2025-12-10"], more].concat(),
        )
    };
    let said = told(&[]);
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines.len(), 13, "{}", said.out);
    assert_eq!(
        lines[0],
        "2025-12: from Thu 1 Jan 2026 06:00 until Mon 5 Jan 2026 18:00; tries on 4, 5; \
         what is not complete then is held"
    );
    assert!(
        lines[1].starts_with("2025-Q4: from Thu 1 Jan 2026 06:00 until Thu 15 Jan 2026"),
        "{}",
        lines[1]
    );
    let may = lines.iter().find(|line| line.starts_with("2026-04:")).unwrap();
    assert!(may.contains("tries on 1, 2, 3, 4, 5 (none of them a working day)"), "{may}");
    let json = told(&["--json"]).json();
    assert_eq!(json["windows"][0]["tries_on"][0], "2026-01-04");
    let unknown = attain(&["schedule", "--dry-run", "--config", dir, "--as-of", "2026-11-28"]);
    assert!(unknown.err.contains("nobody has entered the holidays of 2027"), "{}", unknown.err);
}

#[test]
fn it_stays_up_until_it_is_asked_to_end() {
    let shop = Shop::open(&[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_attain"))
        .args(["schedule", "--log", "attain=info", "--config"])
        .arg(shop.dir())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let resting = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("nothing to do")));
    assert!(resting.is_some(), "it never rested");
    assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
    let asked = Instant::now();
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(0), "{ended:?}");
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
}

#[test]
fn what_cannot_be_is_refused_before_anything_is_watched() {
    let shop = Shop::open(&[("schedule", "until = \"31 18:00\"")]);
    let said = once(&shop, "2026-11-02");
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(said.err.contains("attain.toml:") && said.err.contains("“31 18:00”"), "{}", said.err);
    let shop = Shop::open(&[]);
    let dir = shop.dir().to_str().unwrap();
    let stays = attain(&["schedule", "--config", dir, "--as-of", "2026-11-02"]);
    assert_eq!(stays.code, 2, "{}", stays.err);
    assert!(stays.err.contains("add --once or --dry-run"), "{}", stays.err);
}
