//! Two processes of one period at once: one of them delivers, and the other one says who.
//!
//! `ATTAIN_RACES=100` for more of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::burst::{Account, Burst, Chance, OTHERS, PERIOD, Process, account, times};
use crate::project::Said;
use crate::smtp_server::{Reply, ScriptedServer};

const READERS: usize = 16;

/// What both said, whoever ended first before the other; mails wait for the first end.
fn race(burst: &Burst, arguments: &[&str], may_send: &AtomicBool) -> (Said, Said) {
    let mut both = [burst.start(arguments), burst.start(arguments)];
    let first = loop {
        match both.iter_mut().position(Process::has_ended) {
            Some(first) => break first,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    may_send.store(true, Ordering::Relaxed);
    let [one, other] = both.map(Process::end);
    if first == 0 { (one, other) } else { (other, one) }
}

fn assert_refused(said: &Said, doing: &str) {
    assert_eq!(said.code, 3, "{}", said.err);
    let by = format!("2026-10 is being worked on by `attain {doing}` on host ");
    assert!(said.err.contains(&by), "{}", said.err);
    let since = said.err.split("since ").nth(1).expect("since when").get(..19).expect("a time");
    let since = chrono::NaiveDateTime::parse_from_str(since, "%Y-%m-%d %H:%M:%S");
    assert!(since.is_ok(), "{}", said.err);
}

fn all_sent() -> Account {
    Account { sent: READERS + OTHERS - 1, suppressed: 1, ..Account::default() }
}

#[test]
fn of_two_runs_at_once_one_delivers_and_the_other_says_who() {
    for _ in 0..times("ATTAIN_RACES", 4) {
        let may_send = Arc::new(AtomicBool::new(false));
        let gate = Arc::clone(&may_send);
        let server = ScriptedServer::start(move |heard| match heard.line {
            "CONNECT" => Reply::When(Arc::clone(&gate)),
            _ => Reply::Usual,
        });
        let burst = Burst::new(READERS, server.port);
        let (refused, delivered) = race(&burst, &["run", PERIOD], &may_send);
        assert_refused(&refused, "run");
        assert!(refused.err.contains("this run mailed no report"), "{}", refused.err);
        assert_eq!(delivered.code, 0, "{}", delivered.err);
        assert_eq!(account(&burst.shown(), &server.seen()), all_sent());
        let again = burst.attain(&["run", PERIOD]);
        assert_eq!(again.code, 0, "the period was let go: {}", again.err);
    }
}

#[test]
fn of_two_who_take_over_from_the_dead_one_delivers() {
    for _ in 0..times("ATTAIN_RACES", 4).div_ceil(2) {
        let may_send = Arc::new(AtomicBool::new(false));
        let gate = Arc::clone(&may_send);
        // The run that is killed gets five mails through, over its first connections.
        let server = ScriptedServer::start(move |heard| match (heard.connection, heard.line) {
            (4.., "CONNECT") => Reply::When(Arc::clone(&gate)),
            (..4, ".") if heard.taken >= 2 => Reply::Never,
            _ => Reply::Usual,
        });
        let mut burst = Burst::new(READERS, server.port);
        burst.set("ATTAIN__LEDGER__SILENCE_SECS", "1");
        let process = burst.start(&["run", PERIOD]);
        while server.seen().taken.len() < 5 {
            std::thread::sleep(Duration::from_millis(5));
        }
        process.kill();
        std::thread::sleep(Duration::from_millis(2500));
        let (refused, delivered) = race(&burst, &["resume", PERIOD], &may_send);
        assert_refused(&refused, "resume");
        let account = account(&burst.shown(), &server.seen());
        assert_eq!(account.total(), all_sent().total());
        assert!(account.doubtful() <= 4 && account.failed == 0, "{account:?}");
        assert_eq!(delivered.code, if account.doubtful() > 0 { 4 } else { 0 }, "{}", delivered.err);
    }
}

/// A process that was stopped, and not dead, wakes up when its period is another one's.
#[test]
fn whoever_comes_back_late_sends_nothing_more() {
    let mut chance = Chance::new(5);
    for _ in 0..times("ATTAIN_RACES", 4).div_ceil(2) {
        let server = ScriptedServer::start(|heard| match heard.line {
            "." => Reply::Late(Duration::from_millis(20)),
            _ => Reply::Usual,
        });
        let mut burst = Burst::new(60, server.port);
        burst.set("ATTAIN__LEDGER__SILENCE_SECS", "1");
        let late = burst.start(&["run", PERIOD]);
        let stop_at = 1 + chance.below(40) as usize;
        while server.seen().taken.len() < stop_at {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(chance.below(20_000)));
        late.signal("STOP");
        std::thread::sleep(Duration::from_millis(1500));
        let said = burst.attain(&["resume", PERIOD]);
        assert!(matches!(said.code, 0 | 4), "{}", said.err);
        let before = account(&burst.shown(), &server.seen());
        assert_eq!(before.total(), 60 + OTHERS);
        late.signal("CONT");
        let said = late.end();
        assert_eq!(said.code, 3, "{}", said.err);
        let by = "another process has taken 2026-10 over: `attain resume` on host ";
        assert!(said.err.contains(by), "{}", said.err);
        assert!(!said.err.contains("mailed nothing"), "{}", said.err);
        // What was on the wire when it was stopped may arrive now, and is in doubt; nothing else.
        let after = account(&burst.shown(), &server.seen());
        assert_eq!((after.sent, after.doubtful()), (before.sent, before.doubtful()));
        assert!(after.doubtful() <= 4, "{after:?}");
    }
}
