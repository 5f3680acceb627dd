//! What comes out of a CRM is not to be trusted: it is shown as the text that it is, refused, or set
//! aside; it is never executed, and never brings the program down or makes it swell.

use std::io::{Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use attain::data::columns::{Column, Values, write_parquet};
use mail_parser::MessageParser;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

use super::cases::{cases, copy_folder};
use super::project::{Said, attain};

/// The small company of the case `mails`.
struct Shop(TempDir);

impl Shop {
    fn new() -> Self {
        let own = TempDir::new().unwrap();
        copy_folder(&cases().join("mails"), own.path());
        Self(own)
    }

    fn path(&self, file: &str) -> std::path::PathBuf {
        self.0.path().join(file)
    }

    fn edit(&self, file: &str, old: &str, new: &str) {
        let text = std::fs::read_to_string(self.path(file)).unwrap();
        assert!(text.contains(old), "{file} has no {old}");
        std::fs::write(self.path(file), text.replacen(old, new, 1)).unwrap();
    }

    fn write(&self, file: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(file), bytes).unwrap();
    }

    fn dir(&self) -> &str {
        self.0.path().to_str().unwrap()
    }

    fn run(&self) -> Said {
        attain(&["run", "2026-09", "--as-of", "2026-10-03", "--dry-run", "--config", self.dir()])
    }

    /// The same, and the most memory that it took, in MB.
    fn measured(&self) -> (Said, u64) {
        let arguments = ["run", "2026-09", "--as-of", "2026-10-03", "--dry-run", "--config"];
        let mut child = Command::new(env!("CARGO_BIN_EXE_attain"))
            .args(arguments)
            .arg(self.dir())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut most = 0;
        while child.try_wait().unwrap().is_none() {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kb = line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok());
            most = most.max(kb.unwrap_or(0) / 1024);
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let output = child.wait_with_output().unwrap();
        let said = Said {
            code: output.status.code().expect("it ends by itself"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        };
        (said, most)
    }
}

fn is_calm(said: &Said) {
    for word in ["panicked", "backtrace", "\u{202e}", "\u{1b}"] {
        assert!(!said.err.contains(word) && !said.out.contains(word), "{word}: {}", said.err);
    }
}

/// All files below a folder, by their path there.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    found.sort();
    found
}

/// Texts that mean something to a browser, a template, a spreadsheet, a mail or a disk.
const SCRIPT: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>";
const TEMPLATE: &str = "{{ 7 * 7 }}{% include 'x' %}#panic(9)";
const LINK: &str = "=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")";
const COMMAND: &str = "@SUM(1+1)*cmd|' /C calc'!A0";
const HEADER: &str = "Eve\r\nBcc: eve@evil.example";
const TURNED: &str = "P\u{202e}fdp.exe\u{202c}\u{200b}\u{feff}Q";
const PATH: &str = "../../../../../../tmp/attain-hostile";

