//! Characters that the font lacks, found on the laid out pages: wherever they came from, a config,
//! an extract or the template itself.

use typst::layout::{Frame, FrameItem};
use typst::text::TextItem;
use typst_layout::PagedDocument;

/// What fonts put where they have nothing.
const NOTHING: u16 = 0;

/// The first such character, with the text that it stands in.
pub(super) fn first_missing(pages: &PagedDocument) -> Option<(char, String)> {
    let missing = |text: &TextItem| {
        let glyph = text.glyphs.iter().find(|glyph| glyph.id == NOTHING)?;
        let c = text.text.get(glyph.range())?.chars().next()?;
        Some((c, text.text.to_string()))
    };
    pages.pages().iter().find_map(|page| find_text(&page.frame, &missing))
}

fn find_text<T>(frame: &Frame, find: &impl Fn(&TextItem) -> Option<T>) -> Option<T> {
    frame.items().find_map(|(_, item)| match item {
        FrameItem::Group(group) => find_text(&group.frame, find),
        FrameItem::Text(text) => find(text),
        _ => None,
    })
}
