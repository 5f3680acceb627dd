use std::path::Path;

use super::{Font, Templates, sample, template_files};
use crate::model::Language;
use crate::report::document::{Block, Document, Drawing, ReportKind};

const KINDS: [ReportKind; 7] = ReportKind::ALL;

fn font() -> Font {
    Font::load(None).unwrap()
}

/// What loading says of a project whose `reports` folder holds these files.
fn complaints(files: &[(&str, &str)]) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    match Templates::load(Some(dir.path())) {
        Ok(_) => Vec::new(),
        Err(found) => found.iter().map(|d| format!("{}: {}", d.place, d.what)).collect(),
    }
}

#[test]
fn an_unknown_variable_is_found_at_load() {
    for (name, line) in [
        ("person/report.html", 2),
        ("company/report.txt", 2),
        ("parts/notice.html", 2),
        ("parts/report.txt", 2),
        ("index/page.html", 2),
    ] {
        let found = complaints(&[(name, "first line\n{{ no_such_thing }}\n")]);
        let place = format!("reports/{name}:{line}");
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(&place) && found[0].contains("no_such_thing"), "{found:?}");
    }
}

#[test]
fn an_unknown_field_inside_a_condition_or_a_loop_is_found_at_load() {
    let text = "{% for section in sections %}{% for block in section.blocks %}{% if block.kind == \"table\" %}\
                {% for row in block.table.rows %}{% for cell in row %}{% if cell.bar %}\n\
                {{ cell.bar_share }}{% endif %}{% endfor %}{% endfor %}{% endif %}{% endfor %}{% endfor %}";
    let found = complaints(&[("department/report.html", text)]);
    assert!(found.len() == 1 && found[0].starts_with("reports/department/report.html:2"));
}

#[test]
fn a_slip_in_the_syntax_names_file_and_line() {
    let found = complaints(&[("parts/tiles.html", "<table>\n\n{% for tile in tiles %\n")]);
    assert!(found.len() == 1 && found[0].starts_with("reports/parts/tiles.html:3"), "{found:?}");
}

