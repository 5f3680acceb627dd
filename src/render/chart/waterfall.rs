//! A waterfall: from one whole to another, by steps that add up.

use super::paper::{BOTTOM, Paper, y_of};
use crate::report::document::{Step, StepRole};

/// Draws the bars, each joined to the next by a thin line, with figures above and names below.
pub(super) fn draw(paper: &mut Paper, steps: &[Step]) {
    let slot = (paper.right - paper.left) / steps.len().max(1) as f64;
    let width = (slot * 0.62).min(120.0);
    for (index, step) in steps.iter().enumerate() {
        let middle = paper.left + slot * (index as f64 + 0.5);
        let (top, bottom) =
            (y_of(step.from).min(y_of(step.to)), y_of(step.from).max(y_of(step.to)));
        let (x, height) = (middle - width / 2.0, (bottom - top).max(3.0));
        paper.push(format_args!(
            "<rect x=\"{x:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{}\"/>",
            colour(step.role)
        ));
        if index + 1 < steps.len() {
            let (y, to) = (y_of(step.to), middle + slot - width / 2.0);
            paper.push(format_args!(
                "<line x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{to:.1}\" y2=\"{y:.1}\" stroke=\"#9aa5b1\" stroke-width=\"2\"/>",
                middle + width / 2.0
            ));
        }
        paper.text((middle, top - 12.0), "middle", "#1f2933", &step.text);
        paper.text((middle, BOTTOM + 36.0), "middle", "#52606d", &step.label);
    }
}

fn colour(role: StepRole) -> &'static str {
    match role {
        StepRole::Whole => "#0b5394",
        StepRole::Gain => "#2f9e63",
        StepRole::Loss => "#d64545",
        StepRole::Rest => "#9aa5b1",
    }
}
