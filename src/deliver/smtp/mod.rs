//! The SMTP channel: a few connections, each protected and logged in as configured, each sending
//! one mail after the other.

mod answers;
mod connect;
mod hand_over;
mod login;
mod stream;
mod tls;

use std::sync::Mutex;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::Rset;
use tokio::sync::Semaphore;
use tokio::time::timeout;

pub use self::connect::ConnectError;
use self::connect::Connector;
use self::hand_over::{After, Limits, hand_over};
use self::stream::EndOfMail;
use crate::settings::{AnswerRule, SmtpSettings};

/// A mail server, with the connections to it that are idle.
pub struct Smtp {
    connector: Connector,
    rules: Vec<AnswerRule>,
    idle: Mutex<Vec<Open>>,
    /// One for each connection that may be open. Who sends has one, and makes a connection only
    /// where none is idle: so no more are open than there are turns.
    turns: Semaphore,
}

/// An open connection.
struct Open {
    connection: AsyncSmtpConnection,
    end_of_mail: EndOfMail,
    mails: usize,
    needs_reset: bool,
}

/// A mail and whom it goes to.
pub struct Parcel<'a> {
    pub from: &'a Address,
    pub to: &'a Address,
    pub mail: &'a [u8],
}

impl Parcel<'_> {
    fn domain(&self) -> String {
        self.to.domain().to_lowercase()
    }
}

/// How an attempt to send ended.
#[derive(Debug)]
pub enum Attempt {
    /// The server took the mail; its answer.
    Sent(String),
    /// It may go later, after the pause at the earliest.
    Later { why: String, pause: Duration },
    /// The recipient's domain, or the whole server, is to be left alone for a while.
    Throttled { why: String, pause: Option<Duration>, all: bool },
    /// Something that will not change.
    Refused(String),
    /// The connection died after the mail was handed over.
    InDoubt(String),
    /// It may not be handed over: its claim was refused when the server waited for it.
    Unclaimed,
    /// There is no connection; the mail has not begun.
    NoConnection(String),
    /// No mail can leave any more; this one has not begun.
    Stop(String),
}

impl Smtp {
    /// Connects once, so that a wrong host, certificate or password is known before any mail.
    ///
    /// # Errors
    /// What the server or the network refused.
    pub async fn open(
        settings: SmtpSettings,
        rules: Vec<AnswerRule>,
    ) -> Result<Self, ConnectError> {
        let turns = Semaphore::new(settings.connections);
        let connector = Connector::new(settings)?;
        let smtp = Self { connector, rules, idle: Mutex::new(Vec::new()), turns };
        let first = smtp.connect().await?;
        smtp.give_back(first);
        Ok(smtp)
    }

    pub fn settings(&self) -> &SmtpSettings {
        self.connector.settings()
    }

    /// Hands a mail over to the server, for one recipient. `claim` is asked when the server waits for
    /// the mail, and before anything of it leaves.
    pub async fn send(&self, parcel: &Parcel<'_>, claim: &impl AsyncFn() -> bool) -> Attempt {
        let _turn = self.turns.acquire().await;
        let limits = Limits {
            command: self.connector.limit(),
            data: Duration::from_secs(self.settings().data_timeout_secs),
        };
        loop {
            let mut open = match self.take_ready().await {
                Some(idle) => idle,
                None => match self.connect().await {
                    Ok(new) => new,
                    // Trying again would only lock the account.
                    Err(why @ ConnectError::Login(_)) => return Attempt::Stop(why.to_string()),
                    // The server was reached, trusted and logged in to before: it may be again.
                    Err(why) => return Attempt::NoConnection(why.to_string()),
                },
            };
            let used = open.mails > 0;
            let (connection, end) = (&mut open.connection, &open.end_of_mail);
            let handed =
                hand_over(connection, end, (parcel, claim), used, limits, &self.rules).await;
            open.mails += 1;
            open.needs_reset = handed.then == After::Reset;
            match handed.then {
                After::Keep | After::Reset => self.give_back(open),
                After::Drop => {}
                // A used connection is at an end; a new one never is stale.
                After::Stale => {
                    tracing::debug!("an idle connection had ended");
                    continue;
                }
            }
            return handed.attempt;
        }
    }

    /// Says goodbye on every connection.
    pub async fn close(self) {
        let limit = self.connector.limit();
        let idle = match self.idle.into_inner() {
            Ok(idle) => idle,
            Err(poisoned) => poisoned.into_inner(),
        };
        for open in idle {
            say_goodbye(open, limit).await;
        }
    }

    /// An idle connection that may carry another mail.
    async fn take_ready(&self) -> Option<Open> {
        let limit = self.connector.limit();
        while let Some(mut open) = self.take() {
            if open.mails >= self.settings().mails_per_connection {
                say_goodbye(open, limit).await;
                continue;
            }
            if !open.needs_reset {
                return Some(open);
            }
            if matches!(timeout(limit, open.connection.command(Rset)).await, Ok(Ok(_))) {
                return Some(open);
            }
        }
        None
    }

    fn take(&self) -> Option<Open> {
        self.idle.lock().ok().and_then(|mut idle| idle.pop())
    }

    fn give_back(&self, open: Open) {
        if let Ok(mut idle) = self.idle.lock() {
            idle.push(open);
        }
    }

    async fn connect(&self) -> Result<Open, ConnectError> {
        let (connection, end_of_mail) = self.connector.connect().await?;
        Ok(Open { connection, end_of_mail, mails: 0, needs_reset: false })
    }
}

/// All its mails are accounted for; a server that is gone by now changes nothing.
async fn say_goodbye(mut open: Open, limit: Duration) {
    let _ = timeout(limit, open.connection.quit()).await;
}