#[test]
fn texts_are_shown_as_texts() {
    let shop = Shop::new();
    let people = std::fs::read_to_string(shop.path("data/people.csv")).unwrap();
    let named = |id: &str| -> String {
        let line = people.lines().find(|line| line.starts_with(id)).unwrap();
        line.split(',').nth(1).unwrap().to_owned()
    };
    for (id, name) in [
        ("P01", SCRIPT.to_owned()),
        ("P02", TEMPLATE.to_owned()),
        ("P03", format!("\"{LINK}\"")),
        ("P04", format!("\"{COMMAND}\"")),
        ("P05", format!("\"{HEADER}\"")),
        ("P06", TURNED.to_owned()),
        ("P07", PATH.to_owned()),
    ] {
        shop.edit("data/people.csv", &format!("{id},{},", named(id)), &format!("{id},{name},"));
    }
    // A customer that is a command, an id that is a path.
    let orders = std::fs::read_to_string(shop.path("data/orders.csv")).unwrap();
    let orders = orders.replace(",K01\n", &format!(",\"{LINK}\"\n"));
    let path = format!("{PATH}-id");
    shop.write("data/orders.csv", orders.replace(",P08,", &format!(",{path},")));
    for file in ["people", "assignments", "targets"] {
        let file = format!("data/{file}.csv");
        let text = std::fs::read_to_string(shop.path(&file)).unwrap();
        shop.write(&file, text.replace("\nP08,", &format!("\n{path},")));
    }

    let said = shop.run();
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    is_calm(&said);
    assert!(!Path::new("/tmp/attain-hostile").exists());
    let written = files(&shop.path("dry-run/2026-09"));
    let beside = Some(shop.path("dry-run/2026-09"));
    let astray: Vec<String> = files(shop.0.path())
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| name.contains("attain-hostile"))
        .filter(|name| Path::new(name).parent() != beside.as_deref())
        .collect();
    assert_eq!(astray, Vec::<String>::new());
    let (mut mails, mut books, mut tables) = (0, 0, 0);
    for (name, bytes) in &written {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(['\u{202e}', '\u{200b}']), "{name} turns its text round");
        if name.ends_with(".html") {
            assert!(!text.contains("<script>alert") && !text.contains("<img src=x"), "{name}");
        } else if name.ends_with(".eml") {
            mails += 1;
            mail_is_plain(name, bytes);
        } else if name.ends_with(".xlsx") {
            books += 1;
            book_has_no_foreign_formula(name, bytes);
        } else if name.ends_with(".csv") {
            tables += 1;
            table_has_no_formula(name, &text);
        }
    }
    assert!(mails > 10 && books > 10 && tables > 5, "{mails} {books} {tables}");
    let escaped = written.iter().any(|(name, bytes)| {
        name.ends_with(".html") && String::from_utf8_lossy(bytes).contains("&lt;script&gt;")
    });
    assert!(escaped, "the name is shown, as text");
}

fn mail_is_plain(name: &str, bytes: &[u8]) {
    let message = MessageParser::default().parse(bytes).unwrap();
    assert!(message.header("Bcc").is_none(), "{name} has a header of the CRM's");
    let subject = message.subject().unwrap_or_default();
    assert!(!subject.contains(['\r', '\n']), "{name}: {subject:?}");
    for at in 0..message.text_body_count() {
        let text = message.body_text(at).unwrap_or_default();
        assert!(!text.contains("49#panic"), "{name} renders a template of the CRM's");
    }
}

fn book_has_no_foreign_formula(name: &str, bytes: &[u8]) {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    for at in 0..zip.len() {
        let mut part = zip.by_index(at).unwrap();
        let mut text = String::new();
        if std::io::Read::read_to_string(&mut part, &mut text).is_err() {
            continue;
        }
        for formula in text.split("<f>").skip(1) {
            let formula = formula.split("</f>").next().unwrap();
            let foreign = formula.contains("HYPERLINK") || formula.contains("cmd|");
            assert!(!foreign, "{name}: {formula}");
        }
        assert!(!part.name().unwrap().contains("externalLink"), "{name}");
    }
}

fn table_has_no_formula(name: &str, text: &str) {
    let mut csv = csv_cells(text);
    let is_number = |cell: &str| cell.parse::<f64>().is_ok();
    let bad = csv.find(|cell| cell.starts_with(['=', '+', '-', '@']) && !is_number(cell));
    assert_eq!(bad, None, "{name}");
}

/// The cells of a table, quotes taken off.
fn csv_cells(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().flat_map(|line| line.split(',')).map(|cell| cell.trim_matches('"').to_owned())
}

#[test]
fn a_field_of_ten_megabytes_is_set_aside() {
    let shop = Shop::new();
    let (_, usual) = shop.measured();
    let long = "x".repeat(10 << 20);
    let mut orders = std::fs::read_to_string(shop.path("data/orders.csv")).unwrap();
    orders += &format!("LONG,2026-09-09,P01,1,仪器,{long}\n");
    shop.write("data/orders.csv", orders);
    let (said, most) = shop.measured();
    assert_eq!(said.code, 0, "{}", said.err);
    is_calm(&said);
    let rejects =
        std::fs::read_to_string(shop.path("dry-run/2026-09/results/rejects.csv")).unwrap();
    assert!(rejects.contains("more than 32,000 characters"), "{rejects}");
    assert!(rejects.len() < 2_000, "the whole of it is in the table");
    assert!(most < usual + 150, "{most} MB, where {usual} MB are usual");
}

