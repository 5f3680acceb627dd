//! Nobody reads what is another's: a company in which every person's name, customers, orders, notes
//! and amounts are words that stand nowhere else, through a month and a quarter, and every part of
//! every mail searched for the words of those whom its readers have nothing to do with.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use mail_parser::{Address, MessageParser, MimeHeaders};
use tempfile::TempDir;

use super::cases::{cases, copy_folder};
use super::project::attain;
use super::testbed;

/// Who heads what; the people of D11 are D1's as well.
const UNITS: [(&str, &str, &str); 5] =
    [("C", "", "H0"), ("D1", "C", "H1"), ("D11", "D1", "H2"), ("D2", "C", "H3"), ("D3", "C", "H4")];

/// People, four to a department; H3 sells as well as it heads.
const PEOPLE: [(&str, &str); 13] = [
    ("P01", "D1"),
    ("P02", "D1"),
    ("P03", "D11"),
    ("P04", "D11"),
    ("P05", "D2"),
    ("P06", "D2"),
    ("P07", "D2"),
    ("P08", "D2"),
    ("P09", "D3"),
    ("P10", "D3"),
    ("P11", "D3"),
    ("P12", "D3"),
    ("H3", "D2"),
];

/// The words that are of one person alone.
struct Words {
    /// The name, as it stands in any text.
    name: String,
    /// What only those see who see the rows: customers, orders, product lines, notes.
    rows: Vec<String>,
    /// What a list for HR holds, too.
    paid: Vec<String>,
}

fn words(id: &str) -> Words {
    let of = |kind: &str| format!("{kind}{}Zq", id.to_lowercase());
    Words {
        name: of("Nm"),
        rows: ["Cu", "Or", "Li", "Me", "No", "So", "Ow"].map(of).to_vec(),
        paid: [0.8, 1.0, 1.2].map(|times| amount(base(id) as f64 * times)).to_vec(),
    }
}

/// A base whose payouts are nobody else's.
fn base(id: &str) -> u64 {
    let number: u64 = id[1..].parse().unwrap();
    let head = if id.starts_with('H') { 50_000 } else { 0 };
    71_000 + head + number * 1_110
}

/// As a mail has it; blanks are taken out before a text is searched.
fn amount(value: f64) -> String {
    let whole = format!("{}", value.round() as u64);
    let (thousands, rest) = whole.split_at(whole.len() - 3);
    format!("{thousands},{rest}.00")
}

fn write_company(dir: &Path) {
    copy_folder(&cases().join("mails"), dir);
    let table = |name: &str, lines: Vec<String>| {
        let path = dir.join("data").join(name);
        let old = std::fs::read_to_string(&path).unwrap();
        let header = old.lines().next().unwrap().to_owned();
        std::fs::write(&path, [vec![header], lines].concat().join("\n") + "\n").unwrap();
    };
    let heads = UNITS.iter().map(|(_, _, head)| *head).filter(|head| *head != "H3");
    let everybody: Vec<&str> =
        PEOPLE.iter().map(|(id, _)| *id).chain(heads).chain(["E09"]).collect();
    let person = |id: &&str| {
        let base = if *id == "E09" { String::new() } else { base(id).to_string() };
        let (name, mail) = (words_name(id), id.to_lowercase());
        format!("{id},{name},{mail}@shop.example,zh,2020-01-01,,{base}")
    };
    table("people.csv", everybody.iter().map(person).collect());
    let unit =
        |(id, above, head): &(&str, &str, &str)| format!("{id},部门{id},Unit {id},{above},{head}");
    table("departments.csv", UNITS.iter().map(unit).collect());
    let stays = PEOPLE.iter().map(|(id, unit)| format!("{id},{unit},,"));
    table("assignments.csv", stays.chain(["E09,C,,".to_owned()]).collect());
    table("exemptions.csv", Vec::new());
    let actions = PEOPLE.iter().map(|(id, _)| {
        let [.., measure, _, _, _] = &words(id).rows[..] else { unreachable!() };
        format!("A{id},{id},sales,{measure},{id},2026-08-05,2026-09-30,8000,进行中")
    });
    table("actions.csv", actions.collect());
    let targets = PEOPLE.iter().map(|(id, _)| {
        let of = words(id).rows;
        format!("{id},sales,2026,{},{},{},{}", target(id), of[6], of[4], of[5])
    });
    let path = dir.join("data/targets.csv");
    std::fs::write(&path, "组织,指标,期间,目标值\n").unwrap();
    table("targets.csv", targets.collect());
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("目标值", "目标值,责任人,备注,数据来源", 1)).unwrap();
    let columns = ["owner", "note", "source"].into_iter().zip(["责任人", "备注", "数据来源"]);
    let columns = columns.map(|(name, from)| {
        format!("\n[[columns]]\nname = \"{name}\"\nfrom = \"{from}\"\ntype = \"text\"\n")
    });
    append(&dir.join("extracts/targets.toml"), &columns.collect::<String>());
    let keys = "value = \"value\"\nowner = \"owner\"\nnote = \"note\"\nsource = \"source\"\n";
    let config = std::fs::read_to_string(dir.join("attain.toml")).unwrap();
    std::fs::write(dir.join("attain.toml"), config.replacen("value = \"value\"\n", keys, 1))
        .unwrap();
    table("orders.csv", orders());
}

