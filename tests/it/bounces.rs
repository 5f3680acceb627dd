//! Mails that come back: reports of a real Postfix, and of others as they write them.

use std::path::Path;

use super::cases::{cases, copy_folder};
use super::project::{Project, attain};
use super::smtp::mailbox;
use super::testbed::Server;

#[test]
fn what_postfix_sends_back_is_found_once_and_told_before_the_next_mail() {
    let Some(server) = Server::start("postfix", &[]) else { return };
    let own = tempfile::tempdir().unwrap();
    copy_folder(&cases().join("mails"), own.path());
    let edit = |file: &str, change: &dyn Fn(String) -> String| {
        let path = own.path().join(file);
        std::fs::write(&path, change(std::fs::read_to_string(&path).unwrap())).unwrap();
    };
    // Three boxes are there; nobody else's is.
    let people = |text: String| {
        let text = text.replace("shop.example", "example.com");
        text.replace("e00@", "a@").replace("e01@", "b@").replace("p01@", "c@")
    };
    edit("data/people.csv", &people);
    let maildir = Path::new(&server.env["MAIL"]).join("ops");
    edit("attain.toml", &|text| {
        let smtp = format!(
            "[delivery.smtp]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n\
             [delivery.bounces]\nmaildir = \"{}\"\n",
            server.env["BOUNCE_PORT"],
            maildir.display()
        );
        let text = text.replace("shop.example", "example.com");
        let text = text.replace("channel = \"folder\"", "channel = \"smtp\"");
        text.replace("[delivery]\n", "[delivery]\nallowed_domains = [\"example.com\"]\n") + &smtp
    });
    let dir = own.path().to_str().unwrap();
    std::fs::create_dir_all(maildir.join("new")).unwrap();
    std::fs::create_dir_all(maildir.join("cur")).unwrap();
    open_to_all(&maildir);
    let said = attain(&["run", "2026-09", "--as-of", "2026-10-03", "--config", dir]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let deliveries =
        std::fs::read_to_string(own.path().join("ledger/runs/2026-09/v1/results/deliveries.csv"))
            .unwrap();
    let known = [",a@example.com,", ",b@example.com,", ",c@example.com,"];
    let sent = deliveries.lines().skip(1).filter(|row| row.contains(",sent,"));
    let lost = sent.filter(|row| !known.iter().any(|known| row.contains(known))).count();
    assert!(lost > 5, "{deliveries}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let reports = runtime.block_on(mailbox(&server, "ops", lost));
    assert_eq!(reports.len(), lost);

    let said = attain(&["bounces", "--config", dir]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.starts_with("2026-09 v1\n"), "{}", said.out);
    let summary = format!("{lost} mails came back, {lost} of them new\n");
    assert!(said.out.ends_with(&summary), "{}", said.out);
    assert!(said.out.contains("hard     p02@example.com person/P02 5.1.1: "), "{}", said.out);
    assert!(said.out.contains("unknown user"), "{}", said.out);
    assert!(!said.out.contains("c@example.com"), "{}", said.out);
    let again = attain(&["bounces", "2026-09", "--config", dir, "--json"]).json();
    let found = again["found"].as_array().unwrap();
    assert!(found.len() == lost && found.iter().all(|found| found["is_new"] == false), "{again}");
    let shown = attain(&["show", "2026-09", "--config", dir]);
    assert_eq!(shown.out.matches("came back: hard").count(), lost, "{}", shown.out);

    let again = ["run", "2026-09", "--as-of", "2026-10-03", "--config", dir, "--dry-run"];
    let noted = attain(&again);
    let note = "the mail person/P02 of 2026-09 v1 to p02@example.com came back: 5.1.1";
    assert!(noted.out.contains(note), "{}", noted.out);
    assert!(noted.out.contains("mend the address"), "{}", noted.out);
}

/// Postfix delivers as somebody else.
fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let all = || std::fs::Permissions::from_mode(0o777);
    for folder in [folder.to_owned(), folder.join("new"), folder.join("cur")] {
        std::fs::set_permissions(folder, all()).unwrap();
    }
    std::fs::create_dir_all(folder.join("tmp")).unwrap();
    std::fs::set_permissions(folder.join("tmp"), all()).unwrap();
}

fn report(message_id: &str, action: &str, status: &str) -> String {
    format!(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nTo: sales-ops@mingde.example\r\n\
         Subject: Undelivered\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nsorry\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
         Final-Recipient: rfc822; moved@elsewhere.example\r\nAction: {action}\r\nStatus: {status}\r\n\
         Diagnostic-Code: smtp; no luck\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n"
    )
}

#[test]
fn reports_in_a_folder_go_to_the_run_that_sent_the_mail_and_the_operator_hears() {
    let project = Project::of_two_months();
    project.edit(
        "attain.toml",
        "[calendar]",
        "[delivery.bounces]\nfolder = \"returned\"\n\n[calendar]",
    );
    let config = project.read("attain.toml");
    project.write("attain.toml", config + "\n[operator]\nmail = [\"ops@mingde.example\"]\n");
    let unread = project.attain("bounces", &[]);
    assert_eq!(unread.code, 1, "{}", unread.out);
    assert!(unread.err.contains("check [delivery.bounces]"), "{}", unread.err);
    // A mailbox that cannot be read holds no run up.
    let ran = project.attain("run", &["2026-10"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("what came back cannot be read"), "{}", ran.out);

    let deliveries = project.read("ledger/runs/2026-10/v1/results/deliveries.csv");
    let rows: Vec<Vec<&str>> = deliveries.lines().map(|row| row.split(',').collect()).collect();
    let column = |name: &str| rows[0].iter().position(|column| *column == name).unwrap();
    let (id, to) = (column("message_id"), column("recipient"));
    std::fs::create_dir(project.path("returned")).unwrap();
    project.write("returned/1.eml", report(rows[1][id], "failed", "5.1.1"));
    project.write("returned/2.eml", report(rows[1][id], "failed", "5.1.1"));
    project.write("returned/3.eml", report(rows[2][id], "delayed", "4.4.1"));
    project.write("returned/4.eml", report("<0123@mingde.example>", "failed", "5.1.1"));
    project.write("returned/5.eml", "From: a@mingde.example\r\n\r\nthank you");
    project.write("returned/6.eml", [0xff, 0x00, 0x1b]);
    project.write("returned/7.txt", report(rows[3][id], "failed", "5.1.1"));

    let found = project.attain("bounces", &["--json"]).json();
    let mails = found["found"].as_array().unwrap();
    assert_eq!(mails.len(), 2, "{found}");
    assert_eq!((&found["of_others"], &found["no_reports"]), (&1.into(), &2.into()), "{found}");
    let hard = mails.iter().find(|mail| mail["severity"] == "hard").unwrap();
    assert_eq!(hard["recipient"], rows[1][to]);
    assert_eq!(hard["final_recipient"], "moved@elsewhere.example");
    assert_eq!(hard["detail"], "no luck");
    assert!(
        mails.iter().any(|mail| mail["severity"] == "delayed" && mail["recipient"] == rows[2][to])
    );

    let alerts = project.files("mails/alerts");
    let names: Vec<&str> = alerts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names[0].starts_with("2026-10-v1-bounced-"), "{names:?}");
    let again = project.attain("bounces", &[]);
    assert!(
        again.out.contains("2 mails came back, 0 of them new; 1 reports are of mails"),
        "{}",
        again.out
    );
    assert_eq!(project.files("mails/alerts").len(), 2);
    assert_eq!(project.files("ledger/runs/2026-10/v1/bounces").len(), 2);
}

/// The data owner's address is wrong, and nothing but this mail would ever tell.
#[test]
fn a_mail_of_a_held_run_that_comes_back_is_found() {
    let project = Project::of_two_months();
    project.edit(
        "attain.toml",
        "[calendar]",
        "[delivery.bounces]\nfolder = \"returned\"\n\n[calendar]",
    );
    let orders = project.read("extracts/orders.toml");
    let control = "stated = [{ period = \"2026-10\", rows = 1 }]\n";
    project.write("extracts/orders.toml", format!("{orders}\n{control}"));
    std::fs::create_dir(project.path("returned")).unwrap();
    assert_eq!(project.attain("run", &["2026-10"]).code, 3);
    let shown = project.attain("show", &["2026-10", "--deliveries", "--json"]).json();
    assert_eq!(shown["totals"], serde_json::json!({ "sent": 1 }), "{shown}");
    let id = shown["mails"][0]["message_id"].as_str().unwrap();
    project.write("returned/1.eml", report(id, "failed", "5.1.1"));
    let found = project.attain("bounces", &["--json"]).json();
    let mail = &found["found"][0];
    assert_eq!((&found["of_others"], &mail["report"]), (&0.into(), &"quality/C00".into()));
    assert_eq!(mail["recipient"], "data@mingde.example");
}

/// The same of a reminder, which no run sent.
#[test]
fn a_reminder_that_comes_back_is_found_once() {
    let project = Project::of_two_months();
    project.edit(
        "attain.toml",
        "[calendar]",
        "[delivery.bounces]\nfolder = \"returned\"\n\n[calendar]",
    );
    std::fs::create_dir(project.path("returned")).unwrap();
    std::fs::remove_file(project.path("data/visits/2026-10.csv")).unwrap();
    let dir = project.dir().to_str().unwrap();
    let once = attain(&["schedule", "--once", "--config", dir, "--as-of", "2026-11-03"]);
    assert!(once.out.contains("reminded"), "{}{}", once.out, once.err);
    let receipts = project.read("ledger/runs/2026-10/told/reminded-2026-11-03.mails.json");
    let receipts: serde_json::Value = serde_json::from_str(&receipts).unwrap();
    assert_eq!(receipts[0]["state"], "sent");
    let id = receipts[0]["message_id"].as_str().unwrap();
    project.write("returned/1.eml", report(id, "failed", "5.1.1"));
    let found = project.attain("bounces", &["--json"]).json();
    let mail = &found["found"][0];
    assert_eq!((&found["of_others"], &mail["is_new"]), (&0.into(), &true.into()));
    assert_eq!(mail["report"], "reminder/reminded-2026-11-03");
    assert_eq!(mail["recipient"], receipts[0]["recipient"]);
    let again = project.attain("bounces", &["2026-10"]);
    assert!(again.out.starts_with("2026-10 reminders\n"), "{}", again.out);
    assert!(again.out.contains("1 mails came back, 0 of them new"), "{}", again.out);
}

#[test]
fn without_a_mailbox_the_command_says_what_to_add() {
    let project = Project::of_two_months();
    let said = project.attain("bounces", &[]);
    assert_eq!(said.code, 2, "{}", said.out);
    assert!(said.err.contains("add [delivery.bounces] with maildir or folder"), "{}", said.err);
}
