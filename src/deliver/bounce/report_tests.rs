use super::*;

const ID: &str = "<0123456789abcdef0123456789abcdef@mingde.example>";

/// A report whose parts are given after their common head.
fn report(from: &str, kind: &str, parts: &[&str]) -> String {
    let mut mail = format!(
        "Return-Path: <>\r\nFrom: {from}\r\nTo: ops@mingde.example\r\nSubject: Undelivered\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n\
         Content-Type: {kind}; boundary=\"=_b\"\r\n\r\n"
    );
    for part in parts {
        mail.push_str(&format!("--=_b\r\n{part}\r\n"));
    }
    mail + "--=_b--\r\n"
}

const DELIVERY: &str = "multipart/report; report-type=delivery-status";

fn read(mail: &str) -> Vec<Bounce> {
    match read_report(mail.as_bytes()) {
        Returned::Report(bounces) => bounces,
        Returned::Other => panic!("no report:\n{mail}"),
    }
}

fn head(id: &str, to: &str) -> String {
    format!(
        "Content-Type: message/rfc822\r\n\r\nMessage-ID: {id}\r\nTo: {to}\r\nSubject: x\r\n\r\nbody"
    )
}

fn said(bounce: &Bounce) -> (&str, &str, Severity, &str) {
    (&bounce.message_id, &bounce.recipient, bounce.severity, &bounce.status)
}

#[test]
fn an_exchange_server_s_report_names_our_mail_and_the_refused_address() {
    let mail = report(
        "postmaster@contoso.example",
        DELIVERY,
        &[
            "Content-Type: text/html; charset=\"utf-8\"\r\n\r\n<p>Your message couldn't be delivered</p>",
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns;MW4PR01.contoso.example\r\n\
             Received-From-MTA: dns;mx.mingde.example\r\nArrival-Date: Tue, 3 Nov 2026 01:00:00 +0000\r\n\r\n\
             Final-Recipient: rfc822;li@contoso.example\r\nAction: failed\r\nStatus: 5.1.10\r\n\
             Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient\r\n not found by SMTP address lookup",
            &head(ID, "\"Li\" <li@contoso.example>"),
        ],
    );
    let found = read(&mail);
    assert_eq!(found.len(), 1);
    assert_eq!(said(&found[0]), (ID, "li@contoso.example", Severity::Hard, "5.1.10"));
    assert_eq!(found[0].reporter, "MW4PR01.contoso.example");
    assert!(found[0].detail.ends_with("Recipient not found by SMTP address lookup"), "{found:?}");
}

#[test]
fn a_delay_of_postfix_is_none_of_the_address() {
    let mail = report(
        "MAILER-DAEMON@mail.mingde.example (Mail Delivery System)",
        DELIVERY,
        &[
            "Content-Description: Notification\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nYOU DO NOT NEED TO RESEND",
            "Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mail.mingde.example\r\nX-Postfix-Queue-ID: 4F\r\n\r\n\
             Final-Recipient: rfc822; a@elsewhere.example\r\nOriginal-Recipient: rfc822;a+2Bsales@mingde.example\r\n\
             Action: delayed\r\nStatus: 4.4.1\r\nDiagnostic-Code: X-Postfix; connect to mx: Connection timed out\r\n\
             Will-Retry-Until: Sun, 8 Nov 2026 01:00:00 +0000",
            &format!(
                "Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ID}\r\nTo: a@mingde.example"
            ),
        ],
    );
    let found = read(&mail);
    assert_eq!(said(&found[0]), (ID, "a+sales@mingde.example", Severity::Delayed, "4.4.1"));
    assert_eq!(found[0].final_recipient.as_deref(), Some("a@elsewhere.example"));
}

#[test]
fn gmail_gives_up_one_of_two_and_the_other_arrived() {
    let mail = report(
        "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        DELIVERY,
        &[
            "Content-Type: multipart/related; boundary=\"r\"\r\n\r\n--r\r\nContent-Type: text/plain\r\n\r\n** Address not found **\r\n--r--",
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; googlemail.example\r\n\
             X-Original-Message-ID: <other@mingde.example>\r\n\r\n\
             Final-Recipient: rfc822; b@gmail.example\r\nAction: failed\r\nStatus: 4.2.2\r\n\
             Diagnostic-Code: smtp; 452-4.2.2 The recipient's inbox is out of storage space\r\n\r\n\
             Final-Recipient: rfc822; c@gmail.example\r\nAction: delivered\r\nStatus: 2.0.0",
            &head(ID, "b@gmail.example, c@gmail.example"),
        ],
    );
    let found = read(&mail);
    assert_eq!(found.len(), 1);
    assert_eq!(said(&found[0]), (ID, "b@gmail.example", Severity::Soft, "4.2.2"));
}

#[test]
fn a_report_without_our_mail_tells_its_identity_in_a_field() {
    let mail = report(
        "mailer-daemon@x.example",
        DELIVERY,
        &[&format!(
            "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\nOriginal-Message-ID: {ID}\r\n\r\n\
             Final-Recipient: rfc822; d@x.example\r\nAction: failed\r\nStatus: 5.0.0"
        )],
    );
    assert_eq!(said(&read(&mail)[0]), (ID, "d@x.example", Severity::Hard, "5.0.0"));
}

