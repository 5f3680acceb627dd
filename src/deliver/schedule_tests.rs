//! The laws of the schedule, with a time that the tests tell.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;

use super::schedule::{Next, Schedule, Terms};
use crate::settings::DomainLimit;

const SECOND: Duration = Duration::from_secs(1);

fn terms(limits: &[DomainLimit]) -> Terms<'_> {
    Terms {
        connections: 4,
        per_minute: None,
        limits,
        retry: 300 * SECOND,
        run_retry: 3600 * SECOND,
    }
}

fn schedule(domains: &[&str], terms: &Terms<'_>) -> Schedule {
    Schedule::new(domains.iter().copied().enumerate(), terms)
}

fn limit(domains: &[&str], connections: Option<usize>, per_minute: Option<u32>) -> DomainLimit {
    let domains = domains.iter().map(|domain| (*domain).to_owned()).collect();
    DomainLimit { domains, connections, per_minute }
}

#[test]
fn a_domain_never_has_more_than_its_share_and_holds_up_no_other() {
    let limits = [limit(&["slow.example", "slower.example"], Some(1), None)];
    let terms = terms(&limits);
    let mut schedule =
        schedule(&["slow.example", "slower.example", "slow.example", "a.b", "a.b", "a.b"], &terms);
    let first: Vec<Next> = (0..5).map(|_| schedule.next(SECOND)).collect();
    let sent = [Next::Send(0), Next::Send(3), Next::Send(4), Next::Send(5), Next::Busy];
    assert_eq!(first, sent);
    schedule.decided(3, true);
    assert_eq!(schedule.next(SECOND), Next::Busy);
    schedule.decided(0, true);
    assert_eq!(schedule.next(SECOND), Next::Send(1));
}

#[test]
fn a_domain_without_a_limit_leaves_connections_to_those_that_wait() {
    let terms = terms(&[]);
    let mut schedule = schedule(&["a.b", "a.b", "a.b", "a.b", "c.d", "c.d"], &terms);
    let sent: Vec<Next> = (0..4).map(|_| schedule.next(SECOND)).collect();
    assert_eq!(sent, [Next::Send(0), Next::Send(4), Next::Send(1), Next::Send(5)]);
}

#[test]
fn each_other_domain_is_limited_by_itself() {
    let limits = [limit(&["*"], None, Some(60))];
    let terms = terms(&limits);
    let mut schedule = schedule(&["a.b", "a.b", "c.d"], &terms);
    assert_eq!(schedule.next(SECOND), Next::Send(0));
    assert_eq!(schedule.next(SECOND), Next::Send(2));
    assert_eq!(schedule.next(SECOND), Next::Wait(2 * SECOND));
    assert_eq!(schedule.next(2 * SECOND), Next::Send(1));
}

#[test]
fn a_mail_that_is_put_off_waits_longer_each_time_and_ends_with_its_time() {
    let terms = terms(&[]);
    let mut schedule = schedule(&["a.b"], &terms);
    let mut now = Duration::ZERO;
    let mut pauses = Vec::new();
    loop {
        assert_eq!(schedule.next(now), Next::Send(0));
        if !schedule.put_off(0, now, 7, Duration::ZERO) {
            break;
        }
        let Next::Wait(until) = schedule.next(now) else { panic!("not waiting") };
        pauses.push(until - now);
        now = until;
    }
    assert!(now < 300 * SECOND && pauses.is_sorted() && pauses.len() >= 6, "{pauses:?}");
    assert_eq!(schedule.attempts(0) as usize, pauses.len() + 1);
    assert_eq!(schedule.next(now), Next::Ended);
}

#[test]
fn a_throttled_domain_waits_and_its_mails_lose_no_attempt() {
    let terms = Terms { run_retry: 200 * SECOND, ..terms(&[]) };
    let mut schedule = schedule(&["a.b", "a.b", "c.d"], &terms);
    assert_eq!(schedule.next(SECOND), Next::Send(0));
    assert!(schedule.throttled(0, SECOND, None, false).is_empty());
    assert_eq!(schedule.attempts(0), 0);
    assert_eq!(schedule.next(SECOND), Next::Send(2));
    schedule.decided(2, true);
    assert_eq!(schedule.next(SECOND), Next::Wait(61 * SECOND));
    assert_eq!(schedule.next(61 * SECOND), Next::Send(0));
    // The second time it would be two minutes, and those are still within the run's time.
    assert!(schedule.throttled(0, 61 * SECOND, None, false).is_empty());
    assert_eq!(schedule.next(181 * SECOND), Next::Send(0));
    assert_eq!(schedule.throttled(0, 181 * SECOND, None, false), [0, 1]);
    assert_eq!(schedule.next(181 * SECOND), Next::Ended);
}

