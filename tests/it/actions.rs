//! The improvement plan through the real program: from the mail, filled in, back into the next check.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use mail_parser::{MessageParser, MimeHeaders};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::project::Project;

/// The rows of a results table, each by the names of its columns. None of its texts has a comma.
fn table(project: &Project, name: &str) -> Vec<BTreeMap<String, String>> {
    let text = project.read(&format!("dry-run/2026-10/results/{name}.csv"));
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| {
        let cells = line.split(',').map(str::to_owned);
        header.iter().map(|name| (*name).to_owned()).zip(cells).collect()
    };
    lines.map(row).collect()
}

/// The attached workbooks of the mail on a unit, by name.
fn attached(project: &Project, unit: &str) -> Vec<(String, Vec<u8>)> {
    let mails = project.files("dry-run/2026-10").into_iter();
    let (_, mail) = mails
        .filter(|(name, _)| name.ends_with(&format!("-{unit}.eml")) && !name.contains("-quality-"))
        .next()
        .unwrap_or_else(|| panic!("no mail on {unit}"));
    let mail = MessageParser::default().parse(&mail).unwrap();
    mail.attachments()
        .filter(|part| part.content_id().is_none())
        .map(|part| (part.attachment_name().unwrap().to_owned(), part.contents().to_vec()))
        .collect()
}

/// The tab that is read back, by its name in the config.
const TAB: &str = "改进计划表";

fn tabs(workbook: &[u8]) -> Vec<String> {
    Xlsx::new(Cursor::new(workbook.to_vec())).unwrap().sheet_names()
}

