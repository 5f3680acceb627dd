//! What is checked before anything is sent, and who is told of it.

use std::time::Instant;

use crate::cases::{cases, copy_folder};
use crate::project::{Project, attain};

/// The mails of a run: subject and address, by file name.
fn mails(project: &Project) -> Vec<(String, String, String)> {
    let files = project.files("mails").into_iter();
    let mails = files.filter(|(name, _)| name.ends_with(".eml")).map(|(name, bytes)| {
        let mail = mail_parser::MessageParser::default().parse(&bytes).expect("a mail");
        let to = mail.to().and_then(|to| to.first()).and_then(|to| to.address()).unwrap_or("");
        (name, mail.subject().unwrap_or("").to_owned(), to.to_owned())
    });
    mails.collect()
}

fn text_of(project: &Project, ending: &str) -> String {
    let files = project.files("mails");
    let (_, bytes) = files.iter().find(|(name, _)| name.ends_with(ending)).expect("the mail");
    let mail = mail_parser::MessageParser::default().parse(bytes).expect("a mail");
    mail.body_text(0).expect("a text").into_owned()
}

/// A run that is held mails the data owner alone, with what to mend, and exits with 3; once mended,
/// it mails everybody.
#[test]
fn a_held_run_tells_the_data_owner_and_nobody_else() {
    let project = Project::of_two_months();
    let control = "stated = [{ period = \"2026-10\", rows = 1, sums = { amount = \"0.01\" } }]\n";
    let orders = project.read("extracts/orders.toml");
    project.write("extracts/orders.toml", format!("{orders}\n{control}"));
    let said = project.attain("run", &[]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(said.err.contains("extract “orders” is not what the CRM states: the number of rows of 2026-10 is 1, read was 212"), "{}", said.err);
    assert!(said.err.contains("held: this run mailed no report"), "{}", said.err);
    let told = mails(&project);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].1, "【明德仪器】2026年10月数据质量：报告暂停发送，2项必须处理");
    assert_eq!(told[0].2, "data@mingde.example");
    let text = text_of(&project, ".eml");
    assert!(text.contains("orders：2026年10月的行数，业务系统给出1，实际读取212，相差211（读取的数中含已剔除的3行）。"), "{text}");
    assert!(text.contains("除数据责任人外，没有向任何人发送邮件。"), "{text}");
    // The rows set aside go with it, for a spreadsheet.
    let files = project.files("mails");
    let (_, csv) = files.iter().find(|(name, _)| name.ends_with("-rejects.csv")).expect("a file");
    let csv = String::from_utf8(csv.clone()).expect("UTF-8");
    assert!(csv.starts_with("\u{feff}extract,file,row,column,value,reason\n"), "{csv}");
    assert!(csv.contains("57218O.35"), "{csv}");

    let deliveries = project.files("ledger").into_iter();
    let (_, kept) = deliveries
        .into_iter()
        .find(|(name, _)| name.ends_with("v1/results/deliveries.csv"))
        .expect("the run keeps whom it told");
    let kept = String::from_utf8(kept).expect("UTF-8");
    assert_eq!(kept.lines().count(), 2, "{kept}");
    assert!(kept.contains(",quality,C00,data@mingde.example,"), "{kept}");
    assert!(project.attain("runs", &[]).out.contains("held"));

    project.write("extracts/orders.toml", &orders);
    let said = project.attain("run", &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(mails(&project).len() > 60);
}