/// Actions come as a workbook.
fn with_workbook(bytes: &[u8]) -> Shop {
    let shop = Shop::new();
    shop.edit("extracts/actions.toml", "actions.csv", "actions.xlsx");
    shop.edit("extracts/actions.toml", "\"csv\"", "\"xlsx\"");
    shop.write("data/actions.xlsx", bytes);
    shop
}

/// A workbook with this sheet.
fn workbook(sheet: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let parts: [(&str, &[u8]); 5] = [
        ("[Content_Types].xml", br#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>"#),
        ("_rels/.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#),
        ("xl/workbook.xml", br#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#),
        ("xl/_rels/workbook.xml.rels", br#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn sheet(rows: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>{rows}</sheetData></worksheet>"
    )
}

const HEADERS: [&str; 9] =
    ["措施编号", "组织", "指标", "措施", "责任人", "提出日期", "截止日期", "期望值", "状态"];

fn header_row() -> String {
    let cell = |(at, name): (usize, &&str)| {
        let column = char::from(b'A' + at as u8);
        format!("<c r=\"{column}1\" t=\"inlineStr\"><is><t>{name}</t></is></c>")
    };
    format!("<row r=\"1\">{}</row>", HEADERS.iter().enumerate().map(cell).collect::<String>())
}

#[test]
fn a_workbook_that_unpacks_without_end_is_refused() {
    let mut huge = sheet(&header_row()).into_bytes();
    huge.resize(400 << 20, b' ');
    let bomb = workbook(&huge);
    assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
    drop(huge);
    let (_, usual) = Shop::new().measured();
    let (said, most) = with_workbook(&bomb).measured();
    assert_eq!(said.code, 3, "{}", said.err);
    is_calm(&said);
    assert!(said.err.contains("it unpacks to more than 64 MB"), "{}", said.err);
    assert!(most < usual + 64, "{most} MB, where {usual} MB are usual");
}

#[test]
fn two_cells_far_apart_are_two_cells() {
    let far = "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let (_, usual) = Shop::new().measured();
    let (said, most) = with_workbook(&workbook(sheet(&(header_row() + far)).as_bytes())).measured();
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(most < usual + 64, "{most} MB, where {usual} MB are usual");
    let back =
        "<row r=\"9\"><c r=\"A9\"><v>1</v></c></row><row r=\"3\"><c r=\"A3\"><v>1</v></c></row>";
    let said = with_workbook(&workbook(sheet(&(header_row() + back)).as_bytes())).run();
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("row 3: the rows of the sheet are not in order"), "{}", said.err);
}

/// Orders come as Parquet.
fn with_parquet(bytes: &[u8]) -> Shop {
    let shop = Shop::new();
    shop.edit("extracts/orders.toml", "orders.csv", "orders.parquet");
    shop.edit("extracts/orders.toml", "format = \"csv\"", "format = \"parquet\"");
    shop.write("data/orders.parquet", bytes);
    shop
}

/// Some orders, as the case has them.
fn parquet() -> Vec<u8> {
    let shop = Shop::new();
    let text = std::fs::read_to_string(shop.path("data/orders.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let rows: Vec<Vec<&str>> = lines.collect();
    let columns: Vec<Column> = header
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let cells = rows.iter().map(|row| Some(row[at].to_owned()));
            Column::new(*name, Values::Text(cells.collect()))
        })
        .collect();
    write_parquet(&columns).unwrap()
}

#[test]
fn a_parquet_file_that_lies_is_refused() {
    let good = parquet();
    assert_eq!(with_parquet(&good).run().code, 0, "the file itself is good");
    let footer = good.len() - 8;
    let length = u32::from_le_bytes(good[footer..footer + 4].try_into().unwrap()) as usize;
    let start = footer - length;
    let (_, usual) = Shop::new().measured();
    let mut spoilt: Vec<(String, Vec<u8>)> = vec![
        ("no footer".to_owned(), good[..footer].to_vec()),
        ("half".to_owned(), good[..good.len() / 2].to_vec()),
        ("zeros".to_owned(), [b"PAR1".to_vec(), vec![0; 400], b"PAR1".to_vec()].concat()),
    ];
    let mut longer = good.clone();
    longer[footer..footer + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    spoilt.push(("a footer longer than the file".to_owned(), longer));
    // Sizes, counts and offsets are runs of bytes in the footer; pages have them before their data.
    for at in (start..footer).step_by(length / 14).chain([4, 9, 14, 40, start / 2]) {
        let mut bytes = good.clone();
        bytes[at..at + 3].fill(0xff);
        spoilt.push((format!("bytes {at}"), bytes));
    }
    for (what, bytes) in spoilt {
        let (said, most) = with_parquet(&bytes).measured();
        is_calm(&said);
        let fits = said.code == 0 || said.code == 3 && said.err.contains("orders.parquet");
        assert!(fits, "{what}: {} {}", said.code, said.err);
        assert!(most < usual + 400, "{what}: {most} MB, where {usual} MB are usual");
    }
}

#[test]
fn json_without_end_is_set_aside() {
    let shop = Shop::new();
    shop.edit("extracts/actions.toml", "actions.csv", "actions.ndjson");
    shop.edit("extracts/actions.toml", "\"csv\"", "\"ndjson\"");
    let object: Vec<String> = HEADERS.iter().map(|name| format!("\"{name}\":\"\"")).collect();
    let deep = format!("{{\"措施\":{}", "[".repeat(200_000));
    let wide = format!("{{\"措施\":{}}}", "9".repeat(200_000));
    let keys = format!("{{{}}}", "\"a\":1,".repeat(50_000).trim_end_matches(','));
    let lines =
        [format!("{{{}}}", object.join(",")), deep, wide, keys, "{\"措施\":1e999999999}".into()];
    shop.write("data/actions.ndjson", lines.join("\n"));
    let said = shop.run();
    is_calm(&said);
    assert_eq!(said.code, 0, "{}", said.err);
    let rejects =
        std::fs::read_to_string(shop.path("dry-run/2026-09/results/rejects.csv")).unwrap();
    let deep = rejects.lines().find(|line| line.starts_with("actions,") && line.contains(",2,"));
    assert!(deep.is_some_and(|line| line.contains("no JSON object")), "{rejects}");
}

/// What an expression of the config may not do: read files, other tables or the system.
#[test]
fn an_expression_reads_the_columns_of_its_extract_alone() {
    let shop = Shop::new();
    let secret = shop.path("secret.csv");
    shop.write("secret.csv", "a\nTOPSECRET\n");
    let file = secret.to_str().unwrap();
    for attack in [
        format!("amount in (select a from read_csv('{file}'))"),
        format!("amount in (from read_csv('{file}'))"),
        format!("exists (select 1 from read_csv('{file}'))"),
        format!("(select a from read_csv('{file}'))"),
        format!("case when amount in (select a from read_csv('{file}')) then 1 else 2 end"),
        format!("coalesce(amount, (select a from read_parquet('{file}')))"),
        format!("read_csv('{file}')"),
        format!("amount not in (with t as (select 1) select * from t)"),
        "amount in (table people)".to_owned(),
        "amount in (values (1))".to_owned(),
        "amount in (select amount from targets)".to_owned(),
        "people.name".to_owned(),
        "*".to_owned(),
        "columns(*)".to_owned(),
        "columns('.*')".to_owned(),
        "\"^.*$\"".to_owned(),
        "amount; drop table orders".to_owned(),
        "amount from orders".to_owned(),
        "amount union select 1".to_owned(),
        "current_setting('x')".to_owned(),
        "getenv('HOME')".to_owned(),
        format!("{}amount{}", "(".repeat(5_000), ")".repeat(5_000)),
    ] {
        let quoted = attack.replace('\\', "\\\\").replace('"', "\\\"");
        let own = Shop::new();
        own.edit("metrics.toml", "value = \"amount\"", &format!("value = \"{quoted}\""));
        let said = own.run();
        is_calm(&said);
        let shown: String = attack.chars().take(80).collect();
        assert_eq!(said.code, 2, "{shown}: {}{}", said.out, said.err);
        assert!(said.err.contains("metrics.toml:9:"), "{shown}: {}", said.err);
        assert!(!said.err.contains("TOPSECRET"), "{shown}: {}", said.err);
    }
}
