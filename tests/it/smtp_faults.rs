//! What becomes of letters when a mail server does not do as it should: each scenario asserts the
//! receipts, and what the server took.

use std::time::{Duration, Instant};

use attain::deliver::{Letter, Receipt, State};
use attain::settings::{AnswerRule, DomainLimit, Then};

use crate::smtp::letter;
use crate::smtp_server::{Reply, ScriptedServer, deliver};

fn letters(recipients: &[&str]) -> Vec<Letter> {
    recipients.iter().enumerate().map(|(number, to)| letter(number, to)).collect()
}

fn many(count: usize, domain: &str) -> Vec<Letter> {
    (0..count).map(|number| letter(number, &format!("p{number}@{domain}"))).collect()
}

fn states(receipts: &[Receipt]) -> Vec<State> {
    receipts.iter().map(|receipt| receipt.state).collect()
}

fn rule(code: u16, text: &str, then: Then) -> AnswerRule {
    let text = (!text.is_empty()).then(|| text.to_lowercase());
    let (code, pause_secs) = (Some(code), Some(1));
    AnswerRule { code, enhanced: None, text, domains: Vec::new(), then, pause_secs, note: None }
}

#[tokio::test]
async fn what_is_put_off_goes_later_and_what_is_refused_does_not() {
    let server = ScriptedServer::start(|heard| match (heard.to, heard.line, heard.times) {
        ("busy@example.com", line, 1) if line.starts_with("RCPT") => Reply::Say("450 4.2.1 busy"),
        ("full@example.com", ".", 1) => Reply::Say("452 4.3.9 not now"),
        ("gone@example.com", line, _) if line.starts_with("RCPT") => {
            Reply::Say("550 5.1.1 no such mailbox")
        }
        ("spam@example.com", ".", _) => Reply::Say("554 5.7.1 not this"),
        _ => Reply::Usual,
    });
    let letters = letters(&[
        "a@example.com",
        "busy@example.com",
        "full@example.com",
        "gone@example.com",
        "spam@example.com",
        "b@example.com",
    ]);
    let receipts = deliver(&server.settings(), &letters).await;
    use State::{Failed, Sent};
    assert_eq!(states(&receipts), [Sent, Sent, Sent, Failed, Failed, Sent]);
    let attempts: Vec<u32> = receipts.iter().map(|receipt| receipt.attempts).collect();
    assert_eq!(attempts, [1, 2, 2, 1, 1, 1]);
    assert!(receipts[3].detail.contains("5.1.1 no such mailbox"), "{}", receipts[3].detail);
    assert!(receipts.iter().all(|it| !it.retriable && it.host == "127.0.0.1"));
    server.assert_accounted_for(&letters, &receipts);
    // One connection does for all of it: a refusal costs nobody else theirs.
    assert_eq!(server.seen().connections, 1);
}

#[tokio::test]
async fn a_mail_that_is_put_off_for_too_long_has_failed_and_may_be_tried_by_another_run() {
    let server = ScriptedServer::start(|heard| match (heard.to, heard.line) {
        ("busy@example.com", line) if line.starts_with("RCPT") => Reply::Say("450 busy"),
        _ => Reply::Usual,
    });
    let letters = letters(&["busy@example.com", "a@example.com"]);
    let receipts = deliver(&server.smtp(|smtp| smtp.retry_secs = 3), &letters).await;
    assert_eq!(states(&receipts), [State::Failed, State::Sent]);
    assert!(receipts[0].retriable && receipts[0].attempts == 2, "{:?}", receipts[0]);
    server.assert_accounted_for(&letters, &receipts);
}

#[tokio::test]
async fn a_connection_that_dies_before_the_end_of_a_mail_leaves_nothing_in_doubt() {
    let server = ScriptedServer::start(|heard| match (heard.to, heard.line, heard.times) {
        ("rcpt@example.com", line, 1) if line.starts_with("RCPT") => Reply::HangUp,
        ("data@example.com", "DATA", 1) => Reply::HangUp,
        ("within@example.com", "DATA", 1) => Reply::HangUpWithin(1000),
        _ => Reply::Usual,
    });
    let mut letters = letters(&["rcpt@example.com", "data@example.com", "within@example.com"]);
    // More than the system takes over before anybody reads it.
    letters[2].attachments[0].bytes = vec![5; 13_000_000];
    let receipts = deliver(&server.settings(), &letters).await;
    assert_eq!(states(&receipts), [State::Sent; 3], "{receipts:?}");
    assert!(receipts.iter().all(|receipt| receipt.attempts == 2), "{receipts:?}");
    server.assert_accounted_for(&letters, &receipts);
}

