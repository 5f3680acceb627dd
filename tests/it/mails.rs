//! Whole mails, both parts, of somebody in every state: the case `mails` through the real program.
//!
//! `INSTA_UPDATE=always cargo test --locked --test it -- mails::` writes the snapshots anew; the
//! difference is what all readers will see.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::LazyLock;

use mail_parser::{Message, MessageParser, MimeHeaders};

use super::cases::{cases, copy_folder};
use super::project::attain;

/// A state, whose mail shows it (with `/en` or `/zh` where there are two), and the words that say so.
const STATES: &[(&str, &str, &[&str])] = &[
    ("red", "P01/zh", &["红色预警：销售额", "连续第9个月红色预警"]),
    ("red", "P01/en", &["Red warning: sales", "9 months in a row with a red warning"]),
    ("yellow", "P02/zh", &["黄色预警：销售额", "低于80%的黄色预警线"]),
    ("yellow", "P12/en", &["Yellow warning: sales", "the edge of a yellow warning"]),
    ("good", "P03/zh", &["达标", "超额2,000元"]),
    ("good", "P13/en", &["On target", "¥400 over"]),
    ("no target", "P04/zh", &["未设定目标，不计算完成率", "未设目标"]),
    ("no target", "P04/en", &["No target is set", "No target"]),
    ("zero target", "P05/zh", &["目标≤0", "只列差额，不计算完成率"]),
    ("zero target", "P05/en", &["target ≤ 0"]),
    ("no data", "P06/zh", &["无数据：客单价"]),
    ("no data", "P06/en", &["No data: average order value"]),
    ("exempt", "P07/zh", &["已豁免考核", "原因：产假"]),
    ("exempt", "P07/en", &["Exempt", "产假"]),
    ("no base", "P08/zh", &["无可比基期"]),
    ("no base", "P08/en", &["no comparable base"]),
    ("joiner", "P09/zh", &["目标按在岗天数逐月折算（15/30天）"]),
    ("joiner", "P09/en", &["15 of 30 days"]),
    ("leaver", "P10/zh", &["目标按在岗天数逐月折算（15/30天）", "To: 林部长"]),
    ("leaver", "P10/en", &["15 of 30 days", "To: 林部长"]),
    (
        "escalated",
        "P11/zh",
        &["连续第3个月黄色预警", "与红色预警一样同时抄送部门负责人", "Cc: 林部长"],
    ),
    ("escalated", "P11/en", &["3 months in a row with a yellow warning", "Cc: 林部长"]),
    ("department", "D1/zh", &["华东部", "部门业绩报告"]),
    ("department", "D2/en", &["Overseas", "Department performance report"]),
    ("company", "C/zh", &["百态小店", "公司业绩报告"]),
    ("company", "C/en", &["Everyone’s Shop", "Company performance report"]),
    ("hr", "hr-C/zh", &["晋升候选名单", "重点辅导名单"]),
    ("hr", "hr-C/en", &["Promotion list", "Coaching list"]),
];

/// A mail as its readers get it.
pub struct Mail {
    pub head: String,
    pub text: String,
    pub html: String,
}

/// Every mail to an owner, by unit and language.
static MAILS: LazyLock<BTreeMap<String, Mail>> = LazyLock::new(|| {
    let mut mails = sent(|_| {});
    mails.extend(sent(|people| *people = swap_languages(people)));
    mails
});

/// Everybody reads the other language.
fn swap_languages(people: &str) -> String {
    people.replace(",zh,", ",ZH,").replace(",en,", ",zh,").replace(",ZH,", ",en,")
}

fn sent(change: impl FnOnce(&mut String)) -> BTreeMap<String, Mail> {
    let own = tempfile::tempdir().unwrap();
    copy_folder(&cases().join("mails"), own.path());
    let people = own.path().join("data/people.csv");
    let mut text = std::fs::read_to_string(&people).unwrap();
    change(&mut text);
    std::fs::write(&people, text).unwrap();
    let dir = own.path().to_str().unwrap();
    let said = attain(&["run", "2026-09", "--as-of", "2026-10-03", "--dry-run", "--config", dir]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    read_mails(&own.path().join("dry-run/2026-09"))
}

/// By name, without the copies: `003-department-D2.eml` in English is `D2/en`.
pub fn read_mails(folder: &Path) -> BTreeMap<String, Mail> {
    let mut mails = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(name) = name.strip_suffix(".eml").filter(|name| !name.contains("-copy")) else {
            continue;
        };
        let (_, named) = name.split_once('-').unwrap();
        let unit = match named.split_once('-').unwrap() {
            ("hr", _) => named,
            (_, unit) => unit,
        };
        let bytes = std::fs::read(&path).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        let language = if header(&message, "Content-Language") == "en" { "en" } else { "zh" };
        mails.insert(format!("{unit}/{language}"), mail(&message));
    }
    mails
}

