//! The booklet of a quarter, looked at with the tools that its readers' programs are made of.

use std::path::Path;

use attain::model::Language;
use attain::render::{Font, Templates, sample};
use attain::report::document::{Block, Chart, Drawing, Pack, Step};

use crate::testbed;

/// What a program says of a file; none where it is not installed.
fn say(tool: &str, before: &[&str], file: &Path, after: &[&str]) -> Option<String> {
    let mut command = testbed::tool(tool)?;
    let output = command.args(before).arg(file).args(after).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{tool}: {said}{}", String::from_utf8_lossy(&output.stderr));
    Some(said)
}

/// What is written on the waterfalls of a pack.
fn steps(pack: &Pack) -> impl Iterator<Item = &Step> {
    let sections = pack.chapters.iter().flat_map(|chapter| &chapter.sections);
    sections.flat_map(|section| &section.blocks).flat_map(|block| match block {
        Block::Chart(Chart { drawing: Drawing::Waterfall { steps, .. }, .. }) => steps.as_slice(),
        _ => &[],
    })
}

#[test]
fn a_pack_is_sound_small_and_selectable() {
    let (templates, font) = (Templates::load(None).unwrap(), Font::load(None).unwrap());
    let folder = tempfile::tempdir().unwrap();
    for language in [Language::Zh, Language::En] {
        let pack = sample::pack(language);
        let file = folder.path().join(format!("{}.pdf", language.tag()));
        let bytes = templates.pdf(&pack, &font).unwrap();
        assert!(bytes.len() < 2_000_000, "{} bytes", bytes.len());
        std::fs::write(&file, bytes).unwrap();

        say("qpdf", &["--check"], &file, &[]);
        if let Some(fonts) = say("pdffonts", &[], &file, &[]) {
            let lines: Vec<&str> = fonts.lines().skip(2).collect();
            assert!(!lines.is_empty(), "{fonts}");
            for line in lines {
                // Embedded, a subset, with the characters that its glyphs stand for.
                let words: Vec<&str> = line.split_whitespace().collect();
                assert_eq!(
                    words[words.len() - 5..words.len() - 2],
                    ["yes", "yes", "yes"],
                    "{line}"
                );
            }
        }
        if let Some(text) = say("pdftotext", &["-layout"], &file, &["-"]) {
            let document = &pack.document;
            let chapters = pack.chapters.iter().map(|chapter| &chapter.title);
            let tiles = document.tiles.iter().flat_map(|tile| [&tile.value, &tile.attainment]);
            let drawn = steps(&pack).flat_map(|step| [&step.label, &step.text]);
            for said in chapters
                .chain(tiles)
                .chain(drawn)
                .chain([&document.unit_name, &document.period_text])
            {
                assert!(text.contains(said.as_str()), "{said}");
            }
        }
        if let Some(outline) = say("qpdf", &["--json", "--json-key=outlines"], &file, &[]) {
            let outlines: serde_json::Value = serde_json::from_str(&outline).unwrap();
            let titles: Vec<&str> = outlines["outlines"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["title"].as_str().unwrap())
                .collect();
            let chapters: Vec<&str> =
                pack.chapters.iter().map(|chapter| chapter.title.as_str()).collect();
            assert_eq!(titles, chapters);
        }
        if let Some(info) = say("pdfinfo", &[], &file, &[]) {
            let field = |name: &str| {
                info.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim()
            };
            assert!(field("Title:").contains(&pack.document.title), "{info}");
            assert_eq!(field("Author:"), pack.document.company);
            assert_eq!(field("Tagged:"), "yes");
            assert!(field("Pages:").parse::<usize>().unwrap() > pack.chapters.len() + 1);
        }
    }
}
