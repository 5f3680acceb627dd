//! Lines over months: what was reached, what was to be reached, the year before.

use super::paper::{BOTTOM, Paper, room, y_of};
use crate::report::document::{Line, LineStyle};

/// Draws the lines with their legend, the months below, and the last figures beside their ends.
pub(super) fn draw(paper: &mut Paper, labels: &[String], lines: &[Line]) {
    for (index, label) in labels.iter().enumerate() {
        let x = x_of(paper, index, labels.len());
        paper.text((x, BOTTOM + 36.0), "middle", "#52606d", label);
    }
    legend(paper, lines);
    for line in lines.iter().rev() {
        draw_line(paper, line, labels.len());
    }
    last_texts(paper, lines);
}

fn legend(paper: &mut Paper, lines: &[Line]) {
    let mut x = paper.left;
    for line in lines {
        let (colour, dashes, width) = look(line.style);
        paper.push(format_args!(
                "<line x1=\"{x:.1}\" y1=\"28\" x2=\"{:.1}\" y2=\"28\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-dasharray=\"{dashes}\"/>",
                x + 44.0
            ));
        paper.text((x + 54.0, 36.0), "start", "#1f2933", &line.label);
        x += 54.0 + room(&line.label) + 40.0;
    }
}

/// Each unbroken stretch of months is a line of its own: a month without figure is a gap.
fn draw_line(paper: &mut Paper, line: &Line, months: usize) {
    let (colour, dashes, width) = look(line.style);
    for stretch in line.points.iter().enumerate().collect::<Vec<_>>().split(|(_, p)| p.is_none()) {
        let points: Vec<String> = stretch
            .iter()
            .filter_map(|(index, point)| {
                Some(format!("{:.1},{:.1}", x_of(paper, *index, months), y_of((**point)?)))
            })
            .collect();
        if points.len() > 1 {
            paper.push(format_args!(
                    "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\" stroke-dasharray=\"{dashes}\" stroke-linejoin=\"round\"/>",
                    points.join(" ")
                ));
        }
        if line.style == LineStyle::Actual || points.len() == 1 {
            for point in &points {
                let (x, y) = point.split_once(',').unwrap_or_default();
                paper.push(format_args!(
                    "<circle cx=\"{x}\" cy=\"{y}\" r=\"6\" fill=\"{colour}\"/>"
                ));
            }
        }
    }
}

/// The last figures beside the ends of their lines, moved apart where they would overlap: down, and
/// from the lowest rule up.
fn last_texts(paper: &mut Paper, lines: &[Line]) {
    const APART: f64 = 28.0;
    let mut ends: Vec<(f64, &Line)> = lines
        .iter()
        .filter_map(|line| Some((y_of(line.points.last().copied().flatten()?), line)))
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut above = f64::NEG_INFINITY;
    for (y, _) in &mut ends {
        *y = y.max(above + APART);
        above = *y;
    }
    let mut below = BOTTOM + APART;
    for (y, line) in ends.iter_mut().rev() {
        *y = y.min(below - APART);
        below = *y;
        let beside = (paper.right + 14.0, *y + 8.0);
        paper.text(beside, "start", look(line.style).0, &line.last_text);
    }
}

fn look(style: LineStyle) -> (&'static str, &'static str, u32) {
    match style {
        LineStyle::Actual => ("#0b5394", "none", 5),
        LineStyle::Target => ("#8a5a00", "10 7", 3),
        LineStyle::YearAgo => ("#7b8794", "2 6", 3),
    }
}

fn x_of(paper: &Paper, index: usize, months: usize) -> f64 {
    let inset = 24.0;
    let steps = months.saturating_sub(1).max(1) as f64;
    paper.left + inset + (paper.right - paper.left - 2.0 * inset) * index as f64 / steps
}
