//! How reports look: the one place of their colours and marks. `reports/parts/style.html` has the
//! measures, and takes every colour from here.

use schemars::JsonSchema;
use serde::Serialize;

use crate::report::document::{Align, Cell, Tone};

/// Colours of a page, by what they are for.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
pub struct Palette {
    /// Around the sheet.
    pub page: &'static str,
    /// The sheet itself.
    pub sheet: &'static str,
    /// Text. All texts have a contrast of at least 4.5 on the sheet and on every tint.
    pub ink: &'static str,
    /// Remarks, labels, absent figures.
    pub quiet: &'static str,
    /// Rules between rows.
    pub line: &'static str,
    /// The empty part of a bar.
    pub track: &'static str,
    /// The one accent: headings, links, trends, what is neither good nor bad.
    pub accent: &'static str,
}

pub const LIGHT: Palette = Palette {
    page: "#eef1f5",
    sheet: "#ffffff",
    ink: "#1b2430",
    quiet: "#566270",
    line: "#dfe4ea",
    track: "#e4e8ed",
    accent: "#1d5391",
};

pub const DARK: Palette = Palette {
    page: "#12151a",
    sheet: "#1b2027",
    ink: "#e8ebef",
    quiet: "#a9b3bf",
    line: "#363e49",
    track: "#3a434f",
    accent: "#8bb8f2",
};

/// A tone: a mark that differs by shape, so that colour never speaks alone, and its colours.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
pub struct ToneLook {
    /// The class that `style.html` gives the colours to; empty for plain text.
    pub class: &'static str,
    /// Every mail font has these marks; empty for none.
    pub mark: &'static str,
    /// Letters.
    pub ink: &'static str,
    /// Background of a notice.
    pub tint: &'static str,
    /// Letters on a dark page.
    pub dark_ink: &'static str,
    /// Background on a dark page.
    pub dark_tint: &'static str,
    /// Bars and edges, on light and dark.
    pub fill: &'static str,
}

const GOOD: ToneLook = ToneLook {
    class: "g",
    mark: "●",
    ink: "#14693b",
    tint: "#e9f5ee",
    dark_ink: "#6fd6a0",
    dark_tint: "#183324",
    fill: "#2e9d62",
};
const WATCH: ToneLook = ToneLook {
    class: "w",
    mark: "▲",
    ink: "#7d5000",
    tint: "#fdf3d9",
    dark_ink: "#f3c55c",
    dark_tint: "#3b2f12",
    fill: "#dfa11f",
};
const BAD: ToneLook = ToneLook {
    class: "b",
    mark: "■",
    ink: "#ad2219",
    tint: "#fceceb",
    dark_ink: "#ff9b93",
    dark_tint: "#43211f",
    fill: "#d43f3a",
};
const PLAIN: ToneLook = ToneLook {
    class: "n",
    mark: "",
    ink: LIGHT.ink,
    tint: "#eef3f9",
    dark_ink: DARK.ink,
    dark_tint: "#232c38",
    fill: "#4a78ad",
};
const MUTED: ToneLook = ToneLook {
    class: "q",
    mark: "",
    ink: LIGHT.quiet,
    tint: "#f3f5f7",
    dark_ink: DARK.quiet,
    dark_tint: "#242a32",
    fill: "#9aa5b1",
};

/// How a tone looks.
pub const fn of(tone: Tone) -> ToneLook {
    match tone {
        Tone::Good => GOOD,
        Tone::Watch => WATCH,
        Tone::Bad => BAD,
        Tone::Plain => PLAIN,
        Tone::Muted => MUTED,
    }
}

/// Colours and marks.
#[derive(Clone, Copy, Debug, JsonSchema, Serialize)]
pub struct Look {
    /// Colours of a light page.
    pub light: Palette,
    /// Colours of a dark one.
    pub dark: Palette,
    /// Each tone: good, watch, bad, plain, muted.
    pub tones: &'static [ToneLook],
}

pub const LOOK: Look = Look { light: LIGHT, dark: DARK, tones: &[GOOD, WATCH, BAD, PLAIN, MUTED] };

