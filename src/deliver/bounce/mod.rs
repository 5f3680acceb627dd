//! Mails that came back: reports of other servers, read from a mailbox that is never changed.

mod mailbox;
mod report;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use mailbox::{Mailbox, Unread};
pub use report::{Returned, read_report};

/// What a report says of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Given up for good (5.x.x): the address is wrong, or refuses these mails.
    Hard,
    /// Given up for now (4.x.x): the mail did not arrive, the address may be right.
    Soft,
    /// Not delivered yet, and still tried.
    Delayed,
}

impl Severity {
    /// The word in the ledger and on the terminal.
    pub fn code(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
            Self::Delayed => "delayed",
        }
    }
}

/// What became of one of our mails after a server had taken it, as another server reports it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bounce {
    /// Of our mail, with its brackets.
    pub message_id: String,
    /// The address that our mail went to.
    pub recipient: String,
    /// The address that refused it, where it was passed on to another one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub final_recipient: Option<String>,
    pub severity: Severity,
    /// As RFC 3463 counts: `5.1.1`.
    pub status: String,
    /// The words of the server, shortened and on one line.
    pub detail: String,
    /// Who reports it.
    pub reporter: String,
}

impl Bounce {
    /// 32 hexadecimal digits: the same report of the same mail again has the same.
    pub fn digest(&self) -> String {
        let parts =
            [&*self.message_id, &self.recipient, self.severity.code(), &self.status].join("\n");
        let hash = Sha256::digest(parts.as_bytes());
        hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}