#[test]
fn all_slips_are_named_at_once() {
    let found = complaints(&[
        ("person/report.txt", "{{ one }}"),
        ("company/report.html", "{{ two }}"),
        ("index/page.html", "{{ three }}"),
    ]);
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn an_unknown_filter_or_part_names_file_and_line() {
    for text in ["{{ title | no_such }}", "{% include \"no_such.html\" %}"] {
        let found = complaints(&[("person/report.html", &format!("first line\n{text}"))]);
        assert_eq!(found.len(), 1, "{found:?}");
        let place = "reports/person/report.html:2: ";
        assert!(found[0].starts_with(place) && found[0].contains("no_such"), "{found:?}");
    }
}

#[test]
fn what_a_report_may_lack_is_not_taken_for_granted() {
    let found = complaints(&[("person/report.html", "{{ sections[0].blocks[0].kind }}")]);
    assert!(found.len() == 1 && found[0].starts_with("reports/person/report.html:1"), "{found:?}");
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let (templates, font) = (Templates::load(None).unwrap(), font());
    for kind in KINDS {
        for language in [Language::Zh, Language::En] {
            let document = sample::document(kind, language);
            let first = templates.render(&document, &font).unwrap();
            assert_eq!(first, templates.render(&document, &font).unwrap());
            assert!(first.html.contains(&format!("cid:{}", first.images[0].cid)));
        }
    }
}

#[test]
fn hostile_text_stays_text() {
    const HOSTILE: &str = "\"><script>alert('{{ x }}')</script>&{% raw %}";
    let mut document = sample::document(ReportKind::Person, Language::En);
    document.lead[0] = HOSTILE.to_owned();
    document.unit_name = HOSTILE.to_owned();
    document.tiles[0].label = HOSTILE.to_owned();
    for block in &mut document.sections[0].blocks {
        match block {
            Block::Text { lines } => lines[0] = HOSTILE.to_owned(),
            Block::Notice(notice) => notice.title = HOSTILE.to_owned(),
            Block::Table(table) => table.rows[0][0].text = HOSTILE.to_owned(),
            Block::Chart(chart) => {
                chart.alt = HOSTILE.to_owned();
                if let Drawing::Lines { lines, .. } = &mut chart.drawing {
                    lines[0].label = HOSTILE.to_owned();
                }
            }
        }
    }
    let rendered = Templates::load(None).unwrap().render(&document, &font()).unwrap();
    assert!(!rendered.html.contains("<script") && !rendered.html.contains("alt=\"\">"));
    assert_eq!(rendered.html.matches("{{ x }}").count(), 16);
    assert!(rendered.text.contains(HOSTILE));
}

#[test]
fn the_text_part_has_every_figure_of_the_page() {
    let document = sample::document(ReportKind::Department, Language::Zh);
    let text = Templates::load(None).unwrap().render(&document, &font()).unwrap().text;
    for said in figures(&document) {
        assert!(text.contains(said), "{said}");
    }
}

fn figures(document: &Document) -> Vec<&str> {
    let mut said: Vec<&str> = document.lead.iter().map(String::as_str).collect();
    for tile in &document.tiles {
        said.extend([tile.value.as_str(), &tile.target, &tile.attainment, &tile.tone_word]);
        said.extend(tile.changes.iter().map(String::as_str));
    }
    for notice in document.notices() {
        said.push(&notice.title);
        said.extend(notice.lines.iter().map(String::as_str));
    }
    for table in document.tables() {
        said.extend(table.rows.iter().flatten().map(|cell| cell.text.as_str()));
        said.extend(table.notes.iter().map(String::as_str));
    }
    said.extend(document.provenance.lines.iter().map(String::as_str));
    said
}

#[test]
fn short_words_and_figures_are_never_broken() {
    let mut document = sample::bare(ReportKind::Person, Language::Zh);
    let long = "上级负责人介入督导，请准备好原因分析和改进计划";
    let texts = [("平均成单周期", true), ("2026-12-31", true), (long, false)];
    let templates = Templates::load(None).unwrap();
    for (text, kept) in texts {
        let mut table = sample::table();
        table.rows[1][0].text = text.to_owned();
        document.sections[0].blocks = vec![Block::Table(table)];
        let html = templates.render(&document, &font()).unwrap().html;
        let before = html.split(&format!(">{text}<")).next().unwrap();
        let cell = &before[before.rfind("<th").unwrap()..];
        // All cells are kept on one line but those of this class.
        assert_eq!(!cell.contains(" class=\"t"), kept, "{text}: {cell}");
    }
}

#[test]
fn a_text_of_several_lines_stays_in_its_row() {
    let mut table = sample::table();
    table.rows[1][0].text = "拜访重点客户\r\n推进\t新品".to_owned();
    let lines = super::text::lines(&table);
    assert_eq!(lines[2], "拜访重点客户 推进 新品        —");
}

#[test]
fn a_font_that_is_not_there_says_what_to_install() {
    let missing = Font::load(Some(Path::new("/nowhere/font.ttc"))).unwrap_err();
    assert!(missing.help.contains("fonts-noto-cjk") && missing.place.file == "/nowhere/font.ttc");
}

/// A template that nobody embeds would be replaced by nobody's own.
#[test]
fn every_template_of_the_folder_is_embedded() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
    let mut there: Vec<String> = Vec::new();
    for folder in std::fs::read_dir(&root).unwrap() {
        let folder = folder.unwrap().path();
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            if path
                .extension()
                .is_some_and(|kind| ["html", "txt", "typ"].iter().any(|known| kind == *known))
            {
                there.push(path.strip_prefix(&root).unwrap().display().to_string());
            }
        }
    }
    there.sort();
    assert_eq!(there, template_files().map(|(name, _)| name.to_owned()).collect::<Vec<_>>());
}