/// The mark before a cell's text: where a column is of words, or the figure has a bar. Other figures
/// stand in a row that says its tone already.
pub fn mark(cell: &Cell, align: Align) -> &'static str {
    let says = align == Align::Left || cell.reach.is_some() || cell.bar_percent.is_some();
    if says { of(cell.tone).mark } else { "" }
}

/// A piece of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Piece {
    /// Of a hundred.
    pub width: u8,
    /// Empty for the track, which is the bar's own background.
    pub colour: &'static str,
    /// Whether it is the mark of the target.
    pub is_target: bool,
}

/// Where the target stands on a bar's scale of a hundred.
const TARGET: u8 = 80;
/// How wide its mark is.
const MARK: u8 = 2;

/// A bar with the mark of its target, as pieces that make a hundred; none where there is no ratio.
/// A bar that reaches its target touches the mark's middle, any other ends before it.
pub fn bar(tone: Tone, reach: Option<u8>, percent: Option<u8>) -> Vec<Piece> {
    // Without the longer scale a bar ends at the target.
    let Some(reach) = reach.or(percent.map(|percent| percent.min(100) / 5 * 4)) else {
        return Vec::new();
    };
    let piece = |from: u8, to: u8, colour| Piece {
        width: to.saturating_sub(from),
        colour,
        is_target: false,
    };
    let (before, after) = (TARGET - MARK / 2, TARGET + MARK / 2);
    let fill = of(tone).fill;
    let short = if reach < TARGET { reach.min(before - 1) } else { before };
    let over = reach.clamp(after, 100);
    [
        piece(0, short, fill),
        piece(short, before, ""),
        Piece { width: MARK, colour: LIGHT.ink, is_target: true },
        piece(after, over, fill),
        piece(over, 100, ""),
    ]
    .into_iter()
    .filter(|piece| piece.width > 0)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widths(reach: u8) -> Vec<u8> {
        bar(Tone::Good, Some(reach), None).iter().map(|piece| piece.width).collect()
    }

    #[test]
    fn a_bar_is_a_hundred_wide_and_only_touches_its_target_when_it_is_reached() {
        for reach in 0..=100 {
            let pieces = bar(Tone::Bad, Some(reach), None);
            assert_eq!(pieces.iter().map(|piece| u32::from(piece.width)).sum::<u32>(), 100);
            let target = pieces.iter().position(|piece| piece.is_target).unwrap();
            let filled = target > 0 && !pieces[target - 1].colour.is_empty();
            assert_eq!(filled, reach >= TARGET, "{reach}");
        }
        assert_eq!(widths(0), [79, 2, 19]);
        assert_eq!(widths(40), [40, 39, 2, 19]);
        assert_eq!(widths(90), [79, 2, 9, 10]);
        assert_eq!(widths(100), [79, 2, 19]);
        assert_eq!(bar(Tone::Good, None, None), []);
    }

    /// The contrast of WCAG 2: 21 for black on white, 1 for the same.
    fn contrast(one: &str, other: &str) -> f64 {
        let light = |colour: &str| -> f64 {
            let channel = |at: usize| {
                let value = u8::from_str_radix(&colour[at..at + 2], 16).unwrap();
                let share = f64::from(value) / 255.0;
                if share <= 0.03928 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
        };
        let (a, b) = (light(one), light(other));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_can_be_read_on_what_is_behind_it() {
        for (palette, is_dark) in [(LIGHT, false), (DARK, true)] {
            let mut grounds = vec![palette.sheet];
            grounds.extend(
                LOOK.tones.iter().map(|tone| if is_dark { tone.dark_tint } else { tone.tint }),
            );
            for ground in grounds {
                let mut inks = vec![palette.ink, palette.quiet, palette.accent];
                inks.extend(
                    LOOK.tones.iter().map(|tone| if is_dark { tone.dark_ink } else { tone.ink }),
                );
                for ink in inks {
                    assert!(contrast(ink, ground) >= 4.5, "{ink} on {ground}");
                }
            }
        }
    }

    #[test]
    fn green_yellow_and_red_have_marks_of_their_own() {
        let marks = [Tone::Good, Tone::Watch, Tone::Bad].map(|tone| of(tone).mark);
        assert!(marks.iter().all(|mark| !mark.is_empty()));
        assert!(marks[0] != marks[1] && marks[1] != marks[2] && marks[0] != marks[2]);
    }
}
