//! Documents that use everything a template may ask for. Templates are tried on them when they are
//! loaded, so that an unknown variable is found before anything is mailed.

mod pack;

pub use self::pack::{bare_pack, pack};
use super::index::{IndexEntry, IndexPage};
use crate::model::{Language, Period};
use crate::report::document::{
    Align, Along, Block, Cell, Chart, Column, Definition, Document, Drawing, Input, Line,
    LineStyle, Notice, Provenance, ReportKind, Section, Step, StepRole, Table, Tile, Tone, Trend,
};

/// A report in which no part is absent.
pub fn document(kind: ReportKind, language: Language) -> Document {
    Document {
        kind,
        language,
        unit: "P001".into(),
        period: Period::Month { year: 2026, month: 10 },
        subject: "【明德仪器】2026年10月 张伟 业绩报告".into(),
        company: "明德仪器 Mingde Instruments".into(),
        unit_name: "张伟（上海一部）".into(),
        title: "个人业绩报告".into(),
        period_text: "2026年10月".into(),
        preheader: "销售额完成率91.5%，缺口76.5万元。".into(),
        lead: vec!["销售额823.5万元，目标900万元。".into(), "环比增长3.2%。".into()],
        tiles: vec![tile(Tone::Watch, Some(91)), tile(Tone::Muted, None)],
        sections: vec![Section {
            key: "standing", title: "目标与实际".into(), blocks: blocks()
        }],
        provenance: provenance(),
    }
}

/// A report in which everything is absent that can be.
pub fn bare(kind: ReportKind, language: Language) -> Document {
    Document {
        lead: Vec::new(),
        tiles: Vec::new(),
        sections: vec![Section { key: "standing", title: String::new(), blocks: Vec::new() }],
        ..document(kind, language)
    }
}

/// One of each kind.
fn blocks() -> Vec<Block> {
    let tones = [Tone::Good, Tone::Watch, Tone::Bad, Tone::Plain, Tone::Muted];
    let notice = |tone| Notice {
        tone,
        title: "黄色预警：回款率".into(),
        lines: vec!["回款率73.7%，低于80%。".into()],
    };
    std::iter::once(Block::Text { lines: vec!["销售额823.5万元。".into()] })
        .chain(tones.map(|tone| Block::Notice(notice(tone))))
        .chain([chart(), waterfall(), waterfall_of_months()].map(Block::Chart))
        .chain([table(), wide_table()].map(Block::Table))
        .collect()
}

fn tile(tone: Tone, bar_percent: Option<u8>) -> Tile {
    Tile {
        label: "销售额".into(),
        value: "823.5万元".into(),
        target: "目标 900万元".into(),
        attainment: "91.5%".into(),
        bar_percent,
        reach: bar_percent,
        trend: bar_percent.map(|_| Trend {
            blocks: "▂▅▁█".into(),
            spoken: "近4个月：最低1万元，最高9万元，最近9万元".into(),
        }),
        tone,
        tone_word: "黄色预警".into(),
        changes: vec!["环比 +3.2%".into(), "同比 无可比基期".into()],
    }
}

pub fn table() -> Table {
    let cell = |text: &str| Cell { text: text.into(), ..Cell::default() };
    let column = |label: &str, align| Column { label: label.into(), align, under: false };
    let marked = Cell { tone: Tone::Bad, bar_percent: Some(40), ..cell("40.0%") };
    Table {
        key: "metrics",
        title: "实际与目标".into(),
        columns: vec![column("指标", Align::Left), column("完成率", Align::Right)],
        rows: vec![
            vec![Cell { strong: true, ..cell("销售额") }, marked],
            vec![cell("客户拜访量（含电话与线上会议）"), Cell { tone: Tone::Muted, ..cell("—") }],
        ],
        notes: vec!["金额单位：元。".into()],
    }
}

/// A table so wide that a narrow page makes cards of its rows, with columns that stand below others.
pub fn wide_table() -> Table {
    let cell = |text: &str| Cell { text: text.into(), ..Cell::default() };
    let right = |label: &str| Column { label: label.into(), align: Align::Right, under: false };
    let left = |label: &str| Column { align: Align::Left, ..right(label) };
    let blocks = Cell { spoken: "最低1万元，最高9万元".into(), ..cell("▂▅▁█") };
    let warned = Cell { tone: Tone::Watch, ..cell("黄色预警") };
    Table {
        key: "departments",
        title: "各部门".into(),
        columns: vec![
            left("部门"),
            left("近12个月").under(),
            left("预警"),
            left("状态").under(),
            right("实际"),
            right("目标"),
            right("完成率"),
            right("系数"),
        ],
        rows: vec![vec![
            Cell { strong: true, ..cell("华东区") },
            blocks.clone(),
            blocks,
            warned,
            cell("812.4万"),
            cell("900万"),
            Cell { tone: Tone::Watch, reach: Some(72), ..cell("90.3%") },
            cell("1.0"),
        ]],
        notes: Vec::new(),
    }
}