fn append(path: &Path, text: &str) {
    let old = std::fs::read_to_string(path).unwrap();
    std::fs::write(path, old + text).unwrap();
}

fn words_name(id: &str) -> String {
    words(id).name
}

/// Every third is behind enough for a warning, which is copied upwards.
fn target(id: &str) -> u64 {
    let number: u64 = id[1..].parse().unwrap();
    if number.is_multiple_of(3) { 240_000 } else { 90_000 + number * 1_000 }
}

/// Two a month and person; one row of P01 is no good, and says so with a word of its own.
fn orders() -> Vec<String> {
    let months = (9..=12).map(|month| (2025, month)).chain((1..=9).map(|month| (2026, month)));
    let mut lines = Vec::new();
    for (year, month) in months {
        for (at, (id, _)) in PEOPLE.iter().enumerate() {
            let of = words(id).rows;
            for day in [8, 20] {
                let order = format!("{}{year}{month:02}{day:02}", of[1]);
                let value = 3_000 + at * 211 + month * 17 + day;
                let date = format!("{year}-{month:02}-{day:02}");
                lines.push(format!("{order},{date},{id},{value},{},{}", of[2], of[0]));
            }
        }
    }
    lines.push(format!("Bad,2026-09-21,P01,{BAD},x,y"));
    lines
}

/// What stands in the row that was set aside: nobody's, so the company's.
const BAD: &str = "BadvalueZq";

/// A mail of a run: who reads it, and the text of each of its parts.
struct Mail {
    name: String,
    readers: BTreeSet<String>,
    is_hr: bool,
    parts: Vec<(String, String)>,
}

static MAILS: LazyLock<Option<Vec<Mail>>> = LazyLock::new(|| {
    let own = TempDir::new().unwrap();
    write_company(own.path());
    let dir = own.path().to_str().unwrap();
    let mut mails = Vec::new();
    for (period, day) in [("2026-09", "2026-10-03"), ("2026-Q3", "2026-10-09")] {
        let said = attain(&["run", period, "--as-of", day, "--dry-run", "--config", dir]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        for entry in std::fs::read_dir(own.path().join("dry-run").join(period)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "eml") {
                mails.push(read(&path)?);
            }
        }
    }
    mails.sort_by(|a, b| a.name.cmp(&b.name));
    Some(mails)
});

