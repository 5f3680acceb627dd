//! A mail server that does as a test says: it answers late, wrongly or not at all, or hangs up, and
//! keeps a record of what it heard and took.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use attain::deliver::{Channel, Letter, Receipt, State, send_unrecorded};
use attain::settings::{ChannelSettings, DeliverySettings, Security, SmtpSettings};
use chrono::DateTime;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// What the server does about a line.
pub enum Reply {
    /// What any server would say.
    Usual,
    Say(&'static str),
    SayAndHangUp(&'static str),
    Late(Duration),
    /// What any server would say, once it is true.
    When(Arc<AtomicBool>),
    /// Nothing, now or later.
    Never,
    HangUp,
    /// To a mail: it is taken, and nobody hears of it.
    TakeAndHangUp,
    /// To `DATA`: go on, and away after so many bytes of the mail.
    HangUpWithin(usize),
}

/// What the script decides by.
pub struct Heard<'a> {
    /// The number of the connection, from 0.
    pub connection: usize,
    /// How many mails were taken over it.
    pub taken: usize,
    /// The recipient named last.
    pub to: &'a str,
    /// How often a mail to this recipient was begun, this one included.
    pub times: usize,
    /// `.` ends a mail.
    pub line: &'a str,
}

pub type Script = Arc<dyn Fn(&Heard<'_>) -> Reply + Send + Sync>;

/// What it offers.
#[derive(Clone, Default)]
pub struct Offers {
    /// From the first byte.
    pub tls: Option<TlsAcceptor>,
    pub starttls: Option<TlsAcceptor>,
    /// Put behind the go-ahead for STARTTLS, in the same packet.
    pub behind_starttls: &'static str,
    /// `PLAIN LOGIN`.
    pub auth: &'static str,
}

/// A mail that was taken.
#[derive(Clone, Debug)]
pub struct Taken {
    pub message_id: String,
    pub to: String,
    pub connection: usize,
    pub at: Instant,
}

/// What the server saw.
#[derive(Default)]
pub struct Seen {
    pub taken: Vec<Taken>,
    pub lines: Vec<String>,
    pub connections: usize,
    open: usize,
    pub most_open: usize,
    begun: BTreeMap<String, usize>,
    under_way: BTreeMap<String, usize>,
    /// By domain.
    pub most_under_way: BTreeMap<String, usize>,
}

impl Seen {
    /// How often each mail was taken, by its Message-ID.
    pub fn counts(&self) -> BTreeMap<&str, usize> {
        let mut counts = BTreeMap::new();
        for taken in &self.taken {
            *counts.entry(taken.message_id.as_str()).or_default() += 1;
        }
        counts
    }

    pub fn heard(&self, line: &str) -> usize {
        self.lines.iter().filter(|heard| heard.starts_with(line)).count()
    }
}

/// It runs until it is dropped.
pub struct ScriptedServer {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl ScriptedServer {
    pub fn start(script: impl Fn(&Heard<'_>) -> Reply + Send + Sync + 'static) -> Self {
        Self::offering(Offers::default(), script)
    }

    pub fn offering(
        offers: Offers,
        script: impl Fn(&Heard<'_>) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (stop, stopped) = oneshot::channel();
        let (bound, port) = std::sync::mpsc::channel();
        let (shared, script): (_, Script) = (Arc::clone(&seen), Arc::new(script));
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            let serve = async move {
                let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
                bound.send(listener.local_addr().expect("an address")).expect("a listener");
                tokio::select! {
                    () = accept(listener, offers, script, shared) => {}
                    _ = stopped => {}
                }
            };
            runtime.block_on(serve);
            runtime.shutdown_background();
        });
        let address: SocketAddr = port.recv().expect("an address");
        Self { port: address.port(), seen, stop: Some(stop), thread: Some(thread) }
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("a whole record")
    }

    /// From now on nobody listens, and every connection is cut.
    pub fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().expect("a server that ends");
        }
    }

    pub fn settings(&self) -> DeliverySettings {
        DeliverySettings {
            channel: ChannelSettings::Smtp(SmtpSettings {
                host: "127.0.0.1".into(),
                port: self.port,
                security: Security::None,
                login: None,
                ca: None,
                any_certificate: false,
                connections: 1,
                mails_per_connection: 1000,
                per_minute: None,
                timeout_secs: 2,
                data_timeout_secs: 2,
                retry_secs: 20,
                run_retry_secs: 60,
            }),
            from: "销售运营 <ops@example.com>".into(),
            reply_to: None,
            list_id: None,
            allowed_domains: Vec::new(),
            max_mail_mb: 20,
            dkim: Vec::new(),
            answers: Vec::new(),
            limits: Vec::new(),
            bounces: None,
        }
    }

    pub fn smtp(&self, change: impl FnOnce(&mut SmtpSettings)) -> DeliverySettings {
        let mut settings = self.settings();
        if let ChannelSettings::Smtp(smtp) = &mut settings.channel {
            change(smtp);
        }
        settings
    }

    /// Each mail that was sent was taken once, none twice, and none that failed was taken.
    pub fn assert_accounted_for(&self, letters: &[Letter], receipts: &[Receipt]) {
        let seen = self.seen();
        let counts = seen.counts();
        assert_eq!(receipts.len(), letters.len());
        for receipt in receipts {
            let id = receipt.message_id.as_str();
            let taken = counts.get(id).copied().unwrap_or(0);
            let right = match receipt.state {
                State::Sent => taken == 1,
                State::InDoubt => taken <= 1,
                State::Failed | State::Suppressed => taken == 0,
                State::Planned | State::Claimed => false,
            };
            assert!(right, "taken {taken} times: {receipt:?}");
        }
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Sends to each recipient, and returns the receipts.
pub async fn deliver(settings: &DeliverySettings, letters: &[Letter]) -> Vec<Receipt> {
    let all = async {
        let channel = Channel::open(settings, "run".as_ref()).await;
        let channel = channel.unwrap_or_else(|why| panic!("{why}"));
        let clock = || DateTime::UNIX_EPOCH;
        let receipts = send_unrecorded(letters, &channel, settings, &clock, &|_| {}).await;
        channel.close().await;
        receipts
    };
    tokio::time::timeout(Duration::from_secs(60), all).await.expect("an end")
}

async fn accept(listener: TcpListener, offers: Offers, script: Script, seen: Arc<Mutex<Seen>>) {
    for connection in 0.. {
        let (stream, _) = listener.accept().await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        let (offers, script, seen) = (offers.clone(), Arc::clone(&script), Arc::clone(&seen));
        tokio::spawn(async move {
            {
                let mut seen = seen.lock().unwrap();
                seen.connections += 1;
                seen.open += 1;
                seen.most_open = seen.most_open.max(seen.open);
            }
            let talk = Talk { connection, taken: 0, to: String::new(), script, seen };
            let seen = Arc::clone(&talk.seen);
            // A client may go at any time.
            let _ = talk.greet(stream, &offers).await;
            seen.lock().unwrap().open -= 1;
        });
    }
}

struct Talk {
    connection: usize,
    taken: usize,
    to: String,
    script: Script,
    seen: Arc<Mutex<Seen>>,
}

enum After {
    GoOn,
    HangUp,
    Encrypt,
}

impl Talk {
    async fn greet(mut self, stream: TcpStream, offers: &Offers) -> std::io::Result<()> {
        if let Some(tls) = &offers.tls {
            return self.converse(tls.accept(stream).await?, offers, true).await.map(|_| ());
        }
        let mut stream = stream;
        if self.converse(&mut stream, offers, true).await?
            && let Some(tls) = &offers.starttls
        {
            self.converse(tls.accept(stream).await?, offers, false).await?;
        }
        Ok(())
    }

    /// Until one hangs up; whether it ends because the rest is to be encrypted.
    async fn converse(
        &mut self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        offers: &Offers,
        greets: bool,
    ) -> std::io::Result<bool> {
        let mut stream = BufReader::new(stream);
        if greets {
            let greeting = self.decide("CONNECT", "220 ready");
            if !matches!(self.answer(&mut stream, greeting).await?, After::GoOn) {
                return Ok(false);
            }
        }
        let mut line = String::new();
        while stream.read_line(&mut line).await? > 0 {
            let said = std::mem::take(&mut line).trim_end().to_owned();
            self.seen.lock().unwrap().lines.push(said.clone());
            let after = self.hear(&mut stream, &said, offers).await?;
            match after {
                After::GoOn => {}
                After::HangUp => return Ok(false),
                After::Encrypt => return Ok(true),
            }
        }
        Ok(false)
    }

    async fn hear(
        &mut self,
        stream: &mut BufReader<impl AsyncRead + AsyncWrite + Unpin>,
        said: &str,
        offers: &Offers,
    ) -> std::io::Result<After> {
        if let Some(to) = said.strip_prefix("RCPT TO:<") {
            self.to = to.split('>').next().unwrap_or_default().to_owned();
            *self.seen.lock().unwrap().begun.entry(self.to.clone()).or_default() += 1;
        }
        let ehlo = format!(
            "250-here{}{}\r\n250 8BITMIME",
            if offers.starttls.is_some() { "\r\n250-STARTTLS" } else { "" },
            if offers.auth.is_empty() {
                String::new()
            } else {
                format!("\r\n250-AUTH {}", offers.auth)
            },
        );
        let usual = match said {
            "STARTTLS" => format!("220 go\r\n{}", offers.behind_starttls).trim_end().to_owned(),
            "DATA" => "354 go on".to_owned(),
            "AUTH LOGIN" => "334 VXNlcjo=".to_owned(),
            "QUIT" => "221 bye".to_owned(),
            _ if said.starts_with("EHLO") => ehlo,
            _ if said.starts_with("AUTH") => "235 welcome".to_owned(),
            _ => "250 fine".to_owned(),
        };
        let decided = self.decide(said, &usual);
        if let (Reply::HangUpWithin(bytes), _) = &decided {
            stream.write_all(b"354 go on\r\n").await?;
            stream.read_exact(&mut vec![0; *bytes]).await?;
            return Ok(After::HangUp);
        }
        let goes_on = matches!(&decided.0, Reply::Usual | Reply::Late(_) | Reply::When(_));
        match self.answer(stream, decided).await? {
            After::GoOn if said == "DATA" && goes_on => self.take_mail(stream).await,
            After::GoOn if said == "STARTTLS" && goes_on => Ok(After::Encrypt),
            after => Ok(after),
        }
    }

    async fn take_mail(
        &mut self,
        stream: &mut BufReader<impl AsyncRead + AsyncWrite + Unpin>,
    ) -> std::io::Result<After> {
        let domain = self.to.split('@').nth(1).unwrap_or_default().to_owned();
        self.under_way(&domain, true);
        let (mut id, mut line) = (String::new(), String::new());
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                self.under_way(&domain, false);
                return Ok(After::HangUp);
            }
            if line == ".\r\n" {
                break;
            }
            if let Some(value) = line.strip_prefix("Message-ID: ").filter(|_| id.is_empty()) {
                id = value.trim().to_owned();
            }
        }
        let decided = self.decide(".", "250 2.0.0 taken");
        let is_taken = matches!(
            &decided.0,
            Reply::Usual | Reply::Late(_) | Reply::When(_) | Reply::TakeAndHangUp
        );
        if is_taken {
            self.taken += 1;
            let (to, connection) = (self.to.clone(), self.connection);
            let taken = Taken { message_id: id, to, connection, at: Instant::now() };
            self.seen.lock().unwrap().taken.push(taken);
        }
        let after = self.answer(stream, decided).await;
        self.under_way(&domain, false);
        after
    }

    fn under_way(&self, domain: &str, begins: bool) {
        let mut seen = self.seen.lock().unwrap();
        let now = seen.under_way.entry(domain.to_owned()).or_default();
        *now = if begins { *now + 1 } else { *now - 1 };
        let now = *now;
        let most = seen.most_under_way.entry(domain.to_owned()).or_default();
        *most = now.max(*most);
    }

    fn decide<'a>(&self, line: &str, usual: &'a str) -> (Reply, &'a str) {
        let times = self.seen.lock().unwrap().begun.get(&self.to).copied().unwrap_or(0);
        let (connection, taken, to) = (self.connection, self.taken, self.to.as_str());
        ((self.script)(&Heard { connection, taken, to, times, line }), usual)
    }

    async fn answer(
        &self,
        stream: &mut BufReader<impl AsyncRead + AsyncWrite + Unpin>,
        (reply, usual): (Reply, &str),
    ) -> std::io::Result<After> {
        let (words, after) = match reply {
            Reply::Usual => (usual, After::GoOn),
            Reply::Say(words) => (words, After::GoOn),
            Reply::SayAndHangUp(words) => (words, After::HangUp),
            Reply::Late(pause) => {
                tokio::time::sleep(pause).await;
                (usual, After::GoOn)
            }
            Reply::When(may_go_on) => {
                while !may_go_on.load(Ordering::Relaxed) {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                (usual, After::GoOn)
            }
            Reply::Never => return Ok(After::GoOn),
            Reply::HangUp | Reply::TakeAndHangUp | Reply::HangUpWithin(_) => {
                return Ok(After::HangUp);
            }
        };
        stream.write_all(format!("{words}\r\n").as_bytes()).await?;
        stream.flush().await?;
        Ok(after)
    }
}