fn mail(message: &Message<'_>) -> Mail {
    let body = |html: bool| {
        let body = if html { message.body_html(0) } else { message.body_text(0) };
        scrubbed(&body.expect("both parts").replace("\r\n", "\n"))
    };
    Mail { head: head(message), text: body(false), html: body(true) }
}

/// The header as readers see it, in the order in which it is sent, and a line for each part. What
/// is different in every run has its value left out.
fn head(message: &Message<'_>) -> String {
    const VOLATILE: [&str; 2] = ["Message-ID", "Content-Type"];
    let mut lines: Vec<String> = message
        .headers()
        .iter()
        .filter(|one| !VOLATILE.contains(&one.name()))
        .map(|one| format!("{}: {}", one.name(), header(message, one.name())))
        .collect();
    for part in &message.parts {
        let Some(kind) = part.content_type() else { continue };
        let name = part.attachment_name().or(part.content_id()).unwrap_or_default();
        let subtype = kind.subtype().unwrap_or_default();
        lines.push(format!("part: {}/{subtype} {name}", kind.ctype()).trim_end().to_owned());
    }
    lines.join("\n")
}

/// A header's value: people as “name <address>”, texts decoded.
fn header(message: &Message<'_>, name: &str) -> String {
    let value = message.header(name).unwrap_or_else(|| panic!("no header {name}"));
    if let Some(people) = value.as_address() {
        let people = people.iter().map(|one| {
            let mail = one.address().unwrap_or_default();
            one.name().map_or_else(|| mail.to_owned(), |name| format!("{name} <{mail}>"))
        });
        return people.collect::<Vec<_>>().join(", ");
    }
    match value.as_datetime() {
        Some(time) => time.to_rfc3339(),
        None => value.as_text().unwrap_or_default().to_owned(),
    }
}

/// Without the program's version and the hash of the config, which every change of either changes.
fn scrubbed(text: &str) -> String {
    let volatile = [
        ("程序版本", "，", "VERSION"),
        ("Program version ", ",", "VERSION"),
        ("配置指纹", "。", "HASH"),
        ("config fingerprint ", ".", "HASH"),
    ];
    volatile.into_iter().fold(text.to_owned(), |text, (before, after, shown)| {
        let Some((head, rest)) = text.split_once(before) else { return text };
        let (_, rest) = rest.split_once(after).expect("the sentence goes on");
        format!("{head}{before}{shown}{after}{rest}")
    })
}

/// The words of a page as they are read, without its tags.
fn read_aloud(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or("", |(_, words)| words));
    }
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'").replace("&amp;", "&")
}

#[test]
fn every_state_is_said_in_both_parts_of_its_mail() {
    let mut missing = Vec::new();
    for (state, name, words) in STATES {
        let mail = MAILS.get(*name).unwrap_or_else(|| panic!("nobody got {name}"));
        let page = read_aloud(&mail.html);
        for word in *words {
            let says = match word.starts_with("To: ") || word.starts_with("Cc: ") {
                true => mail.head.contains(word),
                false => mail.text.contains(word) && page.contains(word),
            };
            if !says {
                missing.push(format!("{state}: {name} does not say “{word}”"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// Each once, and no file that is left over from another time.
#[test]
fn mails_are_as_they_were() {
    const FOLDER: &str = "snapshots/mails";
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(FOLDER);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let shown: BTreeSet<&str> = STATES.iter().map(|(_, name, _)| *name).collect();
    let (mut names, mut changed) = (BTreeSet::new(), Vec::new());
    for name in shown {
        let mail = &MAILS[name];
        let text = format!("{}\n\n{}", mail.head, mail.text);
        for (part, body) in [("txt", &text), ("html", &mail.html)] {
            let name = format!("{}.{part}", name.replace('/', "."));
            let same = catch_unwind(AssertUnwindSafe(|| {
                settings.bind(|| insta::assert_snapshot!(name.as_str(), body));
            }));
            if same.is_err() {
                changed.push(name.clone());
            }
            names.insert(format!("{name}.snap"));
        }
    }
    assert!(changed.is_empty(), "changed: {changed:?}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it").join(FOLDER);
    let there: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".new"))
        .collect();
    assert_eq!(there, names, "a snapshot that nobody looks at, or one that is missing");
}
