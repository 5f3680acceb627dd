//! Deliveries that do not come to their end at once: cut off, put off, taken over, or wanted again.

mod held;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::project::{AS_OF, Project, Said};
use crate::smtp_server::{Reply, ScriptedServer};

/// The sample company, whose mails go to the server, with little to judge.
pub fn mailing_to(server: &ScriptedServer, more: &str) -> Project {
    let project = Project::of_two_months();
    let config = project.read("attain.toml");
    let smtp = format!(
        "\n[delivery.smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n{more}\n",
        server.port
    );
    let config = config.replacen("channel = \"folder\"", "channel = \"smtp\"", 1) + &smtp;
    project.write("attain.toml", config);
    project
}

fn command(project: &Project, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_attain"));
    command.args(arguments).arg("--config").arg(project.dir());
    command.env("ATTAIN__REPORTS__HISTORY_MONTHS", "0").env("ATTAIN__LEDGER__SILENCE_SECS", "2");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

pub fn attain(project: &Project, arguments: &[&str]) -> Said {
    said(command(project, arguments).output().expect("the program starts"))
}

fn start(project: &Project, arguments: &[&str]) -> Child {
    command(project, arguments).spawn().expect("the program starts")
}

pub fn run(project: &Project, more: &[&str]) -> Said {
    attain(project, &[&["run", "2026-10", "--as-of", AS_OF], more].concat())
}

/// Until it holds, and not for ever.
fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// `show --deliveries --json`, in which the states add up to the plan.
pub fn shown(project: &Project) -> Value {
    let shown = attain(project, &["show", "2026-10", "--deliveries", "--json"]).json();
    let totals = shown["totals"].as_object().unwrap().values();
    let total: u64 = totals.map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(total, shown["planned"].as_u64().unwrap(), "{}", shown["totals"]);
    assert_eq!(shown["mails"].as_array().unwrap().len() as u64, total);
    shown
}

/// The state of each mail, by its Message-ID.
pub fn states(shown: &Value) -> BTreeMap<String, String> {
    let text = |mail: &Value, key: &str| mail[key].as_str().unwrap().to_owned();
    let mails = shown["mails"].as_array().unwrap();
    mails.iter().map(|mail| (text(mail, "message_id"), text(mail, "state"))).collect()
}

fn eml(project: &Project, folder: &str) -> Vec<(String, Vec<u8>)> {
    project.files(folder).into_iter().filter(|(name, _)| name.ends_with(".eml")).collect()
}

#[test]
fn what_is_sent_in_the_end_are_the_mails_that_were_planned_before_the_first_one_left() {
    let project = Project::of_two_months();
    // The page that lists the mails is written after the last mail: here it cannot be.
    std::fs::create_dir_all(project.path("mails/2026-10-v1/index.html")).unwrap();
    let cut = run(&project, &[]);
    assert_eq!(cut.code, 1, "{}", cut.err);
    assert!(cut.err.contains("`attain resume` sends the rest"), "{}", cut.err);

    // As if it had been killed with sixteen mails claimed and half of them written.
    let ledger = project.path("ledger/runs/2026-10/v1");
    let first = ledger.join("journal/000001.json");
    let mut segment: Value = serde_json::from_slice(&std::fs::read(&first).unwrap()).unwrap();
    segment["entries"] = serde_json::json!([{ "claimed": (1..=16).collect::<Vec<u32>>() }]);
    std::fs::write(&first, segment.to_string()).unwrap();
    for segment in
        std::fs::read_dir(ledger.join("journal")).unwrap().map(|file| file.unwrap().path())
    {
        if !segment.ends_with("000001.json") {
            std::fs::remove_file(segment).unwrap();
        }
    }
    let planned = eml(&project, "mails/2026-10-v1");
    let left = |name: &str| name < "008";
    for (name, _) in project.files("mails/2026-10-v1").iter().filter(|(name, _)| !left(name)) {
        std::fs::remove_file(project.path(&format!("mails/2026-10-v1/{name}"))).unwrap();
    }
    let before = shown(&project);
    assert_eq!(before["run"]["state"], "delivering");
    assert_eq!(before["totals"]["in_doubt"], 16, "{}", before["totals"]);

    // Nothing could be computed any more.
    std::fs::remove_dir_all(project.path("data")).unwrap();
    let resumed = attain(&project, &["resume", "2026-10"]);
    assert_eq!(resumed.code, 0, "{}{}", resumed.out, resumed.err);
    assert_eq!(eml(&project, "mails/2026-10-v1"), planned);
    let stored: Vec<Vec<u8>> =
        eml(&project, "ledger/runs/2026-10/v1/mails").into_iter().map(|(_, mail)| mail).collect();
    let mut sent: Vec<Vec<u8>> = planned.into_iter().map(|(_, mail)| mail).collect();
    assert_eq!(sent.len(), stored.len());
    sent.retain(|mail| !stored.contains(mail));
    assert!(sent.is_empty(), "{} mails are not those of the ledger", sent.len());

    let after = shown(&project);
    assert_eq!(
        (&after["run"]["state"], after["totals"].as_object().unwrap().len()),
        (&Value::from("delivered"), 1)
    );
    let table = project.read("ledger/runs/2026-10/v1/results/deliveries.csv");
    assert_eq!(table.lines().count() as u64, after["planned"].as_u64().unwrap() + 1);

    let again = attain(&project, &["resume", "2026-10"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.contains("Nothing was left to send"), "{}", again.out);
    let gone = attain(&project, &["resume", "2026-09"]);
    assert_eq!(gone.code, 2, "{}", gone.err);
    assert!(gone.err.contains("there is no run of 2026-09"), "{}", gone.err);
}

#[test]
fn a_killed_run_sends_the_rest_when_it_is_resumed_and_nothing_twice() {
    let server = ScriptedServer::start(|heard| match heard.line {
        "." => Reply::Late(Duration::from_millis(3)),
        _ => Reply::Usual,
    });
    let project = mailing_to(&server, "");
    let mut child = start(&project, &["run", "2026-10", "--as-of", AS_OF]);
    wait_until("twenty mails", || server.seen().taken.len() >= 20);
    child.kill().unwrap();
    child.wait().unwrap();

    // On the machine that it ran on, nobody waits for it to fall silent.
    let resumed = attain(&project, &["resume", "2026-10"]);
    let shown = shown(&project);
    let (states, seen) = (states(&shown), server.seen());
    let counts = seen.counts();
    for (id, state) in &states {
        let times = counts.get(id.as_str()).copied().unwrap_or(0);
        match state.as_str() {
            "sent" => assert_eq!(times, 1, "{id}"),
            "in_doubt" => assert!(times <= 1, "{id} {times} times"),
            other => panic!("{id} is {other}"),
        }
    }
    let doubtful = states.values().filter(|state| *state == "in_doubt").count();
    assert!(doubtful <= 3, "more in doubt than connections: {}", shown["totals"]);
    assert_eq!(resumed.code, if doubtful == 0 { 0 } else { 4 }, "{}", resumed.err);
    drop(seen);

    if doubtful > 0 {
        assert!(resumed.out.contains("(in_doubt): the delivery was cut off"), "{}", resumed.out);
        let held = attain(&project, &["resume", "2026-10"]);
        assert_eq!((held.code, held.out.contains("Nothing was left to send")), (4, true));
    }
    let all = attain(&project, &["resume", "2026-10", "--in-doubt", "resend"]);
    assert_eq!(all.code, 0, "{}{}", all.out, all.err);
    assert_eq!(self::shown(&project)["totals"].as_object().unwrap().len(), 1);
}

#[test]
fn what_was_put_off_goes_when_it_is_resumed_and_what_was_refused_when_it_is_asked_for() {
    let server = ScriptedServer::start(|heard| {
        match (heard.to.split('@').next(), heard.line, heard.times) {
            (Some("jiahao.gao"), line, 1..=2) if line.starts_with("RCPT") => {
                Reply::Say("450 4.2.1 busy")
            }
            (Some("wei.guo"), line, 1..=2) if line.starts_with("RCPT") => {
                Reply::Say("550 5.1.1 nobody")
            }
            _ => Reply::Usual,
        }
    });
    let project = mailing_to(&server, "retry_secs = 0\n");
    let first = run(&project, &["--only", "E022"]);
    assert_eq!(first.code, 4, "{}{}", first.out, first.err);
    let of = |shown: &Value, recipient: &str| {
        let mails = shown["mails"].as_array().unwrap();
        let mail = mails.iter().find(|mail| mail["recipient"] == recipient).unwrap();
        let attempts = mail["attempts"].as_u64().unwrap();
        (
            mail["state"].as_str().unwrap().to_owned(),
            attempts,
            mail["host"].as_str().unwrap().to_owned(),
        )
    };
    let (busy, nobody) = ("jiahao.gao@mingde.example", "wei.guo@mingde.example");
    let failed = ("failed".to_owned(), 1, "127.0.0.1".to_owned());
    assert_eq!(
        (of(&shown(&project), busy), of(&shown(&project), nobody)),
        (failed.clone(), failed.clone())
    );

    // The server is still busy, and is asked for the one mail alone.
    let second = attain(&project, &["resume", "2026-10"]);
    assert_eq!(second.code, 4, "{}{}", second.out, second.err);
    assert_eq!((of(&shown(&project), busy).1, of(&shown(&project), nobody)), (2, failed));
    let third = attain(&project, &["resume", "2026-10"]);
    assert_eq!(third.code, 4, "{}{}", third.out, third.err);
    assert!(third.out.contains("1 of them left now"), "{}", third.out);
    assert_eq!(of(&shown(&project), busy), ("sent".to_owned(), 3, "127.0.0.1".to_owned()));

    let bare = attain(&project, &["resume", "2026-10", "--resend", "E022"]);
    assert_eq!(bare.code, 2, "{}", bare.err);
    let unknown = ["resume", "2026-10", "--resend", "E061", "--reason", "the mailbox is new"];
    let unknown = attain(&project, &unknown);
    assert_eq!(unknown.code, 2, "{}", unknown.err);
    assert!(unknown.err.contains("the run has no mail about it"), "{}", unknown.err);
    let reason = "the mailbox is new";
    let again = attain(&project, &["resume", "2026-10", "--resend", "E022", "--reason", reason]);
    assert_eq!(again.code, 4, "{}{}", again.out, again.err);
    let again = attain(&project, &["resume", "2026-10", "--resend", "E022", "--reason", reason]);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert_eq!(of(&shown(&project), nobody).0, "sent");
    let journal = project.files("ledger/runs/2026-10/v1/journal");
    let recorded =
        journal.iter().filter(|(_, text)| String::from_utf8_lossy(text).contains(reason));
    assert_eq!(recorded.count(), 2);
    let told = attain(&project, &["show", "2026-10", "--deliveries"]);
    // Three mails, twice each.
    assert_eq!(told.out.matches(&format!(": {reason}")).count(), 6, "{}", told.out);
    assert!(told.out.contains("was to be sent again by "), "{}", told.out);
    let tables = project.files("ledger/runs/2026-10/v1/results");
    assert!(tables.iter().any(|(name, _)| name == "deliveries-05.csv"));
}

#[test]
fn a_process_that_is_taken_over_stops_by_itself() {
    let goes_on = Arc::new(AtomicBool::new(false));
    let waits = Arc::clone(&goes_on);
    let server = ScriptedServer::start(move |heard| match heard.line {
        "." if !waits.load(Ordering::Relaxed) => Reply::Late(Duration::from_millis(300)),
        _ => Reply::Usual,
    });
    let project = mailing_to(&server, "connections = 1\n");
    let first = start(&project, &["run", "2026-10", "--as-of", AS_OF]);
    wait_until("two mails", || server.seen().taken.len() >= 2);

    let refused = run(&project, &[]);
    assert_eq!(refused.code, 3, "{}", refused.err);
    assert!(refused.err.contains(&format!("(process {})", first.id())), "{}", refused.err);
    goes_on.store(true, Ordering::Relaxed);
    let second = attain(&project, &["resume", "2026-10", "--take-over"]);
    let first = said(first.wait_with_output().unwrap());
    assert_eq!(first.code, 3, "{}{}", first.out, first.err);
    assert!(first.err.contains("another process has taken 2026-10 over"), "{}", first.err);

    let shown = shown(&project);
    let (states, seen) = (states(&shown), server.seen());
    for (id, times) in seen.counts() {
        assert_eq!(times, 1, "{id} is {}", states[id]);
    }
    let doubtful = states.values().filter(|state| *state == "in_doubt").count();
    assert!(doubtful <= 1, "{}", shown["totals"]);
    assert_eq!(second.code, if doubtful == 0 { 0 } else { 4 }, "{}{}", second.out, second.err);
    assert!(!Path::new(&project.path("ledger/runs/2026-10/v2")).exists());
}

#[cfg(unix)]
#[test]
fn a_run_that_is_asked_to_end_finishes_the_mails_under_way_and_leaves_no_doubt() {
    let server = ScriptedServer::start(|heard| match heard.line {
        "." => Reply::Late(Duration::from_millis(50)),
        _ => Reply::Usual,
    });
    let project = mailing_to(&server, "");
    let child = start(&project, &["run", "2026-10", "--as-of", AS_OF]);
    wait_until("four mails", || server.seen().taken.len() >= 4);
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let ended = said(child.wait_with_output().unwrap());
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("asked to end"), "{}", ended.err);
    let before = shown(&project);
    assert_eq!(before["totals"].as_object().unwrap().len(), 2, "{}", before["totals"]);
    assert_eq!(before["totals"]["sent"].as_u64().unwrap(), server.seen().taken.len() as u64);
    let resumed = attain(&project, &["resume", "2026-10"]);
    assert_eq!(resumed.code, 0, "{}{}", resumed.out, resumed.err);
    assert!(server.seen().counts().values().all(|times| *times == 1));
}
