//! Real stores: what the ledger builds on holds in each, and an extract reads the same from all.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use attain::data::load::{LoadRequest, load};
use attain::data::rows::read_rows;
use attain::ledger::claims::Terms;
use attain::ledger::{Holder, Journal, Ledger, LedgerError, ReportFormat, RunState, Stored};
use attain::model::{Diagnostics, Entry, Language, Period};
use attain::report::document::ReportKind;
use attain::settings::ExtractSettings;
use attain::store::{self, Place};
use futures::TryStreamExt;
use futures::future::join_all;
use object_store::{Error, ObjectStoreExt, PutMode, PutPayload};

use crate::testbed::Server;

type Env = Vec<(String, String)>;

#[tokio::test]
async fn a_folder_keeps_what_the_ledger_builds_on() {
    let folder = tempfile::tempdir().unwrap();
    let location = folder.path().to_str().unwrap();
    let place = store::open(location, Path::new("/"), false, &[]).unwrap();
    holds_create_if_absent(&place).await;
    keeps_each_run(&place).await;
    keeps_claims(&place).await;
    lists_what_lies_below(&place).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_keeps_what_the_ledger_builds_on() {
    let Some(server) = Server::start("seaweedfs", &[]) else { return };
    let env = env_of(&server);
    let place = open("s3://attain/some/where", &env);
    holds_create_if_absent(&place).await;
    keeps_each_run(&place).await;
    keeps_claims(&place).await;
    lists_what_lies_below(&place).await;
    reads_like_a_folder("s3://attain/extracts", &env, true).await;

    let wrong = with(&env, "AWS_SECRET_ACCESS_KEY", "not-the-secret");
    let refused = read_all("s3://attain/extracts", Path::new("/"), &wrong).await.unwrap_err();
    let said = format!("{refused:?}");
    assert!(said.contains("orders"), "the message names the place: {said}");
    assert!(!said.contains("not-the-secret"), "the message gives the secret away: {said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn azure_keeps_what_the_ledger_builds_on() {
    let Some(server) = Server::start("azurite", &[]) else { return };
    let env = env_of(&server);
    let place = open("az://attain/some/where", &env);
    holds_create_if_absent(&place).await;
    keeps_each_run(&place).await;
    keeps_claims(&place).await;
    lists_what_lies_below(&place).await;
    reads_like_a_folder("az://attain/extracts", &env, true).await;

    let wrong = with(&env, "AZURE_STORAGE_ACCOUNT_KEY", "bm90LXRoZS1rZXk=");
    let refused = read_all("az://attain/extracts", Path::new("/"), &wrong).await.unwrap_err();
    assert!(format!("{refused:?}").contains("orders"), "the message names the place: {refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn google_storage_reads_like_a_folder() {
    let files = crm_files();
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    let Some(server) = Server::start("fake-gcs", &files) else { return };
    reads_like_a_folder("gs://attain", &env_of(&server), false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_web_reads_like_a_folder() {
    let files = crm_files();
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), &bytes[..])).collect();
    let Some(server) = Server::start("web", &files) else { return };
    reads_like_a_folder(&server.env["URL"], &[], false).await;
}

/// Of many who create one object at once, one does, and its bytes stay.
async fn holds_create_if_absent(place: &Place) {
    let path = place.at("claims/2026-10/v1.json").unwrap();
    let tries = (0..16u8).map(|who| {
        let payload = PutPayload::from(vec![who]);
        let path = &path;
        async move { (who, place.store.put_opts(path, payload, PutMode::Create.into()).await) }
    });
    let mut winners = Vec::new();
    for (who, outcome) in join_all(tries).await {
        match outcome {
            Ok(_) => winners.push(who),
            Err(Error::AlreadyExists { .. }) => {}
            Err(why) => panic!("neither made nor there already: {why}"),
        }
    }
    assert_eq!(winners.len(), 1, "exactly one may win: {winners:?}");
    let stored = place.store.get(&path).await.unwrap().bytes().await.unwrap();
    assert_eq!(stored[..], [winners[0]]);
}

/// Runs that begin at once get versions of their own; what one has written stays as it is.
async fn keeps_each_run(place: &Place) {
    let ledger = Ledger::new(place.clone());
    let month: Period = "2026-10".parse().unwrap();
    let holders: Vec<Holder> = (0..8).map(|who| holder(&who.to_string())).collect();
    let runs = join_all(holders.iter().map(|holder| ledger.begin(month, holder))).await;
    let mut versions: Vec<u32> = runs.iter().map(|run| run.as_ref().unwrap().version).collect();
    versions.sort_unstable();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6, 7, 8]);

    let run = ledger.open(month, Some(8)).await.unwrap();
    let (kind, unit) = (ReportKind::Department, "华东/1 区".into());
    let report = Stored::Report(kind, unit, Language::Zh, ReportFormat::Html);
    run.put(&report, "first").await.unwrap();
    let again = run.put(&report, "second").await;
    assert!(matches!(again, Err(LedgerError::Exists { .. })), "{again:?}");
    assert_eq!(run.read(&report).await.unwrap().unwrap(), "first");
    assert_eq!(run.read(&Stored::Manifest).await.unwrap(), None);

    let other = ledger.begin("2026-09".parse().unwrap(), &holders[0]).await.unwrap();
    let listed = ledger.runs().await.unwrap();
    let first = listed.first().map(|run| (run.period, run.version, run.state));
    assert_eq!(first, Some((other.period, 1, RunState::Begun)));
    assert_eq!(listed.len(), 9);
    let gone = ledger.open(month, Some(9)).await;
    assert!(matches!(gone, Err(LedgerError::NoRun { .. })), "{gone:?}");
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

/// Of many who claim a period at once one has it; whoever takes it over fences the one before off.
async fn keeps_claims(place: &Place) {
    let (ledger, month) = (Ledger::new(place.clone()), "2026-08".parse().unwrap());
    let terms = Terms { silence: Duration::from_secs(60), take_over: false };
    let claims = (0..8).map(|who| ledger.claim(month, holder(&who.to_string()), terms, &|_| false));
    let claims = join_all(claims).await.into_iter().map(|claim| claim.unwrap());
    let (mut mine, theirs): (Vec<_>, Vec<_>) = claims.partition(Result::is_ok);
    assert_eq!((mine.len(), theirs.len()), (1, 7));
    let first = mine.pop().unwrap().unwrap();
    let run = ledger.begin(month, &first.holder).await.unwrap();
    let (journal, _) = Journal::open(&run, &first).await.unwrap();
    journal.append(&[Entry::Claimed(vec![1])]).await.unwrap();

    let terms = Terms { take_over: true, ..terms };
    let second = ledger.claim(month, holder("second"), terms, &|_| false).await.unwrap().unwrap();
    let late = journal.append(&[Entry::Claimed(vec![2])]).await;
    assert!(matches!(late, Err(LedgerError::TakenOver { .. })), "{late:?}");
    let (journal, before) = Journal::open(&run, &second).await.unwrap();
    let before: Vec<Entry> = before.into_iter().flat_map(|segment| segment.entries).collect();
    assert_eq!(before, [Entry::Claimed(vec![1]), Entry::Fence]);
    journal.append(&[Entry::Returned(1)]).await.unwrap();
    second.release().await;
    assert_eq!(ledger.holder(month).await.unwrap(), None);
}

/// Names in Chinese and with blanks come back as they were given, and nothing else does.
async fn lists_what_lies_below(place: &Place) {
    let names = ["files/2026-10/v1/manifest.json", "files/2026-10/v1/reports/华东 区 100%.html"];
    for name in names.iter().chain(&["files/2026-1/other"]) {
        place.store.put(&place.at(name).unwrap(), PutPayload::from_static(b"x")).await.unwrap();
    }
    let below = place.at("files/2026-10").unwrap();
    let listed = place.store.list(Some(&below)).map_ok(|object| object.location);
    let mut listed: Vec<_> = listed.try_collect().await.unwrap();
    listed.sort();
    let mut expected = names.map(|name| place.at(name).unwrap());
    expected.sort();
    assert_eq!(listed, expected);
}

/// Two extracts from a store are the same, to the byte and the row, as from a folder.
async fn reads_like_a_folder(location: &str, env: &[(String, String)], upload: bool) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in crm_files() {
        let path = folder.path().join(&name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &bytes).unwrap();
        if upload {
            let place = open(location, env);
            place.store.put(&place.at(&name).unwrap(), bytes.into()).await.unwrap();
        }
    }
    let local = read_all(folder.path().to_str().unwrap(), Path::new("/"), &[]).await.unwrap();
    let remote = read_all(location, Path::new("/"), env).await.unwrap();
    assert_eq!(local["orders"].1.len(), 3, "{local:?}");
    assert_eq!(remote, local);
}