/// Where a file is missing, nothing else is known: the list of what to mend goes out all the same.
#[test]
fn a_run_that_stops_at_a_missing_file_tells_the_data_owner() {
    let project = Project::of_two_months();
    std::fs::remove_file(project.path("data/visits/2026-10.csv")).expect("it is there");
    let said = project.attain("run", &[]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    let told = mails(&project);
    let subject = "【明德仪器】2026年10月数据质量：报告暂停发送，1项必须处理";
    assert_eq!(told.iter().map(|mail| mail.1.as_str()).collect::<Vec<_>>(), [subject]);
    let text = text_of(&project, ".eml");
    assert!(text.contains("data/visits/2026-10.csv"), "{text}");
    assert!(text.contains("visits：尚未收到文件，请放到此处后重新运行。"), "{text}");
    assert!(!text.contains("has no file"), "{text}");
    // Nothing was read, and nothing stands above nothing.
    for heading in ["指标口径", "输入文件"] {
        assert!(!text.contains(heading), "{text}");
        let html = project.files("ledger").into_iter();
        let mut html = html.filter(|(name, _)| name.ends_with("C00.quality.zh.html"));
        let html = String::from_utf8(html.next().expect("a report").1).expect("UTF-8");
        assert!(!html.contains(heading), "{html}");
    }
}

/// What the program says in English stands below a sentence of the mail's language.
#[test]
fn a_file_that_cannot_be_read_is_told_in_the_language_of_the_mail() {
    let project = Project::of_two_months();
    let visits = project.read("data/visits/2026-10.csv");
    let (_, rows) = visits.split_once('\n').expect("a header");
    project.write("data/visits/2026-10.csv", format!("a,b,c\n{rows}"));
    let said = project.attain("run", &[]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    // Long lines are broken.
    let text: String = text_of(&project, ".eml").split_whitespace().collect();
    assert!(text.contains("visits：未通过数据检查，请运行attaincheck查看并修正"), "{text}");
    assert!(text.contains("程序原文"), "{text}");
}

/// A provisional run tells everybody that the data are not complete: the data owner, too.
#[test]
fn the_data_owner_of_a_provisional_run_is_not_told_that_the_data_can_be_used() {
    let project = Project::of_two_months();
    std::fs::remove_file(project.path("data/visits/2026-10.csv")).expect("it is there");
    let said = project.attain("run", &["--provisional"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let told = mails(&project);
    let quality = told.iter().find(|(name, ..)| name.ends_with("quality-C00.eml")).expect("a mail");
    assert_eq!(quality.1, "【明德仪器】2026年10月数据质量：数据仍未齐全，报告按暂定版发送");
    let text = text_of(&project, "quality-C00.eml");
    assert!(!text.contains("可以使用") && !text.contains("暂停发送"), "{text}");
    assert!(text.contains("尚未收到文件data/visits/2026-10.csv"), "{text}");
    assert!(text.contains("输入文件") && !text.contains("指标口径"), "{text}");
}

/// A held run comes out again from what it kept: its tables, and what it told.
#[test]
fn a_held_run_is_the_same_computed_again() {
    let project = Project::of_two_months();
    let orders = project.read("extracts/orders.toml");
    let control = "stated = [{ period = \"2026-10\", rows = 1 }]\n";
    project.write("extracts/orders.toml", format!("{orders}\n{control}"));
    assert_eq!(project.attain("run", &[]).code, 3);
    let same = project.attain("verify", &["2026-10"]);
    assert_eq!(same.code, 0, "{}{}", same.out, same.err);
    let mail = "ledger/runs/2026-10/v1/mails/00001.eml";
    project.edit(mail, "Subject:", "Subject: ");
    let other = project.attain("verify", &["2026-10"]);
    assert_eq!(other.code, 1, "{}{}", other.out, other.err);
    assert!(other.out.contains("differs: mails/00001.eml"), "{}", other.out);
}

/// Whoever an extract names by id or address hears of that extract, and of no other.
#[test]
fn whoever_answers_for_an_extract_hears_of_it() {
    let project = Project::of_two_months();
    let payments = project.read("extracts/payments.toml");
    project.write(
        "extracts/payments.toml",
        payments.replace("responsible = \"财务\"", "responsible = \"E004\""),
    );
    let leads = project.read("extracts/leads.toml");
    project
        .write("extracts/leads.toml", format!("responsible = \"leads@mingde.example\"\n{leads}"));
    let said = project.attain("run", &["--dry-run"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let files = project.files("dry-run");
    let quality: Vec<&str> = files
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| name.contains("quality") && name.ends_with(".html"))
        .collect();
    // Nothing is wrong with the leads, so nobody writes to their owner.
    assert_eq!(quality, ["2026-10/067-quality-C00.html", "2026-10/068-quality-E004.html"]);
    let (_, own) =
        files.iter().find(|(name, _)| name.ends_with("quality-E004.html")).expect("a page");
    let own = String::from_utf8(own.clone()).expect("UTF-8");
    assert!(own.contains("payments") && own.contains("E998"));
    assert!(!own.contains("order_lines") && !own.contains("visits"), "others' extracts");
}

/// An owner outside the allowed domains is named before anything is sent, and holds the run where
/// the config says so.
#[test]
fn an_owner_who_cannot_be_reached_is_named() {
    let project = Project::of_two_months();
    let people = project.read("data/people.csv");
    let line = people.lines().find(|line| line.starts_with("E030,")).expect("E030").to_owned();
    let mail = line.split(',').nth(2).expect("a mail").to_owned();
    project.write("data/people.csv", people.replace(&mail, "somebody@elsewhere.example"));
    let said = project.attain("check", &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.contains("reports cannot reach their owner (1): "), "{}", said.out);
    assert!(
        said.out.contains("somebody@elsewhere.example (not in the allowed domains)"),
        "{}",
        said.out
    );
    assert!(said.out.contains("65 of 66 reports reach their owner"), "{}", said.out);
    project.edit("attain.toml", "[data]\n", "[data]\nunreachable = \"hold\"\n");
    assert_eq!(project.attain("check", &[]).code, 3);
    assert_eq!(project.attain("run", &[]).code, 3);
    assert_eq!(mails(&project).len(), 1);
}

/// `attain check` shows all of it: what each extract holds of the month, where the rows went, who is
/// reached; and takes no time.
#[test]
fn a_check_shows_all_of_it_and_is_quick() {
    let project = Project::whole();
    let began = Instant::now();
    let said = project.attain("check", &[]);
    let took = began.elapsed();
    println!("attain check on the whole sample: {took:.2?}");
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    for wanted in [
        "orders                4658 rows,    12 set aside; 212 of 2026-10, the last of 2026-10-30",
        "sales            10089630.77 = credited 10056417.73 + nobody's 7059.96 + set aside 26153.08; left over 0",
        "12 metrics add up to the cent",
        "66 of 66 reports reach their owner",
        "2026-10: ready to run",
    ] {
        assert!(said.out.contains(wanted), "{wanted}\n{}", said.out);
    }
    // Two seconds on an idle machine; others may be at work beside.
    assert!(took.as_secs() < 30, "{took:.2?}");
    let json = project.attain("check", &["--json"]).json();
    let sales = json["reconciliation"].as_array().expect("a list").iter();
    let sales = sales.clone().find(|one| one["metric"] == "sales").expect("sales");
    assert_eq!(sales["difference"], "0");
}

/// What holds a run holds a check, and a source that is silent is told from one that is late.
#[test]
fn a_silent_source_holds_where_its_contract_says_so() {
    let copy = tempfile::tempdir().expect("a folder");
    copy_folder(&cases().join("contracts"), copy.path());
    let dir = copy.path().to_str().expect("UTF-8");
    let check = |period: &str| attain(&["check", period, "--config", dir, "--as-of", "2026-12-03"]);
    let said = check("2026-11");
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let silent = "extract “orders” has no row in 2026-11, the last one is of 2026-09-10";
    assert!(said.out.contains(silent), "{}", said.out);
    let path = copy.path().join("extracts/orders.toml");
    let orders = std::fs::read_to_string(&path).expect("the extract");
    std::fs::write(&path, format!("{orders}\n[contract.late]\nthen = \"hold\"\n"))
        .expect("written");
    assert_eq!(check("2026-11").code, 3);
    assert_eq!(check("2026-09").code, 0);
    std::fs::write(&path, orders.replace("\"100194.75\"", "\"100194.76\"")).expect("written");
    let said = check("2026-09");
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    assert!(
        said.out.contains("the sum of 金额 of 2026-09 is 100194.76, read was 100194.75"),
        "{}",
        said.out
    );
}

/// Turns the days of some rows of a month's orders into what nobody can read.
fn spoil_days(project: &Project, rows: usize) {
    let path = project.path("data/orders/2026-10.csv");
    let mut bytes = std::fs::read(&path).expect("it is there");
    let day = b"2026-10-";
    let at: Vec<usize> = (0..bytes.len() - day.len())
        .filter(|at| bytes[*at..].starts_with(day))
        .take(rows)
        .collect();
    assert_eq!(at.len(), rows);
    at.into_iter().for_each(|at| bytes[at + 4] = b'/');
    std::fs::write(path, bytes).expect("written");
}

/// Rows whose day cannot be read are in the month of their file: they neither vanish from the
/// reconciliation, nor drown in years of history.
#[test]
fn a_bad_month_holds_whatever_the_years_before_it() {
    let project = Project::whole();
    let orders = || {
        let json = project.attain("check", &["--json"]).json();
        let all = json["reconciliation"].as_array().expect("a list").iter();
        all.clone().find(|one| one["metric"] == "orders").expect("orders").clone()
    };
    let before = orders();
    spoil_days(&project, 35);
    let said = project.attain("check", &[]);
    assert_eq!(said.code, 3, "{}{}", said.out, said.err);
    let held = "37 of 212 rows of extract “orders” in 2026-10 were set aside (17.45 %), above the \
                1.00 % that are allowed; most of them (36) as in data/orders/2026-10.csv, row 2";
    assert!(said.out.contains(held), "{}", said.out);
    assert!(said.out.contains("212 of 2026-10"), "{}", said.out);
    let after = orders();
    assert_eq!((&after["difference"], &after["total"]), (&"0".into(), &before["total"]));
    assert_ne!(after["rejected"], before["rejected"]);
}

/// A handful of rows is listed, and holds nothing by its share of one month.
#[test]
fn a_handful_of_rows_does_not_hold_a_month() {
    let project = Project::whole();
    spoil_days(&project, 1);
    let said = project.attain("check", &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}
