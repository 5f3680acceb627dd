//! What stands before a delivery: a person's approval, a first few mails, a test to one address.

use mail_parser::MessageParser;

use crate::project::Project;
use crate::resume::{attain, mailing_to, run, shown, states};
use crate::smtp_server::{Reply, ScriptedServer};

#[test]
fn exactly_the_mails_that_were_approved_leave_and_none_before() {
    let server = ScriptedServer::start(|_| Reply::Usual);
    let project = mailing_to(&server, "");
    project.edit("attain.toml", "channel = \"smtp\"", "channel = \"smtp\"\napprove = true");
    let held = run(&project, &["--json"]);
    assert_eq!(held.code, 3, "{}{}", held.out, held.err);
    let held = held.json();
    assert_eq!(held["state"], "awaiting_approval");
    let hash = held["to_approve"].as_str().unwrap().to_owned();
    let page = project.read("approval/2026-10-v1/index.html");
    assert!(page.contains("href=\"001-company-C00.eml\""), "the page leads to no mail");

    let wrong = format!("{}0", &hash[..12]).replace(&hash[..1], "z");
    for (command, code) in [
        (&["resume", "2026-10"][..], 3),
        (&["run", "2026-10", "--as-of", "2026-11-03"], 3),
        (&["approve", "2026-10", "--by", "王磊", "--hash", &wrong], 2),
        (&["approve", "2026-10", "--by", "王磊", "--hash", &hash[..11]], 2),
    ] {
        let said = attain(&project, command);
        assert_eq!(said.code, code, "{command:?}: {}{}", said.out, said.err);
    }
    assert_eq!(server.seen().connections, 0, "the server heard of it");

    // Whatever the data and the templates say by now.
    std::fs::remove_dir_all(project.path("data")).unwrap();
    let stored = project.files("ledger/runs/2026-10/v1/mails");
    let approved = attain(&project, &["approve", "2026-10", "--by", "王磊", "--hash", &hash[..12]]);
    assert_eq!(approved.code, 0, "{}{}", approved.out, approved.err);
    assert_eq!(project.files("ledger/runs/2026-10/v1/mails"), stored);
    let shown = shown(&project);
    assert_eq!(shown["run"]["state"], "delivered");
    let approval = &shown["approval"];
    assert_eq!((&approval["by"], &approval["outbox_sha256"]), (&"王磊".into(), &hash.into()));
    let (states, seen) = (states(&shown), server.seen());
    assert_eq!(seen.counts().len(), stored.len());
    assert!(seen.counts().iter().all(|(id, times)| *times == 1 && states[*id] == "sent"));

    drop(seen);
    let again = attain(&project, &["approve", "2026-10", "--by", "张伟"]);
    assert_eq!(again.code, 3, "{}", again.err);
    assert!(again.err.contains("v1 of 2026-10 was approved by 王磊"), "{}", again.err);
}

#[test]
fn where_one_of_the_first_mails_is_refused_the_others_wait() {
    let server = ScriptedServer::start(|heard| match heard.line {
        line if line.starts_with("RCPT TO:<min.xie") => Reply::Say("554 5.7.1 not from you"),
        _ => Reply::Usual,
    });
    let project = mailing_to(&server, "");
    let halted = run(&project, &["--canary", "3"]);
    assert_eq!(halted.code, 4, "{}{}", halted.out, halted.err);
    assert!(halted.out.contains("stopped after the first mails"), "{}", halted.out);
    assert!(halted.out.contains("`attain resume 2026-10` sends the others"), "{}", halted.out);
    assert_eq!(server.seen().taken.len(), 2);
    let told = attain(&project, &["show", "2026-10"]);
    let why = "stopped by: company/C00 (failed): permanent error (554): 5.7.1 not from you";
    assert!(told.out.contains(why), "{}", told.out);
    let refused = run(&project, &[]);
    assert_eq!(refused.code, 3, "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("some of the first mails were not taken"), "{}", refused.err);

    let resumed = attain(&project, &["resume", "2026-10"]);
    assert_eq!(resumed.code, 4, "{}{}", resumed.out, resumed.err);
    let shown = shown(&project);
    let (failed, planned) = (&shown["totals"]["failed"], shown["planned"].as_u64().unwrap());
    assert_eq!(shown["totals"]["sent"].as_u64().unwrap() + failed.as_u64().unwrap(), planned);
    assert!(server.seen().counts().values().all(|times| *times == 1));

    let all = run(&project, &["--again", "--only", "D10", "--canary", "1"]);
    assert_eq!(all.code, 0, "{}{}", all.out, all.err);
}

#[test]
fn a_test_goes_to_one_address_and_counts_as_nothing() {
    let project = Project::of_two_months();
    let to = "sales-ops@mingde.example";
    let tested = run(&project, &["--only", "E022", "--test-send", to]);
    assert_eq!(tested.code, 0, "{}{}", tested.out, tested.err);
    let words =
        format!("test, sent to {to} only, and nothing counts as delivered: 3 mails (3 sent)");
    assert!(tested.out.contains(&words), "{}", tested.out);
    let files = project.files("mails").into_iter().filter(|(name, _)| name.ends_with(".eml"));
    let mails: Vec<Vec<u8>> = files.map(|(_, mail)| mail).collect();
    assert_eq!(mails.len(), 3);
    let mut ids = Vec::new();
    for mail in &mails {
        let mail = MessageParser::default().parse(mail).unwrap();
        assert!(mail.subject().unwrap().starts_with("【测试】"), "{:?}", mail.subject());
        let reached = mail.to().and_then(|to| to.first()).and_then(|to| to.address());
        assert_eq!((reached, mail.cc().is_some()), (Some(to), false));
        ids.push(mail.message_id().unwrap().to_owned());
    }
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert!(project.files("ledger").is_empty());

    let outside = run(&project, &["--test-send", "me@elsewhere.example"]);
    assert_eq!(outside.code, 2, "{}{}", outside.out, outside.err);
    assert!(
        outside.err.contains("elsewhere.example is none of the allowed domains"),
        "{}",
        outside.err
    );
}
