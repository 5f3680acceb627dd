//! Every path that the ledger stores, in one enum.

use std::fmt;

use super::manifest::sha256;
use super::told::Told;
use crate::model::{Language, Period, UnitId};
use crate::report::document::ReportKind;

/// A file of a run, or of the claims on its period and of what was told of it. Nothing else is ever stored, and nothing is ever
/// overwritten.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stored {
    /// Who began the run, and when: created first, so that no two runs share a version.
    Claim,
    /// What the run was made from.
    Manifest,
    /// A table of results.
    Result(Table, TableFormat),
    /// A rendered report.
    Report(ReportKind, UnitId, Language, ReportFormat),
    /// A file that goes with a report: its name, and what its name ends in.
    Attachment(UnitId, Language, String, String),
    /// A mail as it leaves, to the byte; the number is its place in the plan, from 1.
    Mail(usize),
    /// All mails of the plan: written once they are there.
    Outbox,
    /// Who approved the outbox, when, and with which hash.
    Approved,
    /// Written just before the first mail leaves: from here on, some may have gone out. The number
    /// is that of the delivery: a run that is resumed has several.
    Delivering(u32),
    /// Entries of the account of the mails; those who write at once meet at the same number.
    Segment(u32),
    /// How the run ended, or ended once more.
    Finished(u32),
    /// `deliveries` at a later end; at the first it is a [`Stored::Result`].
    LaterDeliveries(u32, TableFormat),
    /// Who has the period. The number is the epoch: whoever takes over creates the next one.
    Epoch(u32),
    /// A sign of life of who has it.
    Beat(u32, u32),
    /// Somebody else looked, which tells the store's time: a token, and how often.
    Look(u32, String, u32),
    /// Who had the period let it go.
    Released(u32),
    /// Somebody was told something of the period, apart from any run.
    Told(Told),
    /// What became of the mails by which they were.
    ToldMails(Told),
    /// One of these mails that came back, by its hash.
    ToldBounce(String),
    /// What the chats are to hear, as it was when the mails were planned.
    Bulletin,
    /// A post is about to leave: chat and what it says, such as `sales-summary`, and the attempt.
    PostBegun(String, u32),
    /// What became of it.
    Post(String, u32),
    /// A mail of the run that came back, by its hash.
    Bounce(String),
}

/// The tables of results; their columns are a public contract (docs/results.md).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    Scores,
    Composites,
    Coefficients,
    Pace,
    Flags,
    Tilt,
    Drivers,
    Parts,
    Actions,
    Rejects,
    Reconciliation,
    TargetReconciliation,
    Restatements,
    Deliveries,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableFormat {
    Parquet,
    Csv,
}

impl TableFormat {
    /// What the name of a file in it ends in.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReportFormat {
    Html,
    Text,
}

impl Table {
    pub const ALL: [Self; 14] = [
        Self::Scores,
        Self::Composites,
        Self::Coefficients,
        Self::Pace,
        Self::Flags,
        Self::Tilt,
        Self::Drivers,
        Self::Parts,
        Self::Actions,
        Self::Rejects,
        Self::Reconciliation,
        Self::TargetReconciliation,
        Self::Restatements,
        Self::Deliveries,
    ];

    /// The name of its files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scores => "scores",
            Self::Composites => "composites",
            Self::Coefficients => "coefficients",
            Self::Pace => "pace",
            Self::Flags => "flags",
            Self::Tilt => "tilt",
            Self::Drivers => "drivers",
            Self::Parts => "parts",
            Self::Actions => "actions",
            Self::Rejects => "rejects",
            Self::Reconciliation => "reconciliation",
            Self::TargetReconciliation => "target_reconciliation",
            Self::Restatements => "restatements",
            Self::Deliveries => "deliveries",
        }
    }
}