#[test]
fn a_server_that_is_gone_is_asked_less_and_less_and_then_given_up_once_for_all() {
    let terms = Terms { connections: 2, ..terms(&[]) };
    let mut schedule = schedule(&["a.b"; 500], &terms);
    let (mut now, mut asked) = (Duration::ZERO, 0);
    let given_up = loop {
        match schedule.next(now) {
            Next::Send(number) => {
                asked += 1;
                let given_up = schedule.unreachable(number, now, 3);
                if !given_up.is_empty() {
                    break given_up;
                }
            }
            Next::Wait(until) => now = until,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(given_up.len(), 500);
    assert!(asked < 15 && now < 300 * SECOND, "{asked} times in {now:?}");
    assert_eq!(schedule.next(now), Next::Ended);
}

#[test]
fn after_a_stop_whatever_is_under_way_comes_back_and_nothing_follows() {
    let terms = terms(&[]);
    let mut schedule = schedule(&["a.b"; 5], &terms);
    assert_eq!(schedule.next(SECOND), Next::Send(0));
    assert_eq!(schedule.next(SECOND), Next::Send(1));
    assert_eq!(schedule.stop(0), [0, 2, 3, 4]);
    assert_eq!(schedule.next(SECOND), Next::Busy);
    assert!(!schedule.put_off(1, SECOND, 0, Duration::ZERO));
    assert_eq!(schedule.next(SECOND), Next::Ended);
}

proptest! {
    /// Whatever the server does, each mail is decided once, none goes while it is under way, and no
    /// limit is passed.
    #[test]
    fn every_mail_is_decided_once_and_within_the_limits(
        domains in proptest::collection::vec(0_usize..4, 1..60),
        answers in proptest::collection::vec((0_u8..8, 0_u64..3000), 200),
        at_most in 1_usize..4,
    ) {
        const NAMES: [&str; 4] = ["a.b", "c.d", "e.f", "g.h"];
        let limits = [limit(&["a.b", "c.d"], Some(at_most), Some(600)), limit(&["*"], Some(2), None)];
        let names: Vec<&str> = domains.iter().map(|index| NAMES[*index]).collect();
        let terms = terms(&limits);
        let mut schedule = schedule(&names, &terms);
        let mut under_way: Vec<usize> = Vec::new();
        let mut decided: BTreeMap<usize, usize> = BTreeMap::new();
        let (mut now, mut turn) = (Duration::ZERO, 0);
        loop {
            let next = schedule.next(now);
            match next {
                Next::Send(number) => {
                    prop_assert!(!under_way.contains(&number) && !decided.contains_key(&number));
                    under_way.push(number);
                    let of = |wanted: &[&str]| under_way.iter().filter(|it| wanted.contains(&names[**it])).count();
                    prop_assert!(under_way.len() <= 4 && of(&["a.b", "c.d"]) <= at_most);
                    prop_assert!(of(&["e.f"]) <= 2 && of(&["g.h"]) <= 2);
                    continue;
                }
                Next::Ended => break,
                Next::Wait(until) => {
                    prop_assert!(until > now);
                    if under_way.is_empty() {
                        now = until;
                        continue;
                    }
                }
                Next::Busy => prop_assert!(!under_way.is_empty()),
            }
            let (answer, after) = answers[turn % answers.len()];
            turn += 1;
            now += Duration::from_millis(after);
            let number = under_way.remove(turn % under_way.len());
            let given_up = match answer {
                0 if schedule.put_off(number, now, 1, Duration::ZERO) => vec![],
                1 => schedule.throttled(number, now, None, turn.is_multiple_of(2)),
                2 => schedule.unreachable(number, now, 1),
                0 => vec![number],
                _ => {
                    schedule.decided(number, true);
                    vec![number]
                }
            };
            for number in given_up {
                *decided.entry(number).or_default() += 1;
            }
        }
        prop_assert!(under_way.is_empty());
        prop_assert_eq!(decided.len(), names.len());
        prop_assert!(decided.values().all(|times| *times == 1));
    }
}
