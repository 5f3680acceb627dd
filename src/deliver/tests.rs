//! What becomes of letters when the server does not do as it should. The server is a script: it says,
//! holds back or hangs up by the line that it hears.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::DateTime;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::mime::tests::{letter, settings};
use super::mime::to_mime;
use super::{Books, Channel, Entry, Receipt, Sealed, State, dispatch, seal, send_unrecorded};
use crate::settings::{
    ChannelSettings, Credential, DeliverySettings, Login, Secret, Security, SmtpSettings,
};

/// What the server does about a line.
enum Reply {
    /// What any server would say.
    Usual,
    Say(&'static str),
    Late(Duration, &'static str),
    /// Nothing, now or later.
    Never,
    HangUp,
}

/// Given the number of the connection, the recipient named last, and the line; `.` ends a body.
type Script = fn(usize, &str, &str) -> Reply;

struct Server {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&heard);
        tokio::spawn(async move {
            for connection in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(talk(stream, connection, script, Arc::clone(&lines)));
            }
        });
        Self { port, heard }
    }

    /// The body of the only mail, as it came over the wire.
    fn body(&self) -> String {
        let heard = self.heard.lock().unwrap();
        let body = heard.iter().skip_while(|line| *line != "DATA").skip(1);
        body.take_while(|line| *line != ".").map(|line| format!("{line}\r\n")).collect()
    }

    /// How many mails it heard the text of.
    fn texts(&self) -> usize {
        let heard = self.heard.lock().unwrap();
        heard.iter().filter(|line| line.starts_with("Message-ID: ")).count()
    }

    fn heard(&self, line: &str) -> bool {
        self.heard.lock().unwrap().iter().any(|heard| heard == line)
    }

    fn settings(&self, connections: usize, retry_secs: u64) -> DeliverySettings {
        settings(ChannelSettings::Smtp(SmtpSettings {
            host: "127.0.0.1".into(),
            port: self.port,
            security: Security::None,
            login: None,
            ca: None,
            any_certificate: false,
            connections,
            mails_per_connection: 100,
            per_minute: None,
            timeout_secs: 1,
            data_timeout_secs: 1,
            retry_secs,
            run_retry_secs: 3600,
        }))
    }
}

