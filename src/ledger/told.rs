//! What the schedule told, so that nobody is told twice: created once, beside the runs.

use chrono::NaiveDate;
use serde::Serialize;

use super::LedgerError;
use super::run::Ledger;
use super::stored::{Stored, told_folder};
use crate::model::{Period, Receipt};

/// Something that was told of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// Those who are responsible were reminded on a day.
    Reminded(NaiveDate),
    /// The window ended, and nothing was mailed to the owners.
    Deadline,
}

impl Told {
    /// The name of its files, without what they end in.
    pub fn name(self) -> String {
        match self {
            Self::Reminded(day) => format!("reminded-{day}"),
            Self::Deadline => "deadline".to_owned(),
        }
    }

    fn read(file: &str) -> Option<Self> {
        let name = file.strip_suffix(".json")?;
        match name.strip_prefix("reminded-") {
            Some(day) => day.parse().ok().map(Self::Reminded),
            None => (name == "deadline").then_some(Self::Deadline),
        }
    }
}

impl Ledger {
    /// Takes it on oneself to tell something. Of two who do so at once, one is given `true`.
    ///
    /// # Errors
    /// A store that cannot be read or written.
    pub async fn begin_to_tell(
        &self,
        period: Period,
        told: Told,
        record: &impl Serialize,
    ) -> Result<bool, LedgerError> {
        let stored = Stored::Told(told);
        let text = serde_json::to_vec_pretty(record)
            .map_err(|source| LedgerError::Content { path: stored.path(period, 0), source })?;
        match self.of_period(period).create(&stored, text.into()).await {
            Ok(()) => Ok(true),
            Err(LedgerError::Exists { .. }) => Ok(false),
            Err(why) => Err(why),
        }
    }

    /// Records what became of the mails that told it.
    ///
    /// # Errors
    /// A store that cannot be written.
    pub async fn put_told_mails(
        &self,
        period: Period,
        told: Told,
        receipts: &[Receipt],
    ) -> Result<(), LedgerError> {
        self.of_period(period).put_json(&Stored::ToldMails(told), &receipts).await
    }

    /// What became of the mails that told something; nothing where whoever told it died before they
    /// could record it.
    ///
    /// # Errors
    /// A store that cannot be read, and a text that is no such record.
    pub async fn told_mails(
        &self,
        period: Period,
        told: Told,
    ) -> Result<Vec<Receipt>, LedgerError> {
        let receipts = self.of_period(period).read_json(&Stored::ToldMails(told)).await?;
        Ok(receipts.unwrap_or_default())
    }

    /// What was told of a period, in order.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn told(&self, period: Period) -> Result<Vec<Told>, LedgerError> {
        let listed = self.list(&told_folder(period)).await?;
        let files = listed.objects.iter().filter_map(|file| file.location.filename());
        let mut told: Vec<Told> = files.filter_map(Told::read).collect();
        told.sort_unstable();
        Ok(told)
    }

    /// The periods that it holds anything of, in order.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn periods(&self) -> Result<Vec<Period>, LedgerError> {
        let folders = self.folders("runs").await?;
        let mut periods: Vec<Period> =
            folders.iter().filter_map(|name| name.parse().ok()).collect();
        periods.sort_unstable();
        Ok(periods)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store;

    #[tokio::test]
    async fn what_was_told_is_known_and_is_told_by_one_alone() {
        let dir = tempfile::tempdir().unwrap();
        let place = store::open(dir.path().to_str().unwrap(), dir.path(), true, &[]).unwrap();
        let ledger = Ledger::new(place);
        let month: Period = "2026-10".parse().unwrap();
        assert!(ledger.told(month).await.unwrap().is_empty());
        let day = Told::Reminded("2026-11-03".parse().unwrap());
        let both =
            futures::future::join_all((0..8).map(|_| ledger.begin_to_tell(month, day, &"to whom")));
        let begun = both.await.into_iter().filter(|begun| *begun.as_ref().unwrap()).count();
        assert_eq!(begun, 1);
        assert!(ledger.begin_to_tell(month, Told::Deadline, &"to whom").await.unwrap());
        assert_eq!(ledger.told(month).await.unwrap(), [day, Told::Deadline]);

        // What became of its mails lies beside it, and is nothing that was told.
        let receipt = Receipt {
            message_id: "<1@x>".into(),
            recipient: "a@x".into(),
            state: crate::model::State::Sent,
            detail: "250 taken".into(),
            at: chrono::DateTime::UNIX_EPOCH,
            attempts: 1,
            host: String::new(),
            retriable: false,
        };
        let receipts = [receipt];
        ledger.put_told_mails(month, day, &receipts).await.unwrap();
        assert_eq!(ledger.told_mails(month, day).await.unwrap(), receipts);
        assert!(ledger.told_mails(month, Told::Deadline).await.unwrap().is_empty());
        assert_eq!(ledger.told(month).await.unwrap(), [day, Told::Deadline]);
        assert!(ledger.told("2026-09".parse().unwrap()).await.unwrap().is_empty());

        // Runs know nothing of it.
        assert!(ledger.runs().await.unwrap().is_empty());
        assert_eq!(ledger.periods().await.unwrap(), [month]);
    }
}