#[tokio::test]
async fn a_mail_whose_answer_is_lost_is_in_doubt_and_never_sent_again() {
    let server = ScriptedServer::start(|heard| match (heard.to, heard.line) {
        ("taken@example.com", ".") => Reply::TakeAndHangUp,
        ("lost@example.com", ".") => Reply::HangUp,
        ("silent@example.com", ".") => Reply::Never,
        ("late@example.com", ".") => Reply::Late(Duration::from_secs(3)),
        ("odd@example.com", ".") => Reply::Say("354 go on and on"),
        _ => Reply::Usual,
    });
    let letters = letters(&[
        "taken@example.com",
        "lost@example.com",
        "silent@example.com",
        "late@example.com",
        "odd@example.com",
        "a@example.com",
    ]);
    let receipts = deliver(&server.settings(), &letters).await;
    use State::{InDoubt, Sent};
    assert_eq!(states(&receipts), [InDoubt, InDoubt, InDoubt, InDoubt, InDoubt, Sent]);
    assert_eq!(server.seen().counts().len(), 3);
    server.assert_accounted_for(&letters, &receipts);
}

#[tokio::test]
async fn a_goodbye_in_the_middle_costs_a_connection_and_no_mail() {
    const BYE: &str = "421 4.3.2 shutting down";
    let server = ScriptedServer::start(|heard| match (heard.to, heard.line, heard.times) {
        ("rcpt@example.com", line, 1) if line.starts_with("RCPT") => Reply::SayAndHangUp(BYE),
        ("data@example.com", "DATA", 1) => Reply::SayAndHangUp(BYE),
        ("end@example.com", ".", 1) => Reply::SayAndHangUp(BYE),
        _ => Reply::Usual,
    });
    let letters =
        letters(&["a@example.com", "rcpt@example.com", "data@example.com", "end@example.com"]);
    let receipts = deliver(&server.settings(), &letters).await;
    assert_eq!(states(&receipts), [State::Sent; 4], "{receipts:?}");
    server.assert_accounted_for(&letters, &receipts);
}

#[tokio::test]
async fn a_connection_that_the_server_ends_between_two_mails_is_not_the_mail_s_fault() {
    for goodbye in [true, false] {
        let server = ScriptedServer::start(move |heard| match (heard.taken, heard.line) {
            (1.., line) if line.starts_with("MAIL") => match goodbye {
                true => Reply::SayAndHangUp("421 idle for too long"),
                false => Reply::HangUp,
            },
            _ => Reply::Usual,
        });
        let letters = many(5, "example.com");
        let receipts = deliver(&server.settings(), &letters).await;
        assert_eq!(states(&receipts), [State::Sent; 5], "{receipts:?}");
        assert!(receipts.iter().all(|receipt| receipt.attempts == 1), "{receipts:?}");
        assert_eq!(server.seen().connections, 5);
        server.assert_accounted_for(&letters, &receipts);
    }
}

#[tokio::test]
async fn no_more_connections_are_open_than_may_be_and_none_carries_more_than_its_mails() {
    let server = ScriptedServer::start(|heard| match heard.line {
        "." => Reply::Late(Duration::from_millis(20)),
        _ => Reply::Usual,
    });
    let letters = many(31, "example.com");
    let settings = server.smtp(|smtp| {
        (smtp.connections, smtp.mails_per_connection) = (3, 4);
    });
    let receipts = deliver(&settings, &letters).await;
    server.assert_accounted_for(&letters, &receipts);
    assert_eq!(states(&receipts), vec![State::Sent; 31]);
    let seen = server.seen();
    assert_eq!(seen.most_open, 3);
    let carried = |connection| seen.taken.iter().filter(|it| it.connection == connection).count();
    assert!((0..seen.connections).all(|connection| carried(connection) <= 4));
    assert!(seen.connections <= 10, "{}", seen.connections);
}

#[tokio::test]
async fn a_server_that_takes_few_mails_over_one_connection_gets_another_one() {
    let server = ScriptedServer::start(|heard| match (heard.taken, heard.line) {
        (2.., line) if line.starts_with("MAIL") => Reply::Say("451 MI:DMC too many on this one"),
        _ => Reply::Usual,
    });
    let letters = many(6, "example.com");
    let receipts = deliver(&server.settings(), &letters).await;
    assert_eq!(states(&receipts), [State::Sent; 6]);
    assert!(receipts.iter().all(|receipt| receipt.attempts == 1), "{receipts:?}");
    let seen = server.seen();
    // The server may hear of the next one before it hears of the last one's end.
    assert!(
        seen.connections == 3 && seen.most_open <= 2,
        "{} {}",
        seen.connections,
        seen.most_open
    );
}