#[test]
fn qq_and_163_send_words_and_our_mail() {
    // 系统退信, in base64 as they do, with the reason among sentences.
    let words = "<div>您的邮件被退回 <b>gone@qq.example</b></div><p>host mx3.qq.example said: 550 Mailbox not found. http://service.mail.qq.example</p>";
    let encoded = {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(words)
    };
    let qq = report(
        "=?utf-8?B?57O757uf6YCA5L+h?= <PostMaster@qq.example>",
        "multipart/mixed",
        &[
            &format!(
                "Content-Type: text/html; charset=\"utf-8\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}"
            ),
            &head(ID, "gone@qq.example"),
        ],
    );
    let found = read(&qq);
    assert_eq!(said(&found[0]), (ID, "gone@qq.example", Severity::Hard, "5.0.0"));
    assert!(found[0].detail.contains("Mailbox not found"), "{found:?}");

    let netease = report(
        "Postmaster@163.example",
        "multipart/mixed",
        &[
            "Content-Type: text/plain; charset=gb18030\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=D3=CA=BC=FE SMTP error, 451 4.7.1 try again",
            &format!(
                "Content-Type: text/rfc822-headers\r\n\r\nTo: e@163.example\r\nMessage-ID:\r\n {ID}\r\nSubject: x"
            ),
        ],
    );
    assert_eq!(said(&read(&netease)[0]), (ID, "e@163.example", Severity::Soft, "4.7.1"));
}

#[test]
fn people_and_notices_of_absence_are_no_bounces() {
    let away = format!(
        "From: li@mingde.example\r\nTo: ops@mingde.example\r\nSubject: Re: 5.1.1\r\nIn-Reply-To: {ID}\r\n\
         Auto-Submitted: auto-replied\r\n\r\nI am away until 5.11., 550 mails wait"
    );
    assert_eq!(read_report(away.as_bytes()), Returned::Other);
    // Somebody passes our mail on.
    let passed_on =
        report("li@mingde.example", "multipart/mixed", &[&head(ID, "li@mingde.example")]);
    assert_eq!(read_report(passed_on.as_bytes()), Returned::Other);
    let read_receipt = report(
        "li@mingde.example",
        "multipart/report; report-type=disposition-notification",
        &[&format!(
            "Content-Type: message/disposition-notification\r\n\r\nOriginal-Message-ID: {ID}\r\nDisposition: manual-action; displayed"
        )],
    );
    assert_eq!(read_report(read_receipt.as_bytes()), Returned::Other);
    assert_eq!(read_report(b""), Returned::Other);
}

#[test]
fn the_same_report_again_is_the_same() {
    let bounce = |status: &str, detail: &str| Bounce {
        message_id: ID.into(),
        recipient: "a@b.example".into(),
        final_recipient: None,
        severity: Severity::Hard,
        status: status.into(),
        detail: detail.into(),
        reporter: String::new(),
    };
    assert_eq!(bounce("5.1.1", "x").digest(), bounce("5.1.1", "y").digest());
    assert_ne!(bounce("5.1.1", "x").digest(), bounce("5.2.2", "x").digest());
}

#[test]
fn codes_are_found_in_words() {
    for (text, code) in [
        ("550 5.1.1 <a@b>: User unknown", Some("5.1.1")),
        ("550-5.7.26 unauthenticated", Some("5.7.26")),
        ("said: 552 quota", Some("5.0.0")),
        ("on 2026.10.03 at 10.0.0.1", None),
        ("version 5.1", None),
        ("号码 4.2.2。", Some("4.2.2")),
    ] {
        assert_eq!(status_code(text).as_deref(), code, "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_stumble(bytes in proptest::collection::vec(proptest::arbitrary::any::<u8>(), 0..2000)) {
        read_report(&bytes);
    }

    /// A real report with bytes put in, taken out and cut off: what comes out is still on one line.
    #[test]
    fn no_damage_makes_it_stumble(
        at in 0_usize..1200, cut in 0_usize..1500, noise in "\\PC{0,40}|(\r\n){0,3}|--=_b(--)?",
    ) {
        let mut mail = report(
            "mailer-daemon@x.example",
            DELIVERY,
            &[
                "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; d+2B@x.example\r\nAction: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 \u{1b}[31m \u{202e}gone",
                &head(ID, "d@x.example"),
            ],
        );
        let at = mail.floor_char_boundary(at.min(mail.len()));
        mail.insert_str(at, &noise);
        mail.truncate(mail.floor_char_boundary(cut.max(300).min(mail.len())));
        if let Returned::Report(bounces) = read_report(mail.as_bytes()) {
            for bounce in bounces {
                for text in [&bounce.message_id, &bounce.recipient, &bounce.detail, &bounce.reporter] {
                    proptest::prop_assert!(!text.chars().any(char::is_control), "{text:?}");
                    proptest::prop_assert!(text.chars().count() <= 330);
                }
            }
        }
    }
}
