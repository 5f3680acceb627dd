//! A waterfall in columns, as time runs: figures above the bars, names below.

use super::paper::{Anchor, Letters, Paper, Ruler, SMALL, SOFT, TEXT, WIDTH};
use super::waterfall::{self, Bar, NOTE};
use crate::render::Font;
use crate::report::document::Step;

const TOP: f64 = 64.0;
const BOTTOM: f64 = 440.0;
const RIGHT: f64 = 8.0;
const LEADING: f64 = SMALL * 1.25;

/// Figures that would have to be smaller than this are for rows.
const LEAST_SIZE: f64 = 24.0;

/// Draws the bars, each joined to the next by a thin line. None where there are so many that their
/// figures would be too small.
pub(super) fn draw(
    font: &Font,
    ticks: &[(f64, String)],
    steps: &[Step],
    axis_note: &str,
) -> Option<String> {
    let ruler = Ruler(font);
    let left = 8.0 + ruler.widest(ticks.iter().map(|(_, text)| text.as_str()), SMALL) + 16.0;
    let right = f64::from(WIDTH) - RIGHT;
    let slot = (right - left) / steps.len().max(1) as f64;
    let figures = steps.iter().map(|step| step.text.as_str());
    let size = ruler.size_for(figures, slot - 8.0, TEXT);
    if size < LEAST_SIZE {
        return None;
    }
    let names: Vec<Vec<String>> =
        steps.iter().map(|step| ruler.wrap(&step.label, slot - 10.0, SMALL)).collect();
    let lines = names.iter().map(Vec::len).max().unwrap_or(1) as f64;
    let note_height = if axis_note.is_empty() { 0.0 } else { SMALL * 1.5 };
    let mut paper = Paper::new(BOTTOM + 24.0 + LEADING * lines + note_height);
    for (position, text) in ticks {
        let y = y_of(*position);
        paper.rule((left, y), (right, y));
        let place = (left - 12.0, y + SMALL * 0.35);
        paper.text(place, Anchor::End, Letters::new(SMALL, SOFT), text);
    }
    for (index, (step, name)) in steps.iter().zip(&names).enumerate() {
        let middle = left + slot * (index as f64 + 0.5);
        let width = (slot * 0.64).min(120.0);
        let bar = Bar::standing(middle, width, (y_of(step.from), y_of(step.to)));
        waterfall::draw(&mut paper, bar, step.role);
        if step.role.is_whole() && !axis_note.is_empty() {
            waterfall::break_standing(&mut paper, bar, step.role);
        }
        if index + 1 < steps.len() {
            let y = y_of(step.to);
            let next = middle + slot - width / 2.0;
            waterfall::join(&mut paper, (middle + width / 2.0, y), (next, y));
        }
        let above = (middle, bar.y - 12.0);
        paper.text(above, Anchor::Middle, waterfall::figure_letters(step, size), &step.text);
        for (at, line) in name.iter().enumerate() {
            let place = (middle, BOTTOM + 38.0 + LEADING * at as f64);
            paper.text(place, Anchor::Middle, Letters::new(SMALL, SOFT), line);
        }
    }
    if !axis_note.is_empty() {
        let place = (right, BOTTOM + 24.0 + LEADING * lines + SMALL);
        paper.text(place, Anchor::End, NOTE, axis_note);
    }
    Some(paper.finish())
}

fn y_of(position: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * position.clamp(0.0, 1.0)
}