fn read(path: &Path) -> Option<Mail> {
    let bytes = std::fs::read(path).unwrap();
    let message = MessageParser::default().parse(&bytes).unwrap();
    let addresses = |field: Option<&Address<'_>>| -> Vec<String> {
        let all = field.into_iter().flat_map(|field| field.iter());
        all.filter_map(|one| one.address().map(str::to_owned)).collect()
    };
    let readers = [addresses(message.to()), addresses(message.cc())].concat();
    let headers: Vec<String> =
        message.headers_raw().map(|(name, value)| format!("{name}:{value}")).collect();
    let mut parts = vec![("headers".to_owned(), headers.join("\n"))];
    for (at, part) in message.parts.iter().enumerate() {
        let name = part.attachment_name().unwrap_or("").to_owned();
        parts.push((format!("name of part {at}"), name.clone()));
        match part.text_contents() {
            Some(text) => parts.push((format!("part {at}"), text.to_owned())),
            None if name.ends_with(".xlsx") => parts.extend(unzipped(&name, part.contents())),
            None if name.ends_with(".pdf") => parts.push((name.clone(), pdf(part.contents())?)),
            None => {}
        }
    }
    parts.iter_mut().for_each(|(_, text)| text.retain(|c| !c.is_whitespace()));
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let is_hr = name.contains("-hr-");
    let mailed = |mail: String| mail.split('@').next().unwrap().to_uppercase();
    Some(Mail { name, readers: readers.into_iter().map(mailed).collect(), is_hr, parts })
}

/// Every file in a workbook: sheets that are seen or not, names, properties.
fn unzipped(name: &str, bytes: &[u8]) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..zip.len())
        .map(|at| {
            let mut part = zip.by_index(at).unwrap();
            let mut inside = Vec::new();
            part.read_to_end(&mut inside).unwrap();
            (
                format!("{name}/{}", part.name().unwrap()),
                String::from_utf8_lossy(&inside).into_owned(),
            )
        })
        .collect()
}

/// What a booklet says, and what it says of itself; none where poppler is not installed.
fn pdf(bytes: &[u8]) -> Option<String> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("booklet.pdf");
    std::fs::write(&file, bytes).unwrap();
    let mut said = String::new();
    for (program, options) in [("pdftotext", &["-layout"][..]), ("pdfinfo", &[][..])] {
        let to_end: &[&str] = if program == "pdftotext" { &["-"] } else { &[] };
        let told = Command::new(program).args(options).arg(&file).args(to_end).output();
        match told {
            Ok(told) => said += &String::from_utf8_lossy(&told.stdout),
            Err(why) => {
                assert!(!testbed::all_parts_demanded(), "{program}: {why}");
                testbed::skip(&format!("leaks: {program}: {why}"));
                return None;
            }
        }
    }
    Some(said)
}

/// Whom a reader has to do with: themselves, and everybody under what they head.
fn entitled(reader: &str) -> BTreeSet<&'static str> {
    let above = |unit: &str| -> Vec<&str> {
        let parent =
            |unit: &str| UNITS.iter().find(|(id, ..)| *id == unit).map(|(_, above, _)| *above);
        std::iter::successors(Some(UNITS.iter().find(|(id, ..)| *id == unit).unwrap().0), |id| {
            parent(id).filter(|above| !above.is_empty())
        })
        .collect()
    };
    let heads = |unit: &str| UNITS.iter().any(|(id, _, head)| *id == unit && *head == reader);
    let is_under = |unit: &str| above(unit).into_iter().any(heads);
    PEOPLE.iter().filter(|(id, unit)| *id == reader || is_under(unit)).map(|(id, _)| *id).collect()
}

/// Where a word stands in a mail.
fn places<'a>(mail: &'a Mail, word: &str) -> Vec<&'a str> {
    let bare = word.replace(',', "");
    let bare = bare.strip_suffix(".00").unwrap_or(&bare).to_owned();
    let holds = |part: &str, text: &str| {
        // A workbook keeps an amount as a number.
        text.contains(word) || part.contains("xl/") && text.contains(&format!("<v>{bare}</v>"))
    };
    mail.parts
        .iter()
        .filter(|(part, text)| holds(part, text))
        .map(|(part, _)| part.as_str())
        .collect()
}

