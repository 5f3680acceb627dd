//! The ways that mails leave.

use std::path::Path;

use super::folder::Folder;
use super::smtp::Smtp;
use crate::model::{Diagnostic, Place};
use crate::settings::{ChannelSettings, DeliverySettings};

/// An open channel.
pub enum Channel {
    Folder(Folder),
    Smtp(Box<Smtp>),
}

impl Channel {
    /// Opens the configured channel; the folder channel writes into a folder of the run's own,
    /// `run` below the configured one.
    ///
    /// # Errors
    /// A folder that cannot be written to; a server that cannot be reached, trusted or logged
    /// in to.
    pub async fn open(settings: &DeliverySettings, run: &Path) -> Result<Self, Diagnostic> {
        match &settings.channel {
            ChannelSettings::Folder { path } => {
                let path = path.join(run);
                let shown = path.display().to_string();
                Folder::open(path).map(Self::Folder).map_err(|why| {
                    let what = format!("the folder for the mails cannot be made: {why}");
                    Diagnostic::error(Place::file(shown), what, "name one that may be written to")
                })
            }
            ChannelSettings::Smtp(smtp) => {
                let place = Place::file(format!("{}:{}", smtp.host, smtp.port));
                match Smtp::open(smtp.clone(), settings.answers.clone()).await {
                    Ok(smtp) => Ok(Self::Smtp(Box::new(smtp))),
                    Err(why) => Err(Diagnostic::error(
                        place,
                        why.to_string(),
                        "check [delivery.smtp]: host, port, security, user, password or token, and ca_file",
                    )),
                }
            }
        }
    }

    /// The word in identities and results.
    pub fn name(settings: &DeliverySettings) -> &'static str {
        match settings.channel {
            ChannelSettings::Folder { .. } => "folder",
            ChannelSettings::Smtp(_) => "smtp",
        }
    }

    /// The folder that the mails are in, where they are in one.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder.path()),
            Self::Smtp(_) => None,
        }
    }

    /// The server that mails are given to.
    pub fn host(&self) -> Option<&str> {
        match self {
            Self::Folder(_) => None,
            Self::Smtp(smtp) => Some(&smtp.settings().host),
        }
    }

    /// Lets go of what the channel holds.
    pub async fn close(self) {
        if let Self::Smtp(smtp) = self {
            smtp.close().await;
        }
    }
}
