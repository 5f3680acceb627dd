//! A whole delivery of many mails with a durable ledger, measured by hand beside what Postfix's own
//! source makes of the same sink: `cargo test --test it -- --ignored --nocapture volume`.
//!
//! `ATTAIN_MAILS` for their number, `ATTAIN_BINARY` for another build of the program,
//! `ATTAIN_CONNECTIONS` for other sessions than eight.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use attain::ledger::{Holder, Ledger, Outbox, PlannedMail, Stored, sha256};
use attain::store;
use futures::{StreamExt, TryStreamExt};

use crate::burst::{Burst, PERIOD, times};
use crate::throughput::sink;

/// As long as a report with two charts and a statement.
const BYTES: usize = 40_000;

fn mail(number: usize) -> Vec<u8> {
    let mut mail = format!(
        "From: ops@example.com\r\nTo: p{number}@example.com\r\nMessage-ID: {}\r\nSubject: report\r\n\
         Date: Tue, 03 Nov 2026 08:00:00 +0000\r\nMIME-Version: 1.0\r\n\r\n",
        id(number)
    )
    .into_bytes();
    while mail.len() < BYTES {
        mail.extend_from_slice(&[b'x'; 76]);
        mail.extend_from_slice(b"\r\n");
    }
    mail
}

fn id(number: usize) -> String {
    format!("<{number:040}@example.com>")
}

/// The ledger of a run that is cut off once its mails are stored.
async fn store_mails(burst: &Burst, count: usize) {
    let place = store::open("ledger", burst.dir(), true, &[]).expect("a folder");
    let ledger = Ledger::new(place);
    let holder = Holder {
        host: "here".into(),
        process: 1,
        token: "volume".into(),
        since: chrono::DateTime::UNIX_EPOCH,
        doing: "run".into(),
        machine: String::new(),
    };
    let run = ledger.begin(PERIOD.parse().expect("a month"), &holder).await.expect("a run");
    let put = |number: usize| {
        let run = &run;
        async move {
            let mail = mail(number);
            let planned = PlannedMail {
                number,
                message_id: id(number),
                report: "person".into(),
                unit: format!("P{number}"),
                recipient: format!("p{number}@example.com"),
                file_stem: format!("{number:06}"),
                sha256: sha256(&mail),
                size: mail.len(),
                withheld: None,
            };
            run.put(&Stored::Mail(number), mail).await.map(|()| planned)
        }
    };
    let mails = futures::stream::iter(1..=count).map(put).buffered(64);
    let mails: Vec<PlannedMail> = mails.try_collect().await.expect("stored mails");
    let outbox = Outbox {
        period: PERIOD.into(),
        version: 1,
        channel: "smtp".into(),
        from: "ops@example.com".into(),
        held: false,
        mails,
    };
    outbox.write(&run).await.expect("an outbox");
}

/// Its most memory so far, in MB, while it runs.
fn most_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kb| kb / 1024)
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, by hand"]
async fn volume() {
    let count = times("ATTAIN_MAILS", 100_000);
    let sessions = times("ATTAIN_CONNECTIONS", 8);
    let port = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let sink = sink(port).expect("smtp-sink of Postfix");
    let mut burst = Burst::new(1, port);
    burst.set("ATTAIN__DELIVERY__SMTP__CONNECTIONS", &sessions.to_string());
    let began = Instant::now();
    store_mails(&burst, count).await;
    println!("{count} mails of {BYTES} bytes stored in {:.0} s", began.elapsed().as_secs_f64());

    let began = Instant::now();
    let mut process = burst.start(&["resume", PERIOD]);
    let mut looked = Instant::now();
    let mut memory = Vec::new();
    while !process.has_ended() {
        if looked.elapsed() > Duration::from_secs(2) {
            memory.extend(most_memory(process.0.id()));
            looked = Instant::now();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let took = began.elapsed().as_secs_f64();
    let said = process.end();
    assert_eq!(said.code, 0, "{}", said.err);
    let rate = count as f64 / took;
    println!(
        "attain resume, {sessions} connections: {took:.1} s, {rate:.0} mails/s, most memory every 2 s: {memory:?} MB"
    );
    let files = std::fs::read_dir(burst.dir().join("ledger/runs/2026-10/v1/journal")).unwrap();
    println!("{} segments of the journal", files.count());

    let mut source = Command::new("/usr/sbin/smtp-source");
    source.args(["-s", &sessions.to_string(), "-m", &count.to_string(), "-l", &BYTES.to_string()]);
    let began = Instant::now();
    let ended = source.arg(format!("127.0.0.1:{port}")).stdout(Stdio::null()).status();
    assert!(ended.expect("smtp-source of Postfix").success());
    let rate = count as f64 / began.elapsed().as_secs_f64();
    println!("smtp-source, {sessions} sessions: {rate:.0} mails/s");
    drop(sink);
}