/// A chart with all three kinds of lines, a month without figure, and rules below zero.
pub fn chart() -> Chart {
    let line = |label: &str, style, points: [Option<f64>; 4]| Line {
        label: label.into(),
        style,
        points: points.into(),
        last_text: "1,234.5万元".into(),
    };
    Chart {
        key: "trend",
        title: "近4个月销售额".into(),
        alt: "折线图：近4个月销售额。".into(),
        drawing: Drawing::Lines {
            labels: ["25年11月", "12月", "26年1月", "2月"].map(String::from).into(),
            lines: vec![
                line("实际", LineStyle::Actual, [Some(0.2), None, Some(0.6), Some(0.5)]),
                line("目标", LineStyle::Target, [Some(0.5), Some(0.5), Some(0.5), Some(0.5)]),
                line("去年同期", LineStyle::YearAgo, [None, Some(0.3), Some(0.4), Some(0.5)]),
            ],
        },
        ticks: vec![(0.0, "−500万".into()), (0.5, "0".into()), (1.0, "500万".into())],
    }
}

/// From a target to an actual, with a step of each kind and an axis that begins above zero.
pub fn waterfall() -> Chart {
    Chart {
        key: "drivers",
        title: "差额由何而来".into(),
        alt: "2026年10月销售额缺口76.5万元：客户拜访量+50万元、方案通过率−120万元、其他−6.5万元。"
            .into(),
        ticks: vec![(0.0, "700万".into()), (0.5, "800万".into()), (1.0, "900万".into())],
        drawing: Drawing::Waterfall {
            along: Along::Names,
            steps: vec![
                step("目标", "900万元", StepRole::Target, 0.0, 0.75),
                step("客户拜访量", "+50万元", StepRole::Gain, 0.75, 1.0),
                step("方案通过率", "−120万元", StepRole::Loss, 1.0, 0.4),
                step("其他", "−6.5万元", StepRole::Rest, 0.4, 0.3675),
                step("实际", "823.5万元", StepRole::Actual, 0.0, 0.3675),
            ],
            axis_note: "坐标轴从700万起，不从零起".into(),
        },
    }
}

/// The same from the year before, by months, from zero.
pub fn waterfall_of_months() -> Chart {
    let months = (1u8..=12).map(|month| {
        let (from, role) = match month % 3 {
            0 => (0.05, StepRole::Gain),
            _ => (-0.05, StepRole::Loss),
        };
        (month, from, role)
    });
    let mut at = 0.9;
    let mut steps = vec![step("去年同期", "9,000万元", StepRole::Earlier, 0.0, at)];
    for (month, by, role) in months {
        let text = if by < 0.0 { "−123.4万元" } else { "+123.4万元" };
        steps.push(step(&format!("{month}月"), text, role, at, at + by));
        at += by;
    }
    steps.push(step("实际", "8,235万元", StepRole::Actual, 0.0, at));
    Chart {
        key: "months",
        title: "差额由哪些月份而来".into(),
        ticks: vec![(0.0, "0".into()), (0.5, "5,000万".into()), (1.0, "1亿".into())],
        drawing: Drawing::Waterfall { along: Along::Time, steps, axis_note: String::new() },
        ..waterfall()
    }
}

fn step(label: &str, text: &str, role: StepRole, from: f64, to: f64) -> Step {
    Step { label: label.into(), text: text.into(), role, from, to }
}

fn provenance() -> Provenance {
    Provenance {
        title: "数据来源与口径".into(),
        lines: vec!["期间2026-10-01至2026-10-31，第1版。".into()],
        definitions: vec![Definition {
            label: "销售额".into(), text: "订单明细金额之和。".into()
        }],
        definitions_title: "指标口径".into(),
        inputs_title: "输入文件".into(),
        inputs: vec![Input {
            path: "orders/2026-10/orders.csv".into(),
            size: "1.2 MB".into(),
            hash: "0123456789ab".into(),
        }],
    }
}

/// A list with a mail that is there and one that is not.
pub fn index() -> IndexPage {
    let full = IndexEntry {
        unit: "张伟".into(),
        subject: "业绩报告".into(),
        page: "mails/P001.html".into(),
        mail: "mails/P001.eml".into(),
        attachments: vec!["P001-改进计划表.xlsx".into()],
        warning: "黄色".into(),
        tone: Tone::Watch,
        recipient: "zhang.wei@example.com".into(),
        copies: vec!["wang.lei@example.com".into()],
        state: "已写入".into(),
        state_tone: Tone::Good,
    };
    let bare = IndexEntry {
        page: String::new(),
        mail: String::new(),
        attachments: Vec::new(),
        copies: Vec::new(),
        ..full.clone()
    };
    IndexPage {
        lang: "zh-CN".into(),
        company: "明德仪器".into(),
        period_text: "2026年10月".into(),
        title: "业绩报告".into(),
        summary: vec!["2份报告。".into()],
        columns: ["组织", "报告", "预警", "收件人", "状态"].map(String::from).into(),
        entries: vec![full, bare],
    }
}
