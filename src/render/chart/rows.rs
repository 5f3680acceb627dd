//! A waterfall in rows: names on the left, with room for long ones, and steps from left to right.

use super::paper::{Anchor, Letters, Paper, Ruler, SMALL, SOFT, TEXT, WIDTH};
use super::waterfall::{self, Bar, NOTE};
use crate::render::Font;
use crate::report::document::Step;

const LEFT: f64 = 8.0;
const TOP: f64 = 12.0;
/// How thick bars are, and from how many rows on they are thinner.
const BAR: f64 = 42.0;
const THIN_BAR: f64 = 34.0;
const MANY: usize = 9;
const LEADING: f64 = TEXT * 1.2;
/// The most that names take of the width.
const NAMES: f64 = 360.0;

/// Draws the bars, each joined to the next by a thin line, with names on the left and figures
/// right of the bars.
pub(super) fn draw(
    font: &Font,
    ticks: &[(f64, String)],
    steps: &[Step],
    axis_note: &str,
) -> String {
    let ruler = Ruler(font);
    let names: Vec<Vec<String>> =
        steps.iter().map(|step| ruler.wrap(&step.label, NAMES, TEXT)).collect();
    let thick = if steps.len() > MANY { THIN_BAR } else { BAR };
    let heights = names.iter().map(|name| (name.len() as f64 * LEADING + 12.0).max(thick * 1.55));
    let mut bottom = TOP;
    let middles: Vec<f64> = heights
        .map(|height| {
            bottom += height;
            bottom - height / 2.0
        })
        .collect();
    let names_width = ruler.widest(names.iter().flatten().map(String::as_str), TEXT);
    let figures = ruler.widest(steps.iter().map(|step| step.text.as_str()), TEXT);
    let axis =
        Axis { left: LEFT + names_width + 20.0, right: f64::from(WIDTH) - LEFT - figures - 14.0 };
    let note_height = if axis_note.is_empty() { 0.0 } else { SMALL * 1.5 };
    let mut paper = Paper::new(bottom + 52.0 + note_height);
    rules(&mut paper, ruler, &axis, ticks, bottom);
    for (index, (step, name)) in steps.iter().zip(&names).enumerate() {
        let middle = middles[index];
        let bar = Bar::lying(middle, thick, (axis.x(step.from), axis.x(step.to)));
        waterfall::draw(&mut paper, bar, step.role);
        if step.role.is_whole() && !axis_note.is_empty() {
            waterfall::break_lying(&mut paper, bar, step.role);
        }
        if let Some(next) = middles.get(index + 1) {
            let x = axis.x(step.to);
            waterfall::join(&mut paper, (x, middle + thick / 2.0), (x, next - thick / 2.0));
        }
        let right = (bar.x + bar.width + 12.0, middle + TEXT * 0.36);
        let letters = waterfall::figure_letters(step, TEXT);
        paper.text(right, Anchor::Start, letters, &step.text);
        let first = middle + TEXT * 0.36 - (name.len() as f64 - 1.0) * LEADING / 2.0;
        for (at, line) in name.iter().enumerate() {
            let place = (axis.left - 20.0, first + LEADING * at as f64);
            paper.text(place, Anchor::End, waterfall::label_letters(step), line);
        }
    }
    if !axis_note.is_empty() {
        let place = (f64::from(WIDTH) - LEFT, bottom + 52.0 + SMALL * 0.8);
        paper.text(place, Anchor::End, NOTE, axis_note);
    }
    paper.finish()
}

struct Axis {
    left: f64,
    right: f64,
}

impl Axis {
    fn x(&self, position: f64) -> f64 {
        self.left + (self.right - self.left) * position.clamp(0.0, 1.0)
    }
}

/// The rules from top to bottom, with their texts below.
fn rules(paper: &mut Paper, ruler: Ruler<'_>, axis: &Axis, ticks: &[(f64, String)], bottom: f64) {
    let apart = (axis.right - axis.left) / ticks.len().saturating_sub(1).max(1) as f64;
    let every = ruler.every(ticks.iter().map(|(_, text)| text.as_str()), apart, SMALL);
    for (index, (position, text)) in ticks.iter().enumerate() {
        let x = axis.x(*position);
        paper.rule((x, TOP), (x, bottom));
        if (ticks.len() - 1 - index).is_multiple_of(every) {
            let place = (x, bottom + SMALL * 1.2);
            paper.text(place, Anchor::Middle, Letters::new(SMALL, SOFT), text);
        }
    }
}
