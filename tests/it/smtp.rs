//! Letters through a real mail server: Postfix with STARTTLS, TLS and a login, read back from the
//! mailboxes that it keeps.

use std::path::Path;
use std::time::Duration;

use attain::deliver::mime::to_mime;
use attain::deliver::{
    Attachment, Channel, Identity, Letter, Picture, Receipt, State, Tally, XLSX, send_unrecorded,
};
use attain::settings::{
    Auth, ChannelSettings, Credential, DeliverySettings, Login, Secret, Security, SmtpSettings,
};
use chrono::DateTime;

use crate::testbed::Server;

pub fn settings(server: &Server, security: Security) -> DeliverySettings {
    let port = match security {
        Security::StartTls => "STARTTLS_PORT",
        Security::Tls => "TLS_PORT",
        Security::None => "PLAIN_PORT",
    };
    let login =
        || login(server, Credential::Password(Secret::new(server.env["PASSWORD"].as_str())), None);
    DeliverySettings {
        channel: ChannelSettings::Smtp(SmtpSettings {
            host: "127.0.0.1".into(),
            port: server.env[port].parse().expect("a port"),
            security,
            login: (security != Security::None).then(login),
            ca: Some(std::fs::read(&server.env["CA_FILE"]).expect("the authority")),
            any_certificate: false,
            connections: 2,
            mails_per_connection: 100,
            per_minute: None,
            timeout_secs: 10,
            data_timeout_secs: 10,
            retry_secs: 0,
            run_retry_secs: 0,
        }),
        from: "销售运营 <ops@example.com>".into(),
        reply_to: Some("ops@example.com".into()),
        list_id: Some("attain.example.com".into()),
        allowed_domains: vec!["example.com".into()],
        max_mail_mb: 20,
        dkim: Vec::new(),
        answers: Vec::new(),
        limits: Vec::new(),
        bounces: None,
    }
}

fn login(server: &Server, credential: Credential, auth: Option<Auth>) -> Login {
    Login { user: server.env["USER"].clone(), credential, auth }
}

fn change(settings: &mut DeliverySettings, change: impl FnOnce(&mut SmtpSettings)) {
    if let ChannelSettings::Smtp(smtp) = &mut settings.channel {
        change(smtp);
    }
}

pub fn letter(number: usize, recipient: &str) -> Letter {
    Letter {
        identity: Identity {
            period: "2026-10".into(),
            version: 1,
            report: format!("person/E{number:03}"),
            recipient: recipient.into(),
            channel: "smtp".into(),
        },
        to: ("张伟 (华东)".into(), recipient.into()),
        copies: Vec::new(),
        language: "zh-CN",
        subject: "【明德仪器】2026年10月 张伟 业绩报告：销售额完成率91.5%".into(),
        html: format!(
            "<p>完成率 91.5%</p><img src=\"cid:chart1@attain\">{}",
            "<p>行</p>".repeat(99)
        ),
        text: "plain\n.\n..\n.end\n".into(),
        pictures: vec![Picture { cid: "chart1@attain".into(), png: vec![7; 20_000] }],
        attachments: vec![Attachment {
            name: "改进计划表-2026-10.xlsx".into(),
            mime: XLSX,
            bytes: vec![5; 9_000],
        }],
        in_reply_to: None,
        date: DateTime::UNIX_EPOCH,
        file_stem: format!("{number:03}"),
    }
}

pub async fn deliver(letters: &[Letter], settings: &DeliverySettings) -> Vec<Receipt> {
    let channel = Channel::open(settings, Path::new("run")).await;
    let channel = channel.unwrap_or_else(|why| panic!("{why}"));
    let clock = || DateTime::UNIX_EPOCH;
    let receipts = send_unrecorded(letters, &channel, settings, &clock, &|_| {}).await;
    channel.close().await;
    receipts
}

/// What lies in a mailbox once `count` mails are there.
pub async fn mailbox(server: &Server, name: &str, count: usize) -> Vec<String> {
    let folder = Path::new(&server.env["MAIL"]).join(name).join("new");
    for _ in 0..100 {
        let files = std::fs::read_dir(&folder).into_iter().flatten();
        let paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        if paths.len() >= count {
            return paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("fewer than {count} mails came to {name}");
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_planned() {
    let Some(server) = Server::start("postfix", &[]) else { return };
    for (security, name) in [(Security::StartTls, "a"), (Security::Tls, "b"), (Security::None, "c")]
    {
        let settings = settings(&server, security);
        let letter = letter(1, &format!("{name}@example.com"));
        let receipts = deliver(std::slice::from_ref(&letter), &settings).await;
        assert_eq!(receipts[0].state, State::Sent, "{security:?}: {}", receipts[0].detail);
        assert!(receipts[0].detail.starts_with("250 2.0.0 Ok: queued"), "{}", receipts[0].detail);
        let planned = String::from_utf8(to_mime(&letter, &settings).unwrap()).unwrap();
        let arrived = mailbox(&server, name, 1).await.remove(0);
        // The server puts headers of its own before it, and keeps lines as the system does.
        assert!(arrived.ends_with(&planned.replace("\r\n", "\n")), "{security:?}:\n{arrived}");
    }
}

#[tokio::test]
async fn an_unknown_mailbox_costs_nobody_else_a_mail() {
    let Some(server) = Server::start("postfix", &[]) else { return };
    let recipients = ["a@example.com", "gone@example.com", "b@other.org", "b@example.com", ""];
    let letters: Vec<Letter> =
        recipients.iter().enumerate().map(|(number, to)| letter(number, to)).collect();
    let receipts = deliver(&letters, &settings(&server, Security::StartTls)).await;
    let states: Vec<State> = receipts.iter().map(|receipt| receipt.state).collect();
    use State::{Failed, Sent, Suppressed};
    assert_eq!(states, [Sent, Failed, Suppressed, Sent, Suppressed]);
    assert!(receipts[1].detail.contains("User unknown"), "{}", receipts[1].detail);
    assert_eq!(Tally::of(&receipts).total(), letters.len());
    mailbox(&server, "a", 1).await;
    mailbox(&server, "b", 1).await;
}

#[tokio::test]
async fn what_is_wrong_with_a_server_is_known_before_any_mail() {
    let Some(server) = Server::start("postfix", &[]) else { return };
    let refusal =
        async |settings: &DeliverySettings| match Channel::open(settings, Path::new("run")).await {
            Ok(_) => panic!("opened"),
            Err(why) => why.to_string(),
        };
    for security in [Security::StartTls, Security::Tls] {
        let mut wrong = settings(&server, security);
        change(&mut wrong, |smtp| {
            let wrong = Credential::Password(Secret::new("wrong-horse"));
            smtp.login = Some(login(&server, wrong, None));
        });
        let why = refusal(&wrong).await;
        assert!(why.contains("refuses the login") && !why.contains("horse"), "{why}");

        let mut untrusted = settings(&server, security);
        change(&mut untrusted, |smtp| smtp.ca = None);
        let why = refusal(&untrusted).await;
        assert!(why.contains("UnknownIssuer"), "{why}");
        assert!(why.contains("cannot be encrypted"), "{why}");

        let mut elsewhere = settings(&server, security);
        change(&mut elsewhere, |smtp| smtp.port = server.env["PLAIN_PORT"].parse().unwrap());
        let why = refusal(&elsewhere).await;
        assert!(security == Security::Tls || why.contains("does not offer STARTTLS"), "{why}");
    }
}
