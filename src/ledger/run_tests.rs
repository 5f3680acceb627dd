use super::*;
use crate::ledger::results::{put_table, reconciliation};
use crate::ledger::{ReportFormat, Table};
use crate::model::Total;
use crate::model::{Exact, Language};
use crate::report::document::ReportKind;
use crate::store;

fn holder(token: &str) -> Holder {
    let since = chrono::DateTime::UNIX_EPOCH;
    Holder {
        host: "here".into(),
        process: 7,
        token: token.into(),
        since,
        doing: "run".into(),
        machine: String::new(),
    }
}

fn ledger(folder: &tempfile::TempDir) -> Ledger {
    let location = folder.path().to_str().unwrap();
    Ledger::new(store::open(location, folder.path(), true, &[]).unwrap())
}

#[tokio::test]
async fn runs_that_begin_at_once_get_versions_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let month: Period = "2026-10".parse().unwrap();
    let holders: Vec<Holder> = (0..16).map(|who| holder(&who.to_string())).collect();
    let runs = holders.iter().map(|holder| ledger.begin(month, holder));
    let runs = futures::future::join_all(runs).await;
    let mut versions: Vec<u32> = runs.into_iter().map(|run| run.unwrap().version).collect();
    versions.sort_unstable();
    assert_eq!(versions, (1..=16).collect::<Vec<_>>());
    assert_eq!(ledger.versions(month).await.unwrap(), versions);
}

#[tokio::test]
async fn nothing_is_overwritten_and_the_same_again_is_no_second_file() {
    let folder = tempfile::tempdir().unwrap();
    let run = ledger(&folder).begin("2026-10".parse().unwrap(), &holder("me")).await.unwrap();
    let mail = Stored::Mail(1);
    run.put(&mail, "first").await.unwrap();
    run.put(&mail, "first").await.unwrap();
    let again = run.put(&mail, "second").await;
    assert!(matches!(again, Err(LedgerError::Exists { .. })));
    assert_eq!(run.read(&mail).await.unwrap().unwrap(), "first");
    assert_eq!(run.read(&Stored::Mail(2)).await.unwrap(), None);
}

#[tokio::test]
async fn the_last_delivery_tells_how_far_a_run_came() {
    let folder = tempfile::tempdir().unwrap();
    let run = ledger(&folder).begin("2026-10".parse().unwrap(), &holder("me")).await.unwrap();
    let finished = |state| Finished {
        state,
        at: chrono::DateTime::UNIX_EPOCH,
        mails: std::collections::BTreeMap::new(),
        stopped_by: Vec::new(),
    };
    let mut states = Vec::new();
    for (stored, ended) in [
        (Stored::Delivering(1), None),
        // Cut off, and resumed.
        (Stored::Delivering(2), None),
        (Stored::Finished(2), Some(finished(RunState::DeliveredInPart))),
        (Stored::Delivering(3), None),
        (Stored::Finished(3), Some(finished(RunState::Delivered))),
    ] {
        states.push(run.summary().await.unwrap().state);
        run.put_json(&stored, &ended).await.unwrap();
    }
    use RunState::{Begun, Delivered, DeliveredInPart, Delivering};
    assert_eq!(states, [Begun, Delivering, Delivering, DeliveredInPart, Delivering]);
    assert_eq!(run.summary().await.unwrap().state, Delivered);
    assert_eq!(run.next_delivery().await.unwrap(), 4);
}

#[tokio::test]
async fn a_run_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let refused = ledger(&folder).open("2026-10".parse().unwrap(), Some(3)).await.unwrap_err();
    assert_eq!(refused.to_string(), "there is no run of 2026-10 with version 3");
}

#[tokio::test]
async fn a_unit_with_a_long_name_keeps_its_report() {
    let folder = tempfile::tempdir().unwrap();
    let run = ledger(&folder).begin("2026-10".parse().unwrap(), &holder("me")).await.unwrap();
    for end in ["一", "二"] {
        let unit = format!("{}{end}", "华东大区/".repeat(60));
        let (id, kind) = (unit.as_str().into(), ReportKind::Department);
        let report = Stored::Report(kind, id, Language::Zh, ReportFormat::Html);
        run.put(&report, unit.clone()).await.unwrap();
        assert_eq!(run.read(&report).await.unwrap().unwrap(), unit);
    }
}

#[tokio::test]
async fn an_amount_that_no_column_holds_is_refused_not_absent() {
    let folder = tempfile::tempdir().unwrap();
    let run = ledger(&folder).begin("2026-10".parse().unwrap(), &holder("me")).await.unwrap();
    let total = Total {
        extract: "orders".into(),
        metric: "sales".into(),
        total: Exact::parse("1e40").unwrap(),
        credited: Exact::zero(),
        unassigned: Exact::zero(),
        rejected: Exact::zero(),
        undated: Exact::zero(),
        overlay: Exact::zero(),
        period: None,
        rows: 1,
        rejected_rows: 0,
    };
    let columns = reconciliation(&[total]);
    let refused = put_table(&run, Table::Reconciliation, &columns).await;
    assert!(matches!(refused, Err(LedgerError::Table { .. })), "{refused:?}");
}
