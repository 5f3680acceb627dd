//! A letter to one recipient, before it is a mail.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// What makes a message the one it is: the same again is the same message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Identity {
    pub period: String,
    pub version: u32,
    /// The kind of report and its unit, such as `department/D20`.
    pub report: String,
    /// The address it goes to.
    pub recipient: String,
    pub channel: String,
}

/// A letter to one recipient.
#[derive(Clone, Debug)]
pub struct Letter {
    pub identity: Identity,
    /// Name and address of whom it is written to; a copy goes to another address.
    pub to: (String, String),
    /// All who get a copy, named in the letter.
    pub copies: Vec<(String, String)>,
    /// `zh-CN` or `en`.
    pub language: &'static str,
    pub subject: String,
    pub html: String,
    pub text: String,
    pub pictures: Vec<Picture>,
    pub attachments: Vec<Attachment>,
    /// The Message-ID of an earlier mail that it belongs to, and is shown with.
    pub in_reply_to: Option<String>,
    /// The time that stands in the mail.
    pub date: DateTime<Utc>,
    /// A name for its file, of letters, digits, `-` and `_`.
    pub file_stem: String,
}

/// A picture that the HTML shows by `cid:`.
#[derive(Clone, Debug)]
pub struct Picture {
    pub cid: String,
    pub png: Vec<u8>,
}

/// A file that goes with the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// As its reader sees it, in any script: `改进计划表-2026-10.xlsx`.
    pub name: String,
    /// Its MIME type.
    pub mime: &'static str,
    pub bytes: Vec<u8>,
}

/// The MIME type of XLSX workbooks.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The MIME type of CSV in UTF-8.
pub const CSV: &str = "text/csv; charset=utf-8";

/// The MIME type of PDF.
pub const PDF: &str = "application/pdf";

impl Attachment {
    /// The name without what no file's name, and no link to it, may hold.
    pub fn file_name(&self) -> String {
        file_name(&self.name)
    }
}

/// A name without what no file's name, and no link to it, may hold.
pub fn file_name(name: &str) -> String {
    let kept = |c: char| if c.is_control() || "/\\:*?\"<>|#%".contains(c) { '_' } else { c };
    name.chars().map(kept).collect()
}

impl Letter {
    /// The names of the files beside the mail that its attachments become.
    pub fn files_beside(&self) -> impl Iterator<Item = String> {
        self.attachments.iter().map(|file| format!("{}-{}", self.file_stem, file.file_name()))
    }
}

impl Identity {
    /// 32 hexadecimal digits that follow from the identity alone.
    pub fn digest(&self) -> String {
        let version = self.version.to_string();
        let parts =
            [&self.period, &version, &self.report, &self.recipient, &self.channel].map(|part| {
                // Lengths keep neighbours apart.
                format!("{}:{part}", part.len())
            });
        let hash = Sha256::digest(parts.concat().as_bytes());
        hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The Message-ID, `<digest@domain>`.
    pub fn message_id(&self, domain: &str) -> String {
        format!("<{}@{domain}>", self.digest())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_parts_do_not_run_together() {
        let identity = |report: &str, recipient: &str| Identity {
            period: "2026-10".into(),
            version: 1,
            report: report.into(),
            recipient: recipient.into(),
            channel: "smtp".into(),
        };
        assert_ne!(identity("ab", "c").digest(), identity("a", "bc").digest());
        assert_eq!(identity("ab", "c").digest(), identity("ab", "c").digest());
    }
}
