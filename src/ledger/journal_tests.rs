use super::*;
use std::time::Duration;

use crate::ledger::claims::{Holder, Terms};
use crate::ledger::{Held, Ledger};
use crate::model::Period;
use crate::store;

fn ledger(folder: &tempfile::TempDir) -> Ledger {
    let location = folder.path().to_str().unwrap();
    Ledger::new(store::open(location, folder.path(), true, &[]).unwrap())
}

fn month() -> Period {
    "2026-10".parse().unwrap()
}

fn holder(token: &str) -> Holder {
    Holder {
        host: "here".into(),
        process: 7,
        token: token.into(),
        since: chrono::DateTime::UNIX_EPOCH,
        doing: "run".into(),
        machine: String::new(),
    }
}

async fn claim(ledger: &Ledger, token: &str, silence_ms: u64) -> Result<Claim, Held> {
    let terms = Terms { silence: Duration::from_millis(silence_ms), take_over: false };
    ledger.claim(month(), holder(token), terms, &|_| false).await.unwrap()
}

async fn take_over(ledger: &Ledger, token: &str) -> Claim {
    let terms = Terms { silence: Duration::from_secs(300), take_over: true };
    ledger.claim(month(), holder(token), terms, &|_| false).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_claim_at_once_one_has_the_period_and_the_others_hear_who() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let tokens: Vec<String> = (0..16).map(|who| format!("t{who}")).collect();
    let claims = tokens.iter().map(|token| claim(&ledger, token, 60_000));
    let claims = futures::future::join_all(claims).await;
    let (mut mine, theirs): (Vec<_>, Vec<_>) = claims.into_iter().partition(Result::is_ok);
    assert_eq!((mine.len(), theirs.len()), (1, 15));
    let winner = mine.pop().unwrap().unwrap();
    for held in theirs {
        assert_eq!(held.unwrap_err().holder, winner.holder);
    }
    assert_eq!(ledger.holder(month()).await.unwrap().as_ref(), Some(&winner.holder));
    winner.release().await;
    assert_eq!(ledger.holder(month()).await.unwrap(), None);
    assert_eq!(claim(&ledger, "next", 60_000).await.unwrap().epoch, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_silent_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let living = claim(&ledger, "living", 500).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let held = claim(&ledger, "other", 500).await.unwrap_err();
    assert!(held.silent < Duration::from_millis(500), "{held:?}");
    assert!(living.confirm().await.is_ok());

    // It dies without a word.
    drop(living);
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(claim(&ledger, "third", 500).await.unwrap().epoch, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_taken_over_sees_it_at_its_next_sign_of_life() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let first = claim(&ledger, "first", 500).await.unwrap();
    assert!(first.check().is_ok());
    let second = take_over(&ledger, "second").await;
    let why = first.confirm().await.unwrap_err().to_string();
    assert!(why.contains("taken 2026-10 over: `attain run` on host here"), "{why}");
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert!(first.check().is_err());
    assert!(second.confirm().await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_writer_is_fenced_off_wherever_it_stood() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let first = claim(&ledger, "first", 60_000).await.unwrap();
    let run = ledger.begin(month(), &first.holder).await.unwrap();
    let not_opened = ledger.begin(month(), &first.holder).await.unwrap();
    let (journal, _) = Journal::open(&run, &first).await.unwrap();
    journal.append(&[Entry::Claimed(vec![1])]).await.unwrap();

    let second = take_over(&ledger, "second").await;
    let late = journal.append(&[Entry::Claimed(vec![2])]).await;
    assert!(matches!(late, Err(LedgerError::TakenOver { .. })), "{late:?}");
    let late = journal.append(&[Entry::Claimed(vec![3])]).await;
    assert!(matches!(late, Err(LedgerError::TakenOver { .. })), "it stays out: {late:?}");
    let late = Journal::open(&not_opened, &first).await.err();
    assert!(matches!(late, Some(LedgerError::TakenOver { .. })), "{late:?}");

    let (journal, before) = Journal::open(&run, &second).await.unwrap();
    let entries: Vec<Entry> = before.into_iter().flat_map(|segment| segment.entries).collect();
    assert_eq!(entries, [Entry::Claimed(vec![1]), Entry::Fence]);
    journal.append(&[Entry::Claimed(vec![4])]).await.unwrap();
    assert_eq!(read(&run).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_segment_whose_answer_was_lost_is_written_once() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let claim = claim(&ledger, "me", 60_000).await.unwrap();
    let run = ledger.begin(month(), &claim.holder).await.unwrap();
    let (journal, _) = Journal::open(&run, &claim).await.unwrap();
    journal.append(&[Entry::Claimed(vec![1])]).await.unwrap();
    // As if it had not heard that it was written.
    let written = run.read(&Stored::Segment(1)).await.unwrap().unwrap().to_vec();
    *journal.end.lock().await = End { next: 1, unsure: Some(written) };
    journal.append(&[Entry::Returned(1)]).await.unwrap();
    let entries: Vec<Entry> =
        read(&run).await.unwrap().into_iter().flat_map(|segment| segment.entries).collect();
    assert_eq!(entries, [Entry::Claimed(vec![1]), Entry::Returned(1)]);
}
