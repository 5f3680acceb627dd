//! How many mails a second leave, measured by hand:
//! `cargo test --test it -- --ignored --nocapture throughput`, with `ATTAIN_MAILS` for their number.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use attain::deliver::mime::to_mime;
use attain::deliver::smtp::{Attempt, Parcel, Smtp};
use attain::deliver::{Letter, State};
use attain::settings::{ChannelSettings, DeliverySettings, Security};

use crate::smtp::letter;
use crate::smtp_secure::certificates;
use crate::smtp_server::{Offers, Reply, ScriptedServer, deliver};

const SINK: &str = "/usr/sbin/smtp-sink";

pub struct Sink(Child);

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Postfix's sink, which takes mails as fast as can be and offers no encryption.
pub fn sink(port: u16) -> Option<Sink> {
    let mut command = Command::new(SINK);
    let address = format!("127.0.0.1:{port}");
    command.args(["-u", "postfix", &address, "1000"]).stdout(Stdio::null());
    let child = command.spawn().ok()?;
    std::thread::sleep(Duration::from_millis(500));
    Some(Sink(child))
}

fn letters(count: usize) -> Vec<Letter> {
    (0..count)
        .map(|number| {
            let mut letter = letter(number, &format!("p{number}@example.com"));
            letter.pictures[0].png = vec![7; 12_000];
            letter.attachments[0].bytes = vec![5; 8_000];
            letter
        })
        .collect()
}

/// Hands one mail over again and again, as often as there are letters, over each connection.
async fn hand_over(settings: &DeliverySettings, mail: &[u8], count: usize) -> f64 {
    let ChannelSettings::Smtp(smtp) = &settings.channel else { panic!("no server") };
    let server = Smtp::open(smtp.clone(), Vec::new()).await.unwrap_or_else(|why| panic!("{why}"));
    let (from, to) = ("ops@example.com".parse().unwrap(), "a@example.com".parse().unwrap());
    let began = Instant::now();
    let share = count / smtp.connections;
    let one = async || {
        for _ in 0..share {
            let attempt = server.send(&Parcel { from: &from, to: &to, mail }, &async || true).await;
            assert!(matches!(attempt, Attempt::Sent(_)), "{attempt:?}");
        }
    };
    futures::future::join_all((0..smtp.connections).map(|_| one())).await;
    (share * smtp.connections) as f64 / began.elapsed().as_secs_f64()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement, by hand"]
async fn throughput() {
    let count = std::env::var("ATTAIN_MAILS").map_or(2000, |text| text.parse().expect("a number"));
    let letters = letters(count);
    let known = certificates().expect("openssl");
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let sink = sink(free).expect("smtp-sink of Postfix");
    let acceptor = Some(known.acceptor.clone());
    let offers = [
        Offers::default(),
        Offers { starttls: acceptor.clone(), ..Offers::default() },
        Offers { tls: acceptor, ..Offers::default() },
    ];
    let [plain, starttls, tls] = offers.map(|it| ScriptedServer::offering(it, |_| Reply::Usual));
    for (name, server, security, port) in [
        ("smtp-sink, none", &plain, Security::None, free),
        ("own server, none", &plain, Security::None, plain.port),
        ("own server, STARTTLS", &starttls, Security::StartTls, starttls.port),
        ("own server, TLS", &tls, Security::Tls, tls.port),
    ] {
        for connections in [1, 4] {
            let settings = server.smtp(|smtp| {
                (smtp.port, smtp.security, smtp.ca) = (port, security, Some(known.ca.clone()));
                smtp.connections = connections;
            });
            let mail = to_mime(&letters[0], &settings).unwrap();
            let handed = hand_over(&settings, &mail, count).await;
            let began = Instant::now();
            let receipts = deliver(&settings, &letters).await;
            let whole = count as f64 / began.elapsed().as_secs_f64();
            assert!(receipts.iter().all(|receipt| receipt.state == State::Sent));
            let size = mail.len();
            println!(
                "{name}, {connections} connections, {size} bytes: {handed:.0}/s handed over, {whole:.0}/s with the mails put together"
            );
        }
    }
    drop(sink);
}