fn rows(workbook: &[u8]) -> Vec<Vec<Data>> {
    let mut book = Xlsx::new(Cursor::new(workbook.to_vec())).unwrap();
    let range = book.worksheet_range(TAB).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

/// Fills a cell of the sheet in, as a spreadsheet would: all other cells stay as they are.
fn filled(workbook: &[u8], edits: &[(usize, &str, &str)]) -> Vec<u8> {
    let rows = rows(workbook);
    let header: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(TAB).unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for (y, row) in (0..).zip(&rows) {
        for (x, cell) in (0..).zip(row) {
            match cell {
                Data::Float(number) => drop(sheet.write(y, x, *number).unwrap()),
                Data::DateTime(moment) => {
                    let date = ExcelDateTime::from_serial_datetime(moment.as_f64()).unwrap();
                    sheet.write_with_format(y, x, &date, &day).unwrap();
                }
                Data::Empty => {}
                other => drop(sheet.write(y, x, other.to_string()).unwrap()),
            }
        }
    }
    for (row, column, value) in edits {
        let x = header.iter().position(|name| name == column).unwrap_or_else(|| panic!("{column}"));
        sheet.write(*row as u32, x as u16, *value).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_plan_sheet_goes_out_comes_back_and_is_followed_up() {
    let project = Project::of_two_months();
    let said = project.attain("run", &["--dry-run"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let before = table(&project, "actions");
    assert_eq!(before.len(), 12, "those of actions.csv");
    let state = |id: &str| before.iter().find(|row| row["action"] == id).unwrap()["state"].clone();
    assert_eq!(["A001", "A002", "A004"].map(state), ["done", "open", "overdue"]);

    // 华北区 is warned for sales, and its win rate is far from its target.
    let files = attached(&project, "D40");
    let [(name, workbook)] = &files[..] else { panic!("{} files", files.len()) };
    assert_eq!(name, "业绩对账单-2026-10-D40-华北区.xlsx");
    let mut lying = project.files("dry-run/2026-10").into_iter();
    let beside = format!("-department-D40-{name}");
    let (file, bytes) = lying.find(|(file, _)| file.ends_with(&beside)).expect("beside the mail");
    assert_eq!(bytes, *workbook);
    let sheet = rows(workbook);
    let header: Vec<String> = sheet[0].iter().map(ToString::to_string).collect();
    for column in
        ["措施编号", "组织编号", "指标", "改进措施", "责任人工号", "截止日期", "期望值", "状态"]
    {
        assert!(header.contains(&column.to_owned()), "{header:?}");
    }
    let cell = |row: &Vec<Data>, name: &str| {
        row[header.iter().position(|header| header == name).unwrap()].to_string()
    };
    let place = sheet.iter().position(|row| cell(row, "指标") == "方案通过率").unwrap();
    assert_eq!(cell(&sheet[place], "措施编号"), "2026-10-D40-win_rate");
    // The training that the play-book has first was done in October: no word of it again.
    assert!(cell(&sheet[place], "建议措施").contains("丢单方案"), "{:?}", sheet[place]);
    assert!(cell(&sheet[place], "已有措施").contains("技术支持评审"), "{:?}", sheet[place]);
    assert_eq!(cell(&sheet[place], "改进措施"), "");
    assert_eq!(cell(&sheet[place], "期望值"), "0.8");

    // Filled in for one metric, with a second measure below, and a slip in a third.
    let last = sheet.len();
    let completed = filled(
        workbook,
        &[
            (place, "改进措施", "每周演练一次方案讲解"),
            (last, "组织编号", "华北区"),
            (last, "指标", "方案通过率"),
            (last, "改进措施", "请总部专家参加重点项目"),
            (last, "截止日期", "2026-11-10"),
            (last, "期望值", "80%"),
            (last + 1, "组织编号", "D40"),
            (last + 1, "指标", "方案通过率"),
            (last + 1, "改进措施", "增加人手"),
            (last + 1, "截止日期", "2026-12-10"),
            (last + 1, "期望值", "很高"),
        ],
    );
    std::fs::create_dir_all(project.path("data/plans")).unwrap();
    project.write("data/plans/华北区.xlsx", &completed);
    // Its copy comes back as well; another mail's attachment is no workbook; Excel has one open.
    project.write("data/plans/华北区-2.xlsx", &completed);
    project.write("data/plans/坏.xlsx", "no workbook");
    project.write("data/plans/~$华北区.xlsx", "a lock");

    let check = project.attain("check", &[]);
    assert_eq!(check.code, 0, "{}{}", check.out, check.err);
    let slips: Vec<&str> =
        check.diagnostics().into_iter().filter(|line| line.contains("plans")).collect();
    let says = |what: &str| slips.iter().filter(|line| line.contains(what)).count();
    assert_eq!(
        says("column 期望值: a row of extract “plans” is set aside: not a number"),
        2,
        "{slips:#?}"
    );
    assert_eq!(says("this action is there already"), 2, "{slips:#?}");
    assert_eq!(
        says(
            "data/plans/坏.xlsx, row 1: a row of extract “plans” is set aside: the file is set aside"
        ),
        1,
        "{slips:#?}"
    );
    assert_eq!(slips.len(), 5, "{slips:#?}");

    let said = project.attain("run", &["--dry-run"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let after = table(&project, "actions");
    let back: Vec<_> = after.iter().filter(|row| row["file"].contains("plans/")).collect();
    let measures: Vec<&str> = back.iter().map(|row| row["measure"].as_str()).collect();
    assert!(measures.contains(&"每周演练一次方案讲解"), "{measures:?}");
    let first = back.iter().find(|row| row["action"] == "2026-10-D40-win_rate").unwrap();
    assert_eq!((first["expected"].as_str(), first["due"].as_str()), ("0.800000", "2026-12-03"));
    assert_eq!((first["owner_id"].as_str(), first["opened"].as_str()), ("E009", "2026-11-03"));
    let second = back.iter().find(|row| row["measure"] == "请总部专家参加重点项目").unwrap();
    assert_eq!((second["unit_id"].as_str(), second["state"].as_str()), ("D40", "due"));
    let page = file.replace(&format!("-{name}"), ".html");
    let report = project.read(&format!("dry-run/2026-10/{page}"));
    assert!(report.contains("每周演练一次方案讲解") && report.contains("7天后到期"));
}

#[test]
fn only_warned_units_get_a_sheet_and_an_english_reader_an_english_one() {
    let project = Project::of_two_months();
    let said = project.attain("run", &["--dry-run"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let warned = table(&project, "scores")
        .into_iter()
        .filter(|row| row["grain"] == "month" && row["period"] == "2026-10")
        .filter(|row| row["warning"] != "none")
        .map(|row| row["unit_id"].clone())
        .collect::<std::collections::BTreeSet<String>>();
    let mails = project.files("dry-run/2026-10").into_iter();
    let mut english = 0;
    let judged = |name: &str| name.ends_with(".eml") && !name.contains("-quality-");
    for (name, mail) in mails.filter(|(name, _)| judged(name)) {
        let parsed = MessageParser::default().parse(&mail).unwrap();
        let unit = name.trim_end_matches(".eml").split('-').nth(2).unwrap();
        let files: Vec<_> =
            parsed.attachments().filter(|part| part.content_id().is_none()).collect();
        assert_eq!(files.len(), 1, "{name}");
        for file in files {
            let has_sheet = tabs(file.contents()).contains(&TAB.to_owned());
            assert_eq!(has_sheet, warned.contains(unit) && !name.contains("-hr-"), "{name}");
            let name = file.attachment_name().unwrap();
            assert!(name.contains("2026-10"), "{name}");
            if name.starts_with("Statement") && has_sheet {
                english += 1;
                let header: Vec<String> =
                    rows(file.contents())[0].iter().map(ToString::to_string).collect();
                assert!(header.contains(&"Proposed measure".to_owned()), "{header:?}");
                assert!(header.contains(&"改进措施".to_owned()), "read back by it: {header:?}");
            }
        }
    }
    assert!(english > 0 && warned.len() > 10, "{english} of {}", warned.len());
}

#[test]
fn a_measure_that_does_not_fit_is_named_and_holds_nothing() {
    let project = Project::of_two_months();
    let mut text = project.read("data/actions.csv");
    for (number, cells) in (1..).zip([
        "D99,销售额,加班,E009,2026-10-01,2026-11-30,100,进行中,",
        "D40,销量,加班,E009,2026-10-01,2026-11-30,100,进行中,",
        "D40,销售额,加班,E998,2026-10-01,2026-11-30,100,进行中,",
        "D40,销售额,加班,E009,2026-10-01,2026-09-30,100,进行中,",
        "D40,销售额,加班,E009,2026-10-01,,100,进行中,",
        "D40,销售额,加班,E009,2026-10-01,2026-11-31,100,进行中,",
        "D40,销售额,加班,E009,2026-10-01,2026-11-30,翻倍,进行中,",
        "D40,方案通过率,加班,E009,2026-10-01,2026-11-30,80,进行中,",
        "D40,销售额,加班,E009,2026-10-01,2026-11-30,80%,进行中,",
        "D40,销售额,加班,E009,2026-10-01,2026-11-30,100,已完成,2026-09-30",
    ]) {
        text.push_str(&format!("B{number:03},{cells}\n"));
    }
    // By names, without an expected value, and given up.
    text.push_str("B011,华北区,Sales,加班,吕可馨,,2026-11-30,,已取消,\n");
    project.write("data/actions.csv", text);
    let said = project.attain("check", &[]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let listed = said.diagnostics();
    for (row, column, what) in [
        (
            14,
            "组织编号",
            "nobody and no unit has this id or name; mend the id or the name, or add the unit: “D99”",
        ),
        (15, "指标", "no metric has this name"),
        (16, "责任人工号", "nobody has this id or name"),
        (
            17,
            "截止日期",
            "due before it was opened; it must be the day of opening or a later one: “2026-09-30”",
        ),
        (18, "截止日期", "no due date; write one such as 2026-11-30"),
        (19, "截止日期", "not a date such as 2026-10-31: “2026-11-31”"),
        (20, "期望值", "not a number; write digits such as 1550000 or 80%: “翻倍”"),
        (21, "期望值", "too high for a share; write 80% or a share such as 0.8: “80”"),
        (22, "期望值", "a percentage of what is no share"),
        (23, "完成日期", "done before it was opened"),
    ] {
        let line = format!(
            "warning: data/actions.csv, row {row}, column {column}: a row of extract “actions” is set aside: {what}"
        );
        assert!(listed.iter().any(|said| said.starts_with(&line)), "{line}\n{listed:#?}");
    }
    assert!(!listed.iter().any(|said| said.contains("actions.csv, row 24")), "{listed:#?}");
}
