use super::*;
use crate::model::{Absentee, Exact, Finding, Found, Measure, Place, RejectKind, Rhythm};
use crate::report::document::Cell;
use crate::report::fixture::{Company, company, total};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn month() -> Period {
    "2026-10".parse().unwrap()
}

fn source(extract: &str, rows: u64, rejected: u64) -> SourceFacts {
    SourceFacts {
        extract: extract.into(),
        responsible: "销售助理".to_owned(),
        rhythm: Some(Rhythm::Daily),
        rows,
        rejected,
        allowed: Some(Exact::from_minor(1, 2)),
        in_period: Some(rows),
        last: Some(day("2026-10-30")),
    }
}

/// One of everything that can be found.
fn facts() -> QualityFacts {
    let number = |text: &str| Exact::parse(text).unwrap();
    let sum = Measure::Sum("金额".to_owned());
    let found = [
        (
            Consequence::Hold,
            Found::Stated {
                month: month(),
                measure: sum.clone(),
                stated: number("100.00"),
                read: number("99.99"),
                aside: 1,
            },
        ),
        (Consequence::Hold, Found::NotStated { month: month(), by: "totals".into() }),
        (
            Consequence::Hold,
            Found::Slip { metric: "sales".into(), month: None, difference: number("0.01") },
        ),
        (Consequence::Warn, Found::Silent { period: month(), last: None }),
        (Consequence::Warn, Found::Silent { period: month(), last: Some(day("2026-09-30")) }),
        (
            Consequence::Warn,
            Found::Late {
                last: day("2026-10-20"),
                end: day("2026-10-31"),
                working_days: 8,
                allowed: 2,
            },
        ),
        (
            Consequence::Warn,
            Found::Gaps {
                rhythm: Rhythm::Daily,
                since: (1..=10)
                    .map(|date| NaiveDate::from_ymd_opt(2026, 10, date).unwrap())
                    .collect(),
            },
        ),
        (
            Consequence::Warn,
            Found::Drift {
                month: month(),
                measure: Measure::Rows,
                value: number("18"),
                mean: number("199.25"),
                months: 6,
                tolerance: number("50%"),
            },
        ),
        (
            Consequence::Warn,
            Found::People {
                absent: vec![
                    Absentee { person: "P1".into(), last: None, weeks: Vec::new() },
                    Absentee {
                        person: "P2".into(),
                        last: Some(day("2026-10-30")),
                        weeks: vec![day("2026-10-12")],
                    },
                ],
                rhythm: Rhythm::Daily,
            },
        ),
    ];
    QualityFacts {
        sources: vec![source("orders", 1000, 11), source("visits", 800, 0)],
        rejects: vec![RejectReason {
            extract: "orders".into(),
            kind: RejectKind::Outside,
            column: "金额".to_owned(),
            rows: 11,
            samples: vec![Sample {
                file: "orders/2026-10.csv".to_owned(),
                row: 7,
                value: "99999".to_owned(),
            }],
        }],
        findings: found
            .into_iter()
            .map(|(then, what)| Finding { extract: "orders".into(), then, what })
            .collect(),
        totals: vec![total()],
        unreached: vec![Unreached {
            unit: "P1".into(),
            owner: Some("P1".into()),
            mail: None,
            why: Unreachable::NoAddress,
        }],
        unreached_then: Consequence::Warn,
        stopped_by: Vec::new(),
    }
}

fn compose(company: &Company, facts: &QualityFacts, language: Language) -> Document {
    compose_quality(&briefing(company, facts), language)
}

fn briefing<'a>(company: &'a Company, facts: &'a QualityFacts) -> QualityBriefing<'a> {
    QualityBriefing {
        facts,
        attached: Some("rejects.csv"),
        words: WordBook::built_in(),
        company: &company.name,
        currency: "CNY",
        plan: &company.plan,
        metrics: &company.metrics,
        org: &company.org,
        fiscal: FiscalYear::default(),
        judged: month(),
        as_of: day("2026-11-03"),
        version: 1,
        program_version: "0.1.0",
        config_hash: "9f2b7c1d4e5a6b7c",
        inputs: &company.inputs,
        provisional: false,
        late: &[],
    }
}

/// The document as its reader meets it.
fn told(document: &Document) -> String {
    let mut lines = vec![document.subject.clone(), String::new()];
    lines.extend(document.lead.iter().cloned());
    for section in &document.sections {
        lines.push(format!("\n== {}", section.title));
        for block in &section.blocks {
            match block {
                Block::Notice(notice) => {
                    lines.push(format!("[{:?}] {}", notice.tone, notice.title));
                    lines.extend(notice.lines.iter().cloned());
                }
                Block::Table(table) => {
                    let row = |cells: Vec<&str>| cells.join(" | ");
                    lines.push(row(table.columns.iter().map(|of| of.label.as_str()).collect()));
                    let rows = table.rows.iter();
                    lines.extend(rows.map(|of| row(of.iter().map(|c| c.text.as_str()).collect())));
                    lines.extend(table.notes.iter().map(|note| format!("* {note}")));
                }
                Block::Text { lines: text } => lines.extend(text.iter().cloned()),
                Block::Chart(_) => unreachable!("it has no pictures"),
            }
        }
    }
    lines.join("\n")
}

