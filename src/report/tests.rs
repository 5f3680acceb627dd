mod targets;

use super::compose;
use super::document::{Block, Chart, Document, Drawing, ReportKind, Section, Table, Tone};
use super::fixture::{self, Company, number};
use crate::calc::{
    Days, PartScore, Reason, ReconcileState, TargetAbout, TargetDoubt, TargetQuestion,
};
use crate::model::{
    Absence, Bilingual, Dimension, DimensionKind, DimensionTarget, Figure, Language, Target,
    TargetOrigin,
};

fn report(company: &Company, unit: &str, language: Language) -> Document {
    compose(&company.seen(unit), language)
}

fn table<'a>(document: &'a Document, key: &str) -> &'a Table {
    document.tables().find(|table| table.key == key).unwrap()
}

/// Everything a document says, one line each, as a reader goes through it.
pub(super) fn read(document: &Document) -> String {
    let mut lines = vec![
        document.subject.clone(),
        format!("{} | {} | {}", document.unit_name, document.title, document.period_text),
    ];
    lines.extend(document.lead.iter().map(|sentence| format!("> {sentence}")));
    for tile in &document.tiles {
        let bar = tile.bar_percent.map_or_else(|| "-".to_owned(), |bar| bar.to_string());
        lines.push(format!(
            "[{}] {} / {} / {} / bar {bar} / {} ({:?}) / {}",
            tile.label,
            tile.value,
            tile.target,
            tile.attainment,
            tile.tone_word,
            tile.tone,
            tile.changes.join(" / "),
        ));
    }
    lines.extend(document.sections.iter().flat_map(read_section));
    let provenance = &document.provenance;
    lines.push(format!("= {}", provenance.title));
    lines.extend(provenance.lines.iter().map(|line| format!("  {line}")));
    lines.extend(provenance.definitions.iter().map(|d| format!("  {}: {}", d.label, d.text)));
    lines.extend(provenance.inputs.iter().map(|i| format!("  {} {} {}", i.path, i.size, i.hash)));
    lines.join("\n")
}

pub(super) fn read_section(section: &Section) -> Vec<String> {
    let title = format!("## {} ({})", section.title, section.key);
    std::iter::once(title).chain(section.blocks.iter().flat_map(read_block)).collect()
}

fn read_block(block: &Block) -> Vec<String> {
    match block {
        Block::Text { lines } => lines.clone(),
        Block::Notice(notice) => {
            let title = format!("! {} ({:?})", notice.title, notice.tone);
            std::iter::once(title)
                .chain(notice.lines.iter().map(|line| format!("  {line}")))
                .collect()
        }
        Block::Table(table) => {
            let labels: Vec<&str> = table.columns.iter().map(|c| c.label.as_str()).collect();
            let mut lines = vec![
                format!("# {} ({})", table.title, table.key),
                format!("  {}", labels.join(" | ")),
            ];
            lines.extend(table.rows.iter().map(|row| {
                let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
                format!("  {}", cells.join(" | "))
            }));
            lines.extend(table.notes.iter().map(|note| format!("  * {note}")));
            lines
        }
        Block::Chart(chart) => {
            let ticks: Vec<&str> = chart.ticks.iter().map(|(_, text)| text.as_str()).collect();
            let mut lines =
                vec![format!("~ {}: {}", chart.title, chart.alt), format!("  {}", ticks.join(" "))];
            lines.extend(drawn(chart));
            lines
        }
    }
}

/// What is drawn, one line each: labels of months and the lines' ends, or the steps.
fn drawn(chart: &Chart) -> Vec<String> {
    match &chart.drawing {
        Drawing::Lines { labels, lines } => std::iter::once(format!("  {}", labels.join(" ")))
            .chain(lines.iter().map(|line| format!("  {} {}", line.label, line.last_text)))
            .collect(),
        Drawing::Waterfall { steps, axis_note, .. } => {
            let step = |step: &super::document::Step| {
                format!("  {} {} ({:?})", step.label, step.text, step.role)
            };
            steps.iter().map(step).chain([format!("  {axis_note}")]).collect()
        }
    }
}

#[test]
fn reports_read_well() {
    let company = fixture::company();
    for (unit, name) in [("P2", "person"), ("D1", "department"), ("C00", "company")] {
        for language in [Language::Zh, Language::En] {
            let document = report(&company, unit, language);
            insta::assert_snapshot!(format!("{name}_{}", language.code()), read(&document));
        }
    }
}

#[test]
fn causes_are_told_in_cards() {
    let company = fixture::company();
    for language in [Language::Zh, Language::En] {
        let mut told = Vec::new();
        for unit in ["D11", "P2"] {
            let mut document = report(&company, unit, language);
            let in_cards = |block: &Block| matches!(block, Block::Table(table) if ["causes", "factors"].contains(&table.key));
            document.sections.iter_mut().for_each(|section| section.blocks.retain(in_cards));
            let text = read(&document);
            let from = text.find("\n# ").unwrap() + 1;
            let to = text.find("\n= ").unwrap();
            let cards = text[from..to].lines().filter(|line| !line.starts_with("## "));
            told.push(cards.collect::<Vec<_>>().join("\n"));
        }
        insta::assert_snapshot!(format!("causes_{}", language.code()), told.join("\n"));
    }
}

