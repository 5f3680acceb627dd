use typst::layout::{Abs, Frame, FrameItem, Point};

use super::*;
use crate::render::template_files;

fn font() -> Font {
    Font::load(None).unwrap()
}

fn template() -> &'static str {
    template_files().find(|(name, _)| *name == PATH).unwrap().1
}

fn made(pack: &Pack, template: &str) -> Result<Vec<u8>, String> {
    pdf(pack, &font(), template).map_err(|why| why.to_string())
}

#[test]
fn the_same_pack_gives_the_same_bytes() {
    for language in [Language::Zh, Language::En] {
        let pack = sample::pack(language);
        let first = made(&pack, template()).unwrap();
        assert_eq!(first, made(&pack, template()).unwrap());
    }
}

#[test]
fn a_slip_of_the_template_names_its_line() {
    let cases = [
        ("\n#json(\"pack.json\").titel", "did you mean “title”?"),
        ("\n#let a = (", "unclosed delimiter"),
        ("\n#image(\"logo.svg\")", "pack/logo.svg"),
        ("\n#no_such", "no_such"),
        ("\n#import \"@preview/anything:0.1.0\"", "@preview/anything:0.1.0"),
        ("\n#read(\"/etc/passwd\")", "etc/passwd"),
    ];
    for (template, named) in cases {
        let found: Vec<String> = slips(template).iter().map(Diagnostic::to_string).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        let place = "error: reports/pack/pack.typ:2: ";
        assert!(found[0].starts_with(place) && found[0].contains(named), "{found:?}");
    }
}

#[test]
fn a_field_that_a_pack_may_lack_is_not_taken_for_granted() {
    let found = slips("#json(\"pack.json\").chapters.first().title");
    assert!(found.iter().any(|slip| slip.place.line == Some(1)), "{found:?}");
}

#[test]
fn a_font_that_the_template_asks_for_in_vain_is_an_error() {
    let why =
        made(&sample::pack(Language::En), "\n#set text(font: \"Comic Sans\")\nx").unwrap_err();
    assert!(why.contains("reports/pack/pack.typ:2: unknown font family: comic sans"), "{why}");
}

#[test]
fn a_character_that_the_font_lacks_names_where_it_stands() {
    let mut pack = sample::pack(Language::En);
    pack.document.lead[0] = "Sales 🜁 rose".to_owned();
    let why = made(&pack, template()).unwrap_err();
    assert!(why.contains('🜁') && why.contains("rose"), "{why}");
    let why = made(&sample::pack(Language::En), "Total: 🜂").unwrap_err();
    assert!(why.contains('🜂'), "{why}");
}

#[test]
fn a_booklet_that_is_too_large_goes_without_tags() {
    let pack = sample::pack(Language::En);
    let desk = desk(&pack, vec![BLANK.to_owned(); 2], &font().pages, template()).unwrap();
    let pages = typst::compile::<PagedDocument>(&desk).output.unwrap();
    let tagged = write(&pack, &pages, usize::MAX).unwrap();
    assert_eq!(write(&pack, &pages, tagged.len()).unwrap(), tagged);
    let bare = write(&pack, &pages, tagged.len() - 1).unwrap();
    assert!(bare.len() * 4 < tagged.len() * 3, "{} and {}", bare.len(), tagged.len());
    let has_tags = |pdf: &[u8]| pdf.windows(11).any(|part| part == b"/StructElem");
    assert!(has_tags(&tagged) && !has_tags(&bare));
}

/// Names from a CRM are no markup.
#[test]
fn hostile_text_stays_text() {
    const HOSTILE: &str = "#panic() $x$ = *b* <a> @b `c` \\u{41}";
    let mut pack = sample::pack(Language::En);
    pack.document.unit_name = HOSTILE.to_owned();
    pack.chapters[0].title = HOSTILE.to_owned();
    let desk = desk(&pack, vec![BLANK.to_owned(); 2], &font().pages, template()).unwrap();
    let pages = typst::compile::<PagedDocument>(&desk).output.unwrap();
    let mut said = String::new();
    each_item(&pages.pages()[0].frame, Point::zero(), &mut |_, item| {
        if let FrameItem::Text(text) = item {
            said.push_str(&text.text);
        }
    });
    assert!(said.contains(HOSTILE), "{said}");
}

#[test]
fn nothing_stands_outside_its_page() {
    for pack in [Language::Zh, Language::En].map(sample::pack) {
        let blank = vec![BLANK.to_owned(); charts(&pack).count()];
        let desk = desk(&pack, blank, &font().pages, template()).unwrap();
        let pages = typst::compile::<PagedDocument>(&desk).output.unwrap();
        for (number, page) in pages.pages().iter().enumerate() {
            let (wide, high) = (page.frame.width(), page.frame.height());
            each_item(&page.frame, Point::zero(), &mut |at, item| {
                let (size, what) = match item {
                    FrameItem::Text(text) => (text.width(), text.text.to_string()),
                    FrameItem::Image(_, size, _) => (size.x, "a picture".to_owned()),
                    _ => return,
                };
                let inside = at.x >= Abs::zero() && at.x + size <= wide && at.y <= high;
                assert!(inside, "page {}: {what}", number + 1);
            });
        }
    }
}

/// Calls with what stands in a frame, at its place on the page.
fn each_item(frame: &Frame, at: Point, see: &mut impl FnMut(Point, &FrameItem)) {
    for (place, item) in frame.items() {
        match item {
            FrameItem::Group(group) => each_item(&group.frame, at + *place, see),
            _ => see(at + *place, item),
        }
    }
}