#[tokio::test]
async fn a_slow_domain_is_left_to_itself() {
    let server = ScriptedServer::start(|heard| match heard.line {
        "." if heard.to.ends_with("@slow.example") => Reply::Late(Duration::from_millis(200)),
        _ => Reply::Usual,
    });
    let mut letters = many(5, "slow.example");
    letters.extend((5..25).map(|number| letter(number, &format!("p{number}@fast.example"))));
    let mut settings = server.smtp(|smtp| smtp.connections = 3);
    let domains = vec!["slow.example".to_owned()];
    settings.limits = vec![DomainLimit { domains, connections: Some(1), per_minute: None }];
    let receipts = deliver(&settings, &letters).await;
    server.assert_accounted_for(&letters, &receipts);
    let seen = server.seen();
    assert_eq!(seen.most_under_way["slow.example"], 1);
    let last = |domain| {
        let to = seen.taken.iter().filter(|taken| taken.to.ends_with(domain));
        to.map(|taken| taken.at).max().unwrap()
    };
    assert!(last("fast.example") + Duration::from_millis(300) < last("slow.example"));
}

#[tokio::test]
async fn no_domain_and_no_server_gets_more_in_a_minute_than_it_may() {
    let server = ScriptedServer::start(|_| Reply::Usual);
    let mut letters = many(6, "paced.example");
    letters.extend((6..12).map(|number| letter(number, &format!("p{number}@free.example"))));
    let mut settings = server.smtp(|smtp| {
        (smtp.connections, smtp.per_minute) = (4, Some(1200));
    });
    let domains = vec!["paced.example".to_owned()];
    settings.limits = vec![DomainLimit { domains, connections: None, per_minute: Some(300) }];
    let began = Instant::now();
    let receipts = deliver(&settings, &letters).await;
    server.assert_accounted_for(&letters, &receipts);
    // Six at 300 a minute: five pauses of 200 ms; twelve at 1,200: eleven of 50 ms.
    assert!(began.elapsed() >= Duration::from_secs(1));
    let seen = server.seen();
    let mut times: Vec<Instant> = seen.taken.iter().map(|taken| taken.at).collect();
    times.sort();
    assert!(times[11] - times[0] >= Duration::from_millis(500));
    let free = seen.taken.iter().filter(|taken| taken.to.ends_with("free.example"));
    assert!(free.map(|taken| taken.at).max().unwrap() < times[11]);
}

#[tokio::test]
async fn a_limit_that_is_answered_as_a_refusal_is_waited_out_by_all() {
    let server = ScriptedServer::start(|heard| match (heard.to, heard.line, heard.times) {
        ("p0@example.com", ".", 1) => Reply::Say("554 MI:SFQ too many in 15 minutes"),
        _ => Reply::Usual,
    });
    let letters = many(3, "example.com");
    let mut settings = server.settings();
    settings.answers = vec![rule(554, "MI:SFQ", Then::ThrottleAll)];
    let began = Instant::now();
    let receipts = deliver(&settings, &letters).await;
    assert_eq!(states(&receipts), [State::Sent; 3]);
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert!(receipts.iter().all(|receipt| receipt.attempts == 1), "{receipts:?}");
    server.assert_accounted_for(&letters, &receipts);
}

#[tokio::test]
async fn the_table_of_answers_is_stronger_than_the_first_digit() {
    let server = ScriptedServer::start(|heard| match (heard.to, heard.line, heard.times) {
        ("p0@example.com", line, 1) if line.starts_with("RCPT") => Reply::Say("550 try later"),
        ("p1@example.com", line, _) if line.starts_with("RCPT") => Reply::Say("450 go away"),
        _ => Reply::Usual,
    });
    let letters = many(2, "example.com");
    let mut settings = server.settings();
    settings.answers = vec![rule(550, "later", Then::Later), rule(450, "", Then::Refuse)];
    let receipts = deliver(&settings, &letters).await;
    assert_eq!(states(&receipts), [State::Sent, State::Failed]);
    assert!(!receipts[1].retriable);
    server.assert_accounted_for(&letters, &receipts);
}

#[tokio::test]
async fn at_the_limit_of_the_day_nothing_more_is_tried() {
    let server = ScriptedServer::start(|heard| match (heard.to, heard.line) {
        ("p3@example.com", ".") => Reply::Say("550 5.4.5 Daily user sending limit exceeded"),
        _ => Reply::Usual,
    });
    let letters = many(100, "example.com");
    let mut settings = server.settings();
    settings.answers = vec![rule(550, "sending limit", Then::Stop)];
    let receipts = deliver(&settings, &letters).await;
    assert_eq!(states(&receipts)[..3], [State::Sent; 3]);
    assert!(receipts[3..].iter().all(|it| it.state == State::Failed && it.retriable));
    assert!(receipts[99].detail.starts_with("not tried any more: "), "{}", receipts[99].detail);
    assert_eq!(server.seen().heard("RCPT"), 4);
    server.assert_accounted_for(&letters, &receipts);
}