#[test]
fn a_persons_report_names_nobody_else() {
    let company = fixture::company();
    for language in [Language::Zh, Language::En] {
        let document = report(&company, "P2", language);
        assert_eq!(document.kind, ReportKind::Person);
        let text = serde_json::to_string(&document).unwrap();
        for (id, other) in company.org.people.iter().filter(|(id, _)| id.as_str() != "P2") {
            assert!(!text.contains(&other.name), "{id}");
        }
        assert!(!text.contains("1,199.60") && !text.contains("1,525,300"), "others' figures");
    }
}

#[test]
fn mean_and_median_need_a_group_that_hides_its_members() {
    let mut company = fixture::company();
    let has = |company: &Company| {
        let document = report(company, "P2", Language::Zh);
        (document.tables().any(|table| table.key == "peers"), read(&document))
    };
    assert!(has(&company).0);
    company.score("P2", "sales").standing.as_mut().unwrap().peers = 4;
    let (shown, text) = has(&company);
    assert!(!shown && !text.contains("排名第"), "{text}");
    assert!(!text.contains("88.1%") && !text.contains("81.5%"));
    company.policy.small_ranks = true;
    let (shown, text) = has(&company);
    assert!(!shown && text.contains("在全公司4人中排名第3"));
}

#[test]
fn absences_are_named_and_never_zero() {
    let mut company = fixture::company();
    for (absence, word) in [
        (Absence::NoTarget, "未设定目标"),
        (Absence::ZeroTarget, "只列差额"),
        (Absence::Exempt, "豁免"),
        (Absence::NoData, "没有销售额数据"),
    ] {
        let score = company.score("P2", "sales");
        score.attainment = Figure::Absent(absence);
        let document = report(&company, "P2", Language::Zh);
        assert!(document.lead[0].contains(word), "{}", document.lead[0]);
        let tile = &document.tiles[0];
        assert_eq!((tile.bar_percent, tile.attainment.as_str()), (None, ""));
        assert_eq!(tile.tone, Tone::Muted);
        assert_eq!(table(&document, "metrics").rows[0][3].bar_percent, None);
    }
}

#[test]
fn a_unit_that_was_not_judged_still_gets_a_report() {
    let mut company = fixture::company();
    company.cards = Default::default();
    for unit in ["P2", "D1", "C00", "nobody"] {
        for language in [Language::Zh, Language::En] {
            let document = report(&company, unit, language);
            assert!(!document.lead.is_empty() && document.charts().next().is_none());
        }
    }
}

#[test]
fn attention_comes_most_severe_first() {
    let document = report(&fixture::company(), "C00", Language::En);
    let table = table(&document, "attention");
    let warnings: Vec<Tone> = table.rows.iter().map(|row| row[2].tone).collect();
    let mut sorted = warnings.clone();
    sorted.sort_by_key(|tone| *tone != Tone::Bad);
    assert_eq!(warnings, sorted);
    assert_eq!(table.rows[0][0].text, "李娜");
}

#[test]
fn a_bar_is_full_only_at_the_target() {
    let mut company = fixture::company();
    for (share, bar) in [("0.9999", 99), ("1", 100), ("1.7", 100), ("-0.2", 0), ("0.005", 0)] {
        company.score("P2", "sales").attainment = Figure::Known(number(share));
        assert_eq!(report(&company, "P2", Language::Zh).tiles[0].bar_percent, Some(bar));
    }
}

#[test]
fn a_column_without_a_word_is_left_out_of_every_row() {
    let mut company = fixture::company();
    company.cards.coefficients.clear();
    let document = report(&company, "C00", Language::En);
    for table in document.tables() {
        let widths: Vec<usize> = table.rows.iter().map(Vec::len).collect();
        assert!(widths.iter().all(|width| *width == table.columns.len()), "{}", table.key);
    }
    let people = table(&document, "people");
    assert!(people.columns.iter().all(|column| column.label != "Coefficient"));
    assert_eq!(people.columns.last().unwrap().label, "Rank");
}

#[test]
fn a_latin_name_keeps_apart_from_the_digits_after_it() {
    let mut company = fixture::company();
    company.org.people.get_mut(&"P2".into()).unwrap().name = "Anna Snelling".to_owned();
    let lead = report(&company, "P2", Language::Zh).lead;
    assert!(lead[0].starts_with("Anna Snelling 2026年10月销售额为"), "{}", lead[0]);
}

#[test]
fn a_subject_stays_on_one_line() {
    let mut company = fixture::company();
    company.name.zh = "明德\r\nBcc: x@y.example".to_owned();
    let subject = report(&company, "P2", Language::Zh).subject;
    assert!(!subject.contains(['\r', '\n']), "{subject}");
}

#[test]
fn a_long_list_is_cut_and_counted() {
    let mut company = fixture::company();
    let template = company.org.people[&"P3".into()].clone();
    for at in 0..100 {
        let id = format!("X{at:03}");
        let stays = company.org.memberships[&"P3".into()].clone();
        company.org.memberships.insert(id.as_str().into(), stays);
        let person = crate::model::Person { id: id.as_str().into(), ..template.clone() };
        company.org.people.insert(id.as_str().into(), person);
        let mut score = company.score("P3", "sales").clone();
        score.unit = id.as_str().into();
        let key = (fixture::MONTH, score.unit.clone(), score.metric.clone());
        company.cards.scores.insert(key, score);
    }
    let document = report(&company, "D11", Language::En);
    let people = table(&document, "people");
    let left_out = 103 - people.rows.len();
    assert!(left_out > 0 && people.notes[0].starts_with(&left_out.to_string()));
}
