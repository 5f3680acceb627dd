//! What a run says of each mail, and does about it later, when the mail server does not do as it
//! should: through the program, from the first packet to `attain show --deliveries`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::burst::{Account, Burst, Mail, OTHERS, PERIOD, account};
use crate::smtp_server::{Offers, Reply, ScriptedServer};

fn burst_to(names: &[&str], port: u16) -> Burst {
    let mails: Vec<String> = names.iter().map(|name| format!("{name}@example.com")).collect();
    Burst::to(&mails, port)
}

/// The last account of a reader's mail: its state, how often it was tried, what is said of it.
fn of(burst: &Burst, name: &str) -> (String, u32, String) {
    let shown = burst.show("").expect("a run");
    let address = format!("{name}@example.com");
    let mail = shown.mails.into_iter().find(|mail| mail.recipient == address);
    let Mail { state, attempts, detail, host, .. } = mail.expect("a mail to them");
    assert!(matches!(state.as_str(), "planned" | "suppressed") || host == "127.0.0.1", "{host}");
    (state, attempts, detail)
}

const BYE: &str = "421 4.3.2 shutting down";

#[test]
fn each_fault_leaves_the_state_that_it_should_and_a_resume_does_the_rest() {
    let is_open = Arc::new(AtomicBool::new(false));
    let opened = Arc::clone(&is_open);
    let server = ScriptedServer::start(move |heard| {
        let name = heard.to.split('@').next().unwrap_or_default();
        let verb = heard.line.split(' ').next().unwrap_or_default();
        match (name, verb, heard.times) {
            ("busy", "RCPT", 1) => Reply::Say("450 4.2.1 busy"),
            ("full", "RCPT", _) if !opened.load(Ordering::Relaxed) => Reply::Say("452 4.2.2 full"),
            ("gone", "RCPT", _) => Reply::Say("550 5.1.1 no such mailbox"),
            ("spam", ".", _) => Reply::Say("554 5.7.1 not this"),
            ("before", "DATA", 1) => Reply::HangUp,
            ("within", "DATA", 1) => Reply::HangUpWithin(500),
            ("taken", ".", 1) => Reply::TakeAndHangUp,
            ("lost", ".", 1) => Reply::HangUp,
            ("slow", ".", _) => Reply::Late(Duration::from_millis(700)),
            ("bye", "RCPT", 1) | ("bye-late", ".", 1) => Reply::SayAndHangUp(BYE),
            _ => Reply::Usual,
        }
    });
    let names = [
        "fine", "busy", "full", "gone", "spam", "before", "within", "taken", "lost", "slow", "bye",
        "bye-late",
    ];
    let burst = burst_to(&names, server.port);
    let said = burst.attain(&["run", PERIOD]);
    assert_eq!(said.code, 4, "{}", said.err);
    for (name, state, attempts, detail) in [
        ("fine", "sent", 1, "250 2.0.0 taken"),
        ("busy", "sent", 2, "250 2.0.0 taken"),
        ("gone", "failed", 1, "5.1.1 no such mailbox"),
        ("spam", "failed", 1, "5.7.1 not this"),
        ("before", "sent", 2, "250 2.0.0 taken"),
        ("taken", "in_doubt", 1, ""),
        ("lost", "in_doubt", 1, ""),
        ("slow", "sent", 1, "250 2.0.0 taken"),
        ("bye", "sent", 2, "250 2.0.0 taken"),
        ("bye-late", "sent", 2, "250 2.0.0 taken"),
    ] {
        let found = of(&burst, name);
        assert_eq!((found.0.as_str(), found.1), (state, attempts), "{name}: {}", found.2);
        assert!(found.2.contains(detail), "{name}: {}", found.2);
    }
    let (state, attempts, detail) = of(&burst, "full");
    assert!(state == "failed" && attempts >= 2 && detail.contains("4.2.2 full"), "{detail}");
    // So short a mail is with the system before the server goes: it went out whole, for all one knows.
    let (state, ..) = of(&burst, "within");
    assert!(matches!(state.as_str(), "sent" | "in_doubt"), "{state}");
    let first = account(&burst.shown(), &server.seen());
    assert_eq!(first.total(), names.len() + OTHERS);
    assert_eq!((first.failed, first.suppressed), (3, 1));
    let told = format!("{}{}", said.out, said.err);
    for count in [format!("{} sent", first.sent), "3 failed".into(), "1 suppressed".into()] {
        assert!(told.contains(&count), "{count}: {told}");
    }

    // Later there is room: the mail that was put off goes out, those that were refused do not.
    is_open.store(true, Ordering::Relaxed);
    let said = burst.attain(&["resume", PERIOD]);
    assert_eq!(said.code, 4, "{}", said.err);
    assert_eq!(of(&burst, "full").0, "sent");
    let second = account(&burst.shown(), &server.seen());
    let expected = Account { sent: first.sent + 1, failed: 2, ..first };
    assert_eq!(second, expected);
}

#[test]
fn a_server_that_cannot_be_trusted_gets_nothing_and_the_mails_wait() {
    let script = |_: &crate::smtp_server::Heard<'_>| Reply::Usual;
    let plain = ScriptedServer::start(script);
    let known = crate::smtp_secure::certificates().expect("openssl");
    let acceptor = Some(known.acceptor.clone());
    let secure =
        ScriptedServer::offering(Offers { starttls: acceptor, ..Offers::default() }, script);
    let mut burst = burst_to(&["a", "b"], plain.port);
    burst.set("ATTAIN__DELIVERY__SMTP__SECURITY", "starttls");
    let refused = |burst: &Burst, why: &str| {
        let said = burst.attain(&burst.next());
        assert_eq!(said.code, 1, "{}", said.err);
        assert!(said.err.contains(why) && said.err.contains("mailed nothing"), "{}", said.err);
    };
    refused(&burst, "does not offer STARTTLS");
    burst.set("ATTAIN__DELIVERY__SMTP__PORT", &secure.port.to_string());
    refused(&burst, "cannot be encrypted");
    for server in [&plain, &secure] {
        assert_eq!(server.seen().heard("MAIL"), 0);
    }
    let shown = burst.show("").expect("a run");
    assert_eq!(shown.totals["planned"], 2 + OTHERS - 1, "{:?}", shown.totals);

    // What was stored goes out once the authority is named.
    std::fs::write(burst.dir().join("ca.pem"), &known.ca).expect("a file");
    burst.set("ATTAIN__DELIVERY__SMTP__CA_FILE", "ca.pem");
    let said = burst.attain(&["resume", PERIOD]);
    assert_eq!(said.code, 0, "{}", said.err);
    let account = account(&burst.shown(), &secure.seen());
    assert_eq!(account, Account { sent: 2 + OTHERS - 1, suppressed: 1, ..Account::default() });
}
