//! Every path that the ledger stores, in one enum.

use std::fmt;

use super::manifest::sha256;
use crate::model::{Language, Period, UnitId};
use crate::report::document::ReportKind;

/// A file of a run. Nothing else is ever stored, and nothing is ever overwritten.
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
    /// Written just before the first mail leaves: from here on, some may have gone out.
    Delivering,
    /// What became of one mail; the number is its place in the plan.
    Receipt(usize),
    /// How the run ended.
    Finished,
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
        format!("{}/{self}", run_folder(period, version))
    }
}

/// The folder of a run, below the ledger's place.
pub fn run_folder(period: Period, version: u32) -> String {
    format!("runs/{period}/v{version}")
}

/// The path below the run's folder.
impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Claim => f.write_str("claim.json"),
            Self::Manifest => f.write_str("manifest.json"),
            Self::Result(table, TableFormat::Parquet) => {
                write!(f, "results/{}.parquet", table.name())
            }
            Self::Result(table, TableFormat::Csv) => write!(f, "results/{}.csv", table.name()),
            Self::Report(kind, unit, language, format) => {
                let ending = match format {
                    ReportFormat::Html => "html",
                    ReportFormat::Text => "txt",
                };
                // The company has two reports.
                let lists = if *kind == ReportKind::Hr { ".hr" } else { "" };
                let unit = file_name(unit.as_str());
                write!(f, "reports/{unit}{lists}.{}.{ending}", language.code())
            }
            Self::Attachment(unit, language, name, ending) => {
                let (unit, name) = (file_name(unit.as_str()), file_name(name));
                let ending = file_name(ending);
                write!(f, "reports/{unit}.{}/{name}.{ending}", language.code())
            }
            Self::Delivering => f.write_str("delivering.json"),
            Self::Receipt(number) => write!(f, "receipts/{number:05}.json"),
            Self::Finished => f.write_str("finished.json"),
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
    }
}
