//! The mails by which a held run tells whoever is responsible for the data: accounted for, and no
//! delivery.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{attain, mailing_to, run, shown, start, wait_until};
use crate::project::{AS_OF, Project};
use crate::smtp_server::{Reply, ScriptedServer};

/// A control total that the sample's orders miss, so that every run is held, and a second reader of
/// that.
fn hold(project: &Project) {
    let orders = project.read("extracts/orders.toml");
    let second = orders.replace("\"销售助理\"", "\"crm@mingde.example\"");
    let control = "stated = [{ period = \"2026-10\", rows = 1 }]\n";
    project.write("extracts/orders.toml", format!("{second}\n{control}"));
}

fn let_go(project: &Project) {
    let held = project.read("extracts/orders.toml");
    let (orders, _) = held.split_once("\nstated = ").expect("it holds the run");
    project.write("extracts/orders.toml", orders);
}

#[test]
fn the_mails_of_a_held_run_are_accounted_for_and_are_no_delivery() {
    let server = ScriptedServer::start(|heard| match (heard.to.split('@').next(), heard.line) {
        (Some("data"), line) if line.starts_with("RCPT") => Reply::Say("451 4.3.0 later"),
        (Some("crm"), ".") => Reply::TakeAndHangUp,
        _ => Reply::Usual,
    });
    let project = mailing_to(&server, "retry_secs = 0\nrun_retry_secs = 0\n");
    hold(&project);
    let held = run(&project, &[]);
    assert_eq!(held.code, 3, "{}{}", held.out, held.err);
    assert!(held.err.contains("could not be told: data@mingde.example (failed)"), "{}", held.err);

    let before = shown(&project);
    assert_eq!((&before["run"]["state"], &before["planned"]), (&"held".into(), &2.into()));
    let counts = serde_json::json!({ "failed": 1, "in_doubt": 1 });
    assert_eq!(before["totals"], counts);
    assert_eq!(before["run"]["finished"]["mails"], counts);
    let mail = |to: &str| {
        let mails = before["mails"].as_array().unwrap();
        mails.iter().find(|mail| mail["recipient"] == to).expect("a mail to them").clone()
    };
    let (failed, doubtful) = (mail("data@mingde.example"), mail("crm@mingde.example"));
    assert!(failed["detail"].as_str().unwrap().contains("4.3.0 later"), "{failed}");
    assert_eq!(failed["report"], "quality");
    assert_eq!(server.seen().taken[0].message_id, doubtful["message_id"].as_str().unwrap());
    let table = project.read("ledger/runs/2026-10/v1/results/deliveries.csv");
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(!project.path("ledger/runs/2026-10/v1/delivering").exists());

    for command in [&["resume", "2026-10"][..], &["approve", "2026-10", "--by", "me"]] {
        let refused = attain(&project, command);
        assert_eq!(refused.code, 3, "{}{}", refused.out, refused.err);
        assert!(refused.err.contains("no report was mailed"), "{}", refused.err);
        let where_to = "`attain show 2026-10 v1 --deliveries`";
        assert!(refused.err.contains(where_to), "{}", refused.err);
    }
    assert_eq!(server.seen().taken.len(), 1);
    assert_eq!(shown(&project), before, "nothing was touched");
    let_go(&project);
    let sent = run(&project, &["--only", "E022"]);
    assert_eq!(sent.code, 0, "{}{}", sent.out, sent.err);
}

#[test]
fn a_run_that_is_killed_while_it_tells_the_data_owner_blocks_nothing() {
    let answers = Arc::new(AtomicBool::new(false));
    let answered = Arc::clone(&answers);
    let server = ScriptedServer::start(move |heard| match heard.line {
        "." => Reply::When(Arc::clone(&answered)),
        _ => Reply::Usual,
    });
    let project = mailing_to(&server, "");
    hold(&project);
    let mut child = start(&project, &["run", "2026-10", "--as-of", AS_OF]);
    let journal = project.dir().join("ledger/runs/2026-10/v1/journal");
    let is_claim =
        |path| std::fs::read_to_string(path).is_ok_and(|text| text.contains("\"claimed\""));
    wait_until("a claim", || {
        let mut pages = std::fs::read_dir(&journal).into_iter().flatten().flatten();
        pages.any(|page| is_claim(page.path()))
    });
    child.kill().unwrap();
    child.wait().unwrap();
    answers.store(true, Ordering::Relaxed);
    let killed = shown(&project);
    assert_eq!((&killed["run"]["state"], &killed["planned"]), (&"begun".into(), &2.into()));

    let refused = attain(&project, &["resume", "2026-10"]);
    assert_eq!(refused.code, 3, "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("no report was mailed"), "{}", refused.err);
    let killed = shown(&project);
    assert!(killed["totals"]["in_doubt"].as_u64() >= Some(1), "{}", killed["totals"]);

    // The next run is held as well, and tells them both; once mended, it delivers.
    let held = run(&project, &[]);
    assert_eq!(held.code, 3, "{}{}", held.out, held.err);
    let told = shown(&project);
    assert_eq!((&told["run"]["version"], &told["totals"]["sent"]), (&2.into(), &2.into()));
    let_go(&project);
    let sent = run(&project, &["--only", "E022"]);
    assert_eq!(sent.code, 0, "{}{}", sent.out, sent.err);
}
