//! The account of a run's mails: segments of entries, numbered without holes. A segment is created
//! where none is yet, so of two processes that write at once one finds out before it goes on.

use futures::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::claims::Claim;
use super::{LedgerError, Run, Stored};
use crate::model::Entry;

/// What was written at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Of the claim that its writer had.
    pub epoch: u32,
    /// The writer's token.
    pub writer: String,
    pub entries: Vec<Entry>,
}

/// How many segments are read at once.
const READ_AT_ONCE: usize = 16;

/// All segments of a run, in order.
///
/// # Errors
/// A store that cannot be read, and a text that is no segment.
pub async fn read(run: &Run) -> Result<Vec<Segment>, LedgerError> {
    let numbers = run.numbers("journal").await?;
    let segment = async |number: u32| run.read_json::<Segment>(&Stored::Segment(number)).await;
    let segments = futures::stream::iter(numbers).map(segment).buffered(READ_AT_ONCE);
    segments.try_filter_map(async |segment| Ok(segment)).try_collect().await
}

/// Ends what the holders of earlier epochs may write: the next number is taken.
///
/// # Errors
/// A store that cannot be read or written.
pub async fn fence(run: &Run, epoch: u32, writer: &str) -> Result<(), LedgerError> {
    loop {
        let number = run.numbers("journal").await?.last().copied().unwrap_or(0) + 1;
        let segment = Segment { epoch, writer: writer.to_owned(), entries: vec![Entry::Fence] };
        match run.put_json(&Stored::Segment(number), &segment).await {
            Err(LedgerError::Exists { .. }) => {}
            ended => return ended,
        }
    }
}

/// An account that is gone on with.
pub struct Journal<'a> {
    run: &'a Run,
    claim: &'a Claim,
    end: Mutex<End>,
}

struct End {
    next: u32,
    /// A segment of which nobody knows whether it was written; nothing else may take its number.
    unsure: Option<Vec<u8>>,
}

impl<'a> Journal<'a> {
    /// Goes on where the account ends, and returns what is in it.
    ///
    /// # Errors
    /// [`LedgerError::TakenOver`] where a later claim has written in it; a store that cannot be read.
    pub async fn open(run: &'a Run, claim: &'a Claim) -> Result<(Self, Vec<Segment>), LedgerError> {
        let segments = read(run).await?;
        if segments.iter().any(|segment| segment.epoch > claim.epoch) {
            claim.confirm().await?;
            return Err(claim.taken_over(None));
        }
        let next = u32::try_from(segments.len()).unwrap_or(u32::MAX).saturating_add(1);
        Ok((Self { run, claim, end: Mutex::new(End { next, unsure: None }) }, segments))
    }

    /// Writes the entries as one segment. After a failure the same segment is tried first.
    ///
    /// # Errors
    /// [`LedgerError::TakenOver`] where somebody else has written in it; a store that refuses.
    pub async fn append(&self, entries: &[Entry]) -> Result<(), LedgerError> {
        let mut end = self.end.lock().await;
        if let Some(segment) = end.unsure.clone() {
            self.write(&mut end, segment).await?;
        }
        let segment = Segment {
            epoch: self.claim.epoch,
            writer: self.claim.holder.token.clone(),
            entries: entries.to_vec(),
        };
        let mut text = serde_json::to_vec(&segment).map_err(|source| LedgerError::Content {
            path: format!("{}/{}", self.run.shown(), Stored::Segment(end.next)),
            source,
        })?;
        text.push(b'\n');
        self.write(&mut end, text).await
    }

    async fn write(&self, end: &mut End, segment: Vec<u8>) -> Result<(), LedgerError> {
        end.unsure = Some(segment.clone());
        match self.run.put(&Stored::Segment(end.next), segment).await {
            Ok(()) => {
                *end = End { next: end.next + 1, unsure: None };
                Ok(())
            }
            Err(LedgerError::Exists { .. }) => {
                self.claim.confirm().await?;
                Err(self.claim.taken_over(None))
            }
            Err(why) => Err(why),
        }
    }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