/// Size and hash of each input, and each row's cells, by extract.
type Content = BTreeMap<String, (Vec<(u64, String)>, Vec<Vec<Option<String>>>)>;

async fn read_all(
    location: &str,
    base: &Path,
    env: &[(String, String)],
) -> Result<Content, Diagnostics> {
    let extracts = [
        extract("orders", "orders/{period}.csv", "csv.encoding = \"gb18030\""),
        extract("people", "people.csv", ""),
    ];
    let request = LoadRequest {
        extracts: &extracts,
        root: location,
        base,
        through: "2026-10".parse().unwrap(),
        late_allowed: false,
        env,
        kept: None,
    };
    let frames = load(&request, &mut |_| {}).await?;
    let content = frames.iter().map(|frame| {
        let inputs = frame.inputs.iter().map(|file| (file.size, file.sha256.clone())).collect();
        let rows = read_rows(frame, &["id", "name"]).unwrap();
        let cells = |column: &str, row: usize| rows[row].get(column).map(str::to_owned);
        let rows = (0..rows.len()).map(|row| vec![cells("id", row), cells("name", row)]).collect();
        (frame.extract.to_string(), (inputs, rows))
    });
    Ok(content.collect())
}

fn extract(id: &str, location: &str, more: &str) -> ExtractSettings {
    let text = format!(
        "location = \"{location}\"\nformat = \"csv\"\n{more}\n\
         [[columns]]\nname = \"id\"\ntype = \"text\"\n[[columns]]\nname = \"name\"\ntype = \"text\"\n"
    );
    let mut settings: ExtractSettings = toml::from_str(&text).unwrap();
    settings.id = id.into();
    settings
}

fn crm_files() -> Vec<(String, Vec<u8>)> {
    let gbk = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    vec![
        ("orders/2026-09.csv".into(), gbk("id,name\n1,华东区\n2,大客户部\n")),
        ("orders/2026-10.csv".into(), gbk("id,name\n3,北区\n")),
        ("people.csv".into(), "id,name\nE1,王芳\n".into()),
    ]
}

fn open(location: &str, env: &[(String, String)]) -> Place {
    store::open(location, Path::new("/"), true, env).unwrap()
}

fn env_of(server: &Server) -> Env {
    server.env.clone().into_iter().collect()
}

fn with(env: &[(String, String)], name: &str, value: &str) -> Env {
    let others = env.iter().filter(|(key, _)| key != name).cloned();
    others.chain([(name.to_owned(), value.to_owned())]).collect()
}