#[test]
fn no_mail_holds_a_word_of_somebody_its_readers_have_nothing_to_do_with() {
    let Some(mails) = &*MAILS else { return };
    let mut leaks = Vec::new();
    for mail in mails {
        for (id, _) in PEOPLE {
            let of = words(id);
            let all = mail.readers.iter().all(|reader| entitled(reader).contains(id));
            let hidden = match (mail.is_hr, all) {
                (true, _) => of.rows,
                (false, true) => Vec::new(),
                // Whoever is responsible for a unit is named as such.
                (false, false) if id.starts_with('H') => [of.rows, of.paid].concat(),
                (false, false) => [vec![of.name], of.rows, of.paid].concat(),
            };
            for word in hidden {
                let places = places(mail, &word);
                if !places.is_empty() {
                    leaks.push(format!("{}: {word} of {id} in {places:?}", mail.name));
                }
            }
        }
        let is_company = mail.readers.contains("H0") && mail.name.contains("-C");
        if !is_company && !places(mail, BAD).is_empty() {
            leaks.push(format!("{}: a row that was set aside", mail.name));
        }
    }
    assert!(leaks.is_empty(), "{} leaks:\n{}", leaks.len(), leaks.join("\n"));
}

/// The search finds what is there: else the test above would hold of anything.
#[test]
fn each_mail_holds_the_words_of_its_own() {
    let Some(mails) = &*MAILS else { return };
    let names: BTreeMap<&str, &Mail> =
        mails.iter().map(|mail| (mail.name.as_str(), mail)).collect();
    let find = |part: &str| {
        let found = names.iter().find(|(name, _)| name.contains(part) && !name.contains("-copy"));
        *found.unwrap_or_else(|| panic!("no {part} in {:?}", names.keys())).1
    };
    for (id, unit) in PEOPLE.into_iter().filter(|(id, _)| id.starts_with('P')) {
        let (of, own) = (words(id), find(&format!("-person-{id}.")));
        let missing: Vec<&String> =
            of.rows.iter().chain([&of.name]).filter(|word| places(own, word).is_empty()).collect();
        assert!(missing.is_empty(), "{id}'s own mail lacks {missing:?}");
        assert!(of.paid.iter().any(|word| !places(own, word).is_empty()), "{id} is paid");
        let above = find(&format!("-department-{unit}."));
        assert!(!places(above, &of.name).is_empty(), "{id} in the report of {unit}");
        assert!(
            of.paid.iter().any(|word| !places(find("-hr-C."), word).is_empty()),
            "{id} in HR's"
        );
        assert!(!places(find("-pack-C."), &of.name).is_empty(), "{id} in the company's pack");
    }
    assert!(mails.iter().any(|mail| mail.readers.len() > 1), "somebody gets a copy");
    assert!(!places(find("-pack-C."), BAD).is_empty(), "what was set aside is the company's");
}

/// The lists of talent are for managers and HR; nobody reads of themselves on one.
#[test]
fn lists_of_talent_reach_managers_and_hr_alone() {
    let Some(mails) = &*MAILS else { return };
    let listed = ["晋升候选", "重点辅导"];
    let says = |mail: &Mail| {
        mail.parts.iter().any(|(_, text)| listed.iter().any(|word| text.contains(word)))
    };
    let told: Vec<&str> =
        mails.iter().filter(|mail| says(mail)).map(|mail| mail.name.as_str()).collect();
    assert!(told.iter().any(|name| name.contains("-hr-")), "{told:?}");
    assert!(told.iter().any(|name| name.contains("-company-")), "{told:?}");
    assert!(told.iter().all(|name| !name.contains("-person-")), "{told:?}");
}