impl Stored {
    /// A file that goes with a report, by the name that its reader sees.
    pub fn attachment(unit: &UnitId, language: Language, name: &str) -> Self {
        let (name, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        Self::Attachment(unit.clone(), language, name.to_owned(), ending.to_owned())
    }

    /// The path below the ledger's place.
    pub fn path(&self, period: Period, version: u32) -> String {
        match self {
            Self::Epoch(_)
            | Self::Beat(..)
            | Self::Look(..)
            | Self::Released(_)
            | Self::Told(_)
            | Self::ToldMails(_)
            | Self::ToldBounce(_) => {
                format!("runs/{period}/{self}")
            }
            _ => format!("{}/{self}", run_folder(period, version)),
        }
    }

    /// Whether it has to outlive a power cut: whether a mail is sent again hangs on it.
    pub fn is_vital(&self) -> bool {
        matches!(
            self,
            Self::Mail(_) | Self::Outbox | Self::Approved | Self::Delivering(_) | Self::Segment(_)
        )
    }
}

/// The folder of an epoch's signs of life, below the ledger's place.
pub fn epoch_folder(period: Period, epoch: u32) -> String {
    format!("runs/{period}/claims/{epoch:06}")
}

/// The folder of what was told of a period, below the ledger's place.
pub fn told_folder(period: Period) -> String {
    format!("runs/{period}/told")
}

/// The folder of a run's bounces, below the run's.
pub const BOUNCES: &str = "bounces";

/// The path of what the operator was told: below the run, below the period where there was no run, or
/// by itself.
pub fn alert_path(period: Option<Period>, version: Option<u32>, hash: &str) -> String {
    match (period, version) {
        (Some(period), Some(version)) => {
            format!("{}/alerts/{hash}.json", run_folder(period, version))
        }
        (Some(period), None) => format!("alerts/{period}/{hash}.json"),
        (None, _) => format!("alerts/{hash}.json"),
    }
}

/// The folder of a run, below the ledger's place.
pub fn run_folder(period: Period, version: u32) -> String {
    format!("runs/{period}/v{version}")
}

/// The path below the run's folder, or the period's.
impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim => f.write_str("claim.json"),
            Self::Manifest => f.write_str("manifest.json"),
            Self::Result(table, format) => {
                write!(f, "results/{}.{}", table.name(), format.ending())
            }
            Self::Report(kind, unit, language, format) => {
                let ending = match format {
                    ReportFormat::Html => "html",
                    ReportFormat::Text => "txt",
                };
                // The company has several reports.
                let lists = match kind {
                    ReportKind::Hr => ".hr",
                    ReportKind::Quality => ".quality",
                    _ => "",
                };
                let unit = file_name(unit.as_str());
                write!(f, "reports/{unit}{lists}.{}.{ending}", language.code())
            }
            Self::Attachment(unit, language, name, ending) => {
                let (unit, name) = (file_name(unit.as_str()), file_name(name));
                let ending = file_name(ending);
                write!(f, "reports/{unit}.{}/{name}.{ending}", language.code())
            }
            Self::Mail(number) => write!(f, "mails/{number:05}.eml"),
            Self::Outbox => f.write_str("outbox.json"),
            Self::Approved => f.write_str("approved.json"),
            Self::Delivering(number) => write!(f, "delivering/{number:02}.json"),
            Self::Segment(number) => write!(f, "journal/{number:06}.json"),
            Self::Finished(number) => write!(f, "finished/{number:02}.json"),
            Self::LaterDeliveries(number, format) => {
                write!(f, "results/deliveries-{number:02}.{}", format.ending())
            }
            Self::Epoch(epoch) => write!(f, "claims/{epoch:06}.json"),
            Self::Beat(epoch, number) => write!(f, "claims/{epoch:06}/beat-{number:06}.json"),
            Self::Look(epoch, token, times) => {
                write!(f, "claims/{epoch:06}/look-{}-{times}.json", file_name(token))
            }
            Self::Released(epoch) => write!(f, "claims/{epoch:06}/released.json"),
            Self::Told(told) => write!(f, "told/{}.json", told.name()),
            Self::ToldMails(told) => write!(f, "told/{}.mails.json", told.name()),
            Self::ToldBounce(hash) => write!(f, "told/bounced-{hash}.json"),
            Self::Bulletin => f.write_str("bulletin.json"),
            Self::PostBegun(name, attempt) => {
                write!(f, "posts/{}-{attempt:03}.begun.json", file_name(name))
            }
            Self::Post(name, attempt) => write!(f, "posts/{}-{attempt:03}.json", file_name(name)),
            Self::Bounce(hash) => write!(f, "{BOUNCES}/{hash}.json"),
        }
    }
}

/// An id as a part of a file name: letters, digits, `-` and `_` of any script stay, everything
/// else is written `~` and the hexadecimal of its bytes, so that different ids never meet. A disk
/// takes names of 255 bytes: of a longer one the beginning stays, and its hash.
pub fn file_name(id: &str) -> String {
    const LONGEST: usize = 200;
    let name = escape(id);
    if name.len() <= LONGEST {
        return name;
    }
    // Escaping never writes two `~` in a row.
    let mark = format!("~~{}", &sha256(id.as_bytes())[..32]);
    format!("{}{mark}", &name[..name.floor_char_boundary(LONGEST - mark.len())])
}

fn escape(id: &str) -> String {
    let mut name = String::new();
    for letter in id.chars() {
        if letter.is_alphanumeric() || letter == '-' || letter == '_' {
            name.push(letter);
        } else {
            let mut bytes = [0; 4];
            for byte in letter.encode_utf8(&mut bytes).bytes() {
                name.push_str(&format!("~{byte:02x}"));
            }
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strange_ids_stay_apart_and_inside_their_folder() {
        assert_eq!(file_name("../a b"), "~2e~2e~2fa~20b");
        assert_eq!(file_name("华东区"), "华东区");
        assert_ne!(file_name("a/b"), file_name("a~2fb"));
        let path = |kind| {
            let report = Stored::Report(kind, "C/1".into(), Language::Zh, ReportFormat::Html);
            report.path("2026-10".parse().unwrap(), 2)
        };
        assert_eq!(path(ReportKind::Company), "runs/2026-10/v2/reports/C~2f1.zh.html");
        assert_eq!(path(ReportKind::Hr), "runs/2026-10/v2/reports/C~2f1.hr.zh.html");
        let quality = "runs/2026-10/v2/reports/C~2f1.quality.zh.html";
        assert_eq!(path(ReportKind::Quality), quality);
    }
}