#[tokio::test]
async fn a_server_that_goes_away_is_waited_for_once_and_not_once_a_mail() {
    let mut server = ScriptedServer::start(|heard| match heard.line {
        line if line.starts_with("MAIL") => Reply::Late(Duration::from_millis(50)),
        _ => Reply::Usual,
    });
    let settings = server.smtp(|smtp| (smtp.connections, smtp.retry_secs) = (2, 4));
    let letters = many(60, "example.com");
    let delivery = deliver(&settings, &letters);
    let stop = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        tokio::task::spawn_blocking(move || {
            server.stop();
            server
        })
        .await
        .unwrap()
    };
    let began = Instant::now();
    let (receipts, server) = tokio::join!(delivery, stop);
    assert!(began.elapsed() < Duration::from_secs(12), "{:?}", began.elapsed());
    let given_up: Vec<&Receipt> = receipts.iter().filter(|it| it.state == State::Failed).collect();
    assert!(given_up.len() > 30 && given_up.iter().all(|it| it.retriable));
    server.assert_accounted_for(&letters, &receipts);
}

#[tokio::test]
async fn a_mail_that_is_too_long_never_reaches_the_server() {
    let server = ScriptedServer::start(|_| Reply::Usual);
    let mut letters = many(2, "example.com");
    letters[0].attachments[0].bytes = vec![0; 20_000_000];
    let receipts = deliver(&server.settings(), &letters).await;
    assert_eq!(states(&receipts), [State::Failed, State::Sent]);
    assert!(receipts[0].detail.contains("max_mail_mb"), "{}", receipts[0].detail);
    assert_eq!(server.seen().heard("MAIL"), 1);
}

/// A server that fails at random in every way: whatever happens, the receipts tell the truth.
#[tokio::test]
async fn no_chance_makes_a_receipt_lie() {
    for seed in 0..3_u64 {
        let server = ScriptedServer::start(move |heard| {
            let mut hash = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            for byte in
                format!("{}{}{}{}", heard.connection, heard.to, heard.times, heard.line).bytes()
            {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            match (heard.line.get(..4).unwrap_or(heard.line), (hash >> 20) % 60) {
                ("MAIL" | "RCPT" | "DATA", 0) => Reply::HangUp,
                ("MAIL" | "RCPT" | "DATA", 1) => Reply::SayAndHangUp("421 bye"),
                ("MAIL" | "RCPT" | "DATA", 2) => Reply::Say("451 later"),
                ("RCPT" | "DATA", 3) => Reply::Say("550 no"),
                ("DATA", 4) => Reply::HangUpWithin(500),
                ("RCPT", 5) => Reply::Say("garbled"),
                (".", 0) => Reply::HangUp,
                (".", 1) => Reply::TakeAndHangUp,
                (".", 2) => Reply::Say("554 no"),
                (".", 3) => Reply::Say("451 later"),
                (".", 4) => Reply::SayAndHangUp("421 bye"),
                (".", 5) => Reply::SayAndHangUp("2"),
                ("CONN", 0) => Reply::SayAndHangUp("421 too many connections"),
                _ => Reply::Usual,
            }
        });
        let letters = many(120, "example.com");
        let settings = server.smtp(|smtp| {
            (smtp.connections, smtp.retry_secs, smtp.mails_per_connection) = (6, 4, 20);
        });
        // The first connection decides whether there is a run at all.
        let receipts = loop {
            if let Some(receipts) = deliver_or_nothing(&settings, &letters).await {
                break receipts;
            }
        };
        server.assert_accounted_for(&letters, &receipts);
        let sent = receipts.iter().filter(|receipt| receipt.state == State::Sent).count();
        assert!(sent > 80, "seed {seed}: {sent} sent");
    }
}

/// None where the server refuses the first connection.
async fn deliver_or_nothing(
    settings: &attain::settings::DeliverySettings,
    letters: &[Letter],
) -> Option<Vec<Receipt>> {
    let channel = attain::deliver::Channel::open(settings, "run".as_ref()).await.ok()?;
    let clock = || chrono::DateTime::UNIX_EPOCH;
    let decided = |_: u64| {};
    Some(attain::deliver::send_unrecorded(letters, &channel, settings, &clock, &decided).await)
}