#[test]
fn everything_that_is_found_is_said_in_both_languages() {
    let company = company();
    for language in [Language::Zh, Language::En] {
        let document = compose(&company, &facts(), language);
        insta::assert_snapshot!(format!("quality-{}", language.code()), told(&document));
    }
}

#[test]
fn what_holds_the_run_is_counted_and_stands_first() {
    let facts = facts();
    // Three findings and the share of `orders` hold it; six findings and one owner do not.
    assert_eq!(facts.counts(), [4, 7]);
    let document = compose(&company(), &facts, Language::En);
    assert!(document.subject.ends_with("reports held, 4 to mend"), "{}", document.subject);
    let tones: Vec<Tone> = document.notices().map(|notice| notice.tone).collect();
    assert_eq!(tones, [Tone::Bad, Tone::Watch]);
}

#[test]
fn whoever_answers_for_one_extract_reads_of_that_one() {
    let own = facts().about(&["visits".into()]);
    assert!(!own.says_something() && own.sources.len() == 1);
    let document = compose(&company(), &own, Language::Zh);
    assert!(document.subject.ends_with("检查全部通过"), "{}", document.subject);
}

#[test]
fn what_stopped_a_run_early_is_told_with_its_place() {
    let wrong = Shortfall {
        extract: "orders".to_owned(),
        responsible: String::new(),
        missing: false,
        place: Place::file("orders/2026-10.csv").row(1),
        what: "there is no header".to_owned(),
        help: "export it again".to_owned(),
    };
    let late = late();
    let told = |stopped_by, language| {
        let facts = QualityFacts { stopped_by, ..QualityFacts::default() };
        let document = compose(&company(), &facts, language);
        let table = document.tables().next().unwrap();
        let row = |row: &Vec<Cell>| row.iter().map(|cell| cell.text.clone()).collect();
        let rows: Vec<Vec<String>> = table.rows.iter().map(row).collect();
        (document.subject, rows)
    };
    let (subject, rows) = told(vec![wrong.clone(), late.clone()], Language::Zh);
    assert!(subject.contains("2项必须处理"), "{subject}");
    assert_eq!(
        rows[0],
        [
            "orders/2026-10.csv第1行",
            "orders：未通过数据检查，请运行attain check查看并修正，然后重新运行。",
            "there is no header（export it again）"
        ]
    );
    assert_eq!(
        rows[1],
        ["visits/2026-10.csv", "visits：尚未收到文件，请放到此处后重新运行。", "—"]
    );
    let (_, rows) = told(vec![wrong], Language::En);
    assert_eq!(rows[0][0], "orders/2026-10.csv, row 1");
    assert_eq!(rows[0][2], "there is no header (export it again)");
    // Of a file that is just not there the program has nothing more to say.
    let (_, rows) = told(vec![late], Language::Zh);
    assert_eq!(rows[0].len(), 2, "{rows:?}");
}

fn late() -> Shortfall {
    Shortfall {
        extract: "visits".to_owned(),
        responsible: String::new(),
        missing: true,
        place: Place::file("visits/2026-10.csv"),
        what: "extract “visits” has no file for 2026-10".to_owned(),
        help: "deliver it".to_owned(),
    }
}

/// While everybody else reads that the data are not complete, the data owner is not told that they
/// can be used, nor that nothing was sent.
#[test]
fn a_provisional_run_says_that_it_is_one() {
    let (company, late) = (company(), [late()]);
    for facts in [facts(), QualityFacts::default()] {
        let provisional =
            QualityBriefing { provisional: true, late: &late, ..briefing(&company, &facts) };
        let document = compose_quality(&provisional, Language::Zh);
        assert!(
            document.subject.ends_with("数据仍未齐全，报告按暂定版发送"),
            "{}",
            document.subject
        );
        let lead = document.lead.concat();
        assert!(lead.starts_with("2026年10月的数据仍未齐全"), "{lead}");
        for wrong in ["可以使用", "暂停发送", "没有向任何人发送邮件", "全部通过"]
        {
            assert!(!lead.contains(wrong), "{lead}");
        }
        let first = &document.notices().next().unwrap().lines[0];
        assert_eq!(first, "尚未收到文件visits/2026-10.csv");
        let english = compose_quality(&provisional, Language::En);
        assert!(english.lead[0].contains("go out as provisional"), "{:?}", english.lead);
    }
}
