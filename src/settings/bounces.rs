//! `[delivery.bounces]`: where mails come back to.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::problem::{Problem, Problems};

/// A mailbox on this machine that is read, and never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BounceSettings {
    /// A mailbox with `new` and `cur`, a file for each mail.
    Maildir(PathBuf),
    /// A folder of `.eml` files.
    Folder(PathBuf),
}

/// `[delivery.bounces]`, as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BouncesTable {
    maildir: Option<PathBuf>,
    folder: Option<PathBuf>,
}

impl BouncesTable {
    /// The settings; relative paths lie below `base`.
    pub(super) fn check(self, base: &Path, problems: &mut Problems) -> Option<BounceSettings> {
        match (self.maildir, self.folder) {
            (Some(path), None) => Some(BounceSettings::Maildir(base.join(path))),
            (None, Some(path)) => Some(BounceSettings::Folder(base.join(path))),
            _ => {
                problems.push(Problem::new(
                    "delivery.bounces",
                    "mails come back to one mailbox: a maildir or a folder",
                    "give either maildir = \"/home/ops/Maildir\" or folder = \"bounces\"",
                ));
                None
            }
        }
    }
}