async fn talk(
    stream: TcpStream,
    connection: usize,
    script: Script,
    heard: Arc<Mutex<Vec<String>>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 ready\r\n").await?;
    let (mut body, mut recipient) = (false, String::new());
    let mut line = String::new();
    while stream.read_line(&mut line).await? > 0 {
        let said = line.trim_end().to_owned();
        line.clear();
        heard.lock().unwrap().push(said.clone());
        if body && said != "." {
            continue;
        }
        if said.starts_with("RCPT") {
            recipient.clone_from(&said);
        }
        let answer = match script(connection, &recipient, &said) {
            Reply::Usual if said == "DATA" => "354 go on",
            Reply::Usual if said.starts_with("EHLO") => "250-here\r\n250 AUTH PLAIN",
            Reply::Usual if said.starts_with("AUTH") => "235 welcome",
            Reply::Usual => "250 fine",
            Reply::Say(answer) => answer,
            Reply::Late(pause, answer) => {
                tokio::time::sleep(pause).await;
                answer
            }
            Reply::Never => continue,
            Reply::HangUp => return Ok(()),
        };
        body = said == "DATA" && answer.starts_with('3');
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// Sends to each recipient; a delivery that does not come to an end is a failure of its own.
async fn deliver(settings: &DeliverySettings, recipients: &[&str]) -> Vec<Receipt> {
    let letters: Vec<_> = recipients.iter().map(|recipient| letter(recipient)).collect();
    let all = async {
        let channel = Channel::open(settings, "run".as_ref()).await.unwrap();
        let clock = || DateTime::UNIX_EPOCH;
        let receipts = send_unrecorded(&letters, &channel, settings, &clock, &|_| {}).await;
        channel.close().await;
        receipts
    };
    tokio::time::timeout(Duration::from_secs(15), all).await.expect("an end")
}

fn ends(receipts: &[Receipt]) -> Vec<(State, &str)> {
    receipts.iter().map(|receipt| (receipt.state, receipt.detail.as_str())).collect()
}

#[tokio::test]
async fn a_refused_recipient_costs_nobody_else_a_mail() {
    let server = Server::start(|_, _, line| match line {
        "RCPT TO:<gone@example.com>" => Reply::Say("550 no such mailbox"),
        _ => Reply::Usual,
    })
    .await;
    let receipts =
        deliver(&server.settings(1, 0), &["gone@example.com", "a@example.com", "b@other.org"])
            .await;
    let states: Vec<State> = receipts.iter().map(|receipt| receipt.state).collect();
    assert_eq!(states, [State::Failed, State::Sent, State::Suppressed]);
    assert!(receipts[0].detail.contains("no such mailbox"), "{}", receipts[0].detail);
    assert!(!server.heard("RCPT TO:<b@other.org>"));
}

#[tokio::test]
async fn a_server_that_falls_silent_holds_nobody_up() {
    let after_the_mail = Server::start(|_, _, line| match line {
        "." => Reply::Never,
        _ => Reply::Usual,
    });
    let receipts = deliver(&after_the_mail.await.settings(1, 0), &["a@example.com"]).await;
    assert_eq!(receipts[0].state, State::InDoubt);
    let before_it = Server::start(|_, _, line| match line {
        line if line.starts_with("EHLO") => Reply::Usual,
        _ => Reply::Never,
    });
    let receipts = deliver(&before_it.await.settings(1, 0), &["a@example.com"]).await;
    assert_eq!(receipts[0].state, State::Failed);
}

/// Each would be in doubt, and none of them sent again without a person's word.
#[tokio::test]
async fn a_server_that_answers_for_no_mail_is_spared_the_rest() {
    let server = Server::start(|_, _, line| match line {
        "." => Reply::HangUp,
        _ => Reply::Usual,
    })
    .await;
    let addresses: Vec<String> = (0..60).map(|n| format!("r{n}@example.com")).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let receipts = deliver(&server.settings(4, 0), &addresses).await;
    let doubtful = receipts.iter().filter(|receipt| receipt.state == State::InDoubt).count();
    assert!((10..=13).contains(&doubtful), "{doubtful}");
    let mut rest = receipts.iter().filter(|receipt| receipt.state != State::InDoubt);
    let is_kept = |receipt: &Receipt| receipt.state == State::Failed && receipt.retriable;
    assert!(rest.clone().all(is_kept), "{:?}", rest.find(|receipt| !is_kept(receipt)));
}

#[tokio::test]
async fn a_late_answer_is_not_taken_for_that_to_the_next_mail() {
    let server = Server::start(|_, recipient, line| match (recipient, line) {
        ("RCPT TO:<a@example.com>", line) if line.starts_with("RCPT") => {
            Reply::Late(Duration::from_millis(1500), "250 fine")
        }
        ("RCPT TO:<b@example.com>", ".") => Reply::Say("554 not this one"),
        _ => Reply::Usual,
    })
    .await;
    let receipts = deliver(&server.settings(1, 0), &["a@example.com", "b@example.com"]).await;
    assert_eq!(receipts[1].state, State::Failed, "{:?}", ends(&receipts));
}

#[tokio::test]
async fn the_server_gets_the_mail_as_it_was_planned() {
    let server = Server::start(|_, _, _| Reply::Usual).await;
    let settings = server.settings(1, 0);
    deliver(&settings, &["a@example.com"]).await;
    let planned = to_mime(&letter("a@example.com"), &settings).unwrap();
    assert_eq!(server.body(), String::from_utf8(planned).unwrap());
}

#[tokio::test]
async fn encryption_where_the_server_has_none_is_named_as_what_is_wrong() {
    let server = Server::start(|_, _, _| Reply::Usual).await;
    for (security, what) in
        [(Security::Tls, "cannot be encrypted"), (Security::StartTls, "does not offer STARTTLS")]
    {
        let mut settings = server.settings(1, 0);
        if let ChannelSettings::Smtp(smtp) = &mut settings.channel {
            smtp.security = security;
        }
        let Err(why) = Channel::open(&settings, "run".as_ref()).await else { panic!("opened") };
        assert!(why.to_string().contains(what), "{why}");
    }
}

#[tokio::test]
async fn a_login_that_is_put_off_is_tried_again() {
    let server = Server::start(|connection, _, line| match (connection, line) {
        (0, line) if line.starts_with("MAIL") => Reply::HangUp,
        (1, line) if line.starts_with("AUTH") => Reply::Say("454 not now"),
        _ => Reply::Usual,
    })
    .await;
    let mut settings = server.settings(1, 10);
    if let ChannelSettings::Smtp(smtp) = &mut settings.channel {
        let credential = Credential::Password(Secret::new("hush"));
        smtp.login = Some(Login { user: "ops".into(), credential, auth: None });
    }
    let receipts = deliver(&settings, &["a@example.com"]).await;
    assert_eq!(ends(&receipts), [(State::Sent, "250 fine")]);
}

/// Books that fail at the first entry for which `fails` says so, and only then.
struct Failing {
    sealed: Vec<Sealed>,
    entered: Mutex<Vec<Entry>>,
    fails: fn(&Entry) -> bool,
    failed: Mutex<bool>,
}

impl Books for Failing {
    type Error = &'static str;

    async fn mail(&self, number: usize) -> Result<bytes::Bytes, Self::Error> {
        self.sealed[number - 1].mail.clone().map_err(|_| "no mail")
    }

    async fn enter(&self, entries: &[Entry]) -> Result<(), Self::Error> {
        let mut failed = self.failed.lock().unwrap();
        if !*failed && entries.iter().any(self.fails) {
            *failed = true;
            return Err("the disk is full");
        }
        self.entered.lock().unwrap().extend(entries.iter().cloned());
        Ok(())
    }
}

/// What was entered until a delivery to three over two connections ended with the failure.
async fn entered_until_it_failed(server: &Server, fails: fn(&Entry) -> bool) -> Vec<Entry> {
    let settings = server.settings(2, 0);
    let letters = ["a@example.com", "b@example.com", "c@example.com"].map(letter);
    let sealed: Vec<Sealed> =
        (1..).zip(&letters).map(|(number, letter)| seal(number, letter, &settings)).collect();
    let mails: Vec<_> = sealed.iter().map(|sealed| sealed.outgoing.clone()).collect();
    let (entered, failed) = (Mutex::default(), Mutex::default());
    let books = Failing { sealed, entered, fails, failed };
    let channel = Channel::open(&settings, "run".as_ref()).await.unwrap();
    let clock = || DateTime::UNIX_EPOCH;
    let ended = dispatch(&mails, &channel, &settings, &clock, &books).await;
    assert_eq!(ended, Err("the disk is full"));
    books.entered.into_inner().unwrap()
}

/// What is entered of a delivery to one, and its receipt.
async fn entered_for_one(server: &Server) -> (Vec<Entry>, Vec<Receipt>) {
    let settings = server.settings(1, 30);
    let sealed = vec![seal(1, &letter("a@example.com"), &settings)];
    let mails = vec![sealed[0].outgoing.clone()];
    let (entered, failed) = (Mutex::default(), Mutex::default());
    let books = Failing { sealed, entered, fails: |_| false, failed };
    let channel = Channel::open(&settings, "run".as_ref()).await.unwrap();
    let clock = || DateTime::UNIX_EPOCH;
    let receipts = dispatch(&mails, &channel, &settings, &clock, &books).await.unwrap();
    (books.entered.into_inner().unwrap(), receipts)
}

#[tokio::test]
async fn what_is_under_way_is_accounted_for_when_the_books_fail() {
    let server = Server::start(|_, recipient, line| match (recipient, line) {
        ("RCPT TO:<a@example.com>", ".") => Reply::Late(Duration::from_millis(100), "250 fine"),
        ("RCPT TO:<b@example.com>", ".") => Reply::Late(Duration::from_millis(300), "250 fine"),
        _ => Reply::Usual,
    })
    .await;
    let first = |entry: &Entry| matches!(entry, Entry::Decided { number: 1, .. });
    let entered = entered_until_it_failed(&server, first).await;
    let decided = |entry: &&Entry| matches!(entry, Entry::Decided { number: 2, .. });
    assert_eq!(entered.iter().filter(decided).count(), 1, "{entered:?}");
    // The third was on its way to the server, and went no further.
    let of_the_third = |entry: &Entry| match entry {
        Entry::Claimed(numbers) => numbers.contains(&3),
        Entry::Decided { number, .. } => *number == 3,
        _ => false,
    };
    assert!(!entered.iter().any(of_the_third), "{entered:?}");
    assert_eq!(server.texts(), 2);
}

#[tokio::test]
async fn no_mail_leaves_whose_claim_could_not_be_entered() {
    let server = Server::start(|_, _, _| Reply::Usual).await;
    let claim = |entry: &Entry| matches!(entry, Entry::Claimed(_));
    let entered = entered_until_it_failed(&server, claim).await;
    assert!(entered.iter().all(|entry| matches!(entry, Entry::Returned(_))), "{entered:?}");
    assert_eq!(server.texts(), 0);
}

#[tokio::test]
async fn a_mail_is_claimed_when_the_server_waits_for_it_and_not_before() {
    let server = Server::start(|connection, _, line| match (connection, line) {
        (0, line) if line.starts_with("RCPT") => Reply::Say("421 later"),
        _ => Reply::Usual,
    })
    .await;
    let (entered, receipts) = entered_for_one(&server).await;
    let decided = Entry::Decided { number: 1, receipt: receipts[0].clone() };
    assert_eq!(entered, [Entry::Claimed(vec![1]), decided]);
    assert_eq!((receipts[0].state, receipts[0].attempts), (State::Sent, 2));
}

#[tokio::test]
async fn a_mail_that_waits_for_another_try_is_claimed_by_nobody() {
    let server = Server::start(|connection, _, line| match (connection, line) {
        (0, ".") => Reply::Say("421 later"),
        _ => Reply::Usual,
    })
    .await;
    let (entered, receipts) = entered_for_one(&server).await;
    let (claimed, returned) = (Entry::Claimed(vec![1]), Entry::Returned(1));
    let decided = Entry::Decided { number: 1, receipt: receipts[0].clone() };
    assert_eq!(entered, [claimed.clone(), returned, claimed, decided]);
    assert_eq!((receipts[0].state, receipts[0].attempts), (State::Sent, 2));
}
