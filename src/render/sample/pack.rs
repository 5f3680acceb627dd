//! A booklet with every kind of block: tables that are wide, long, and full of text, pictures, call-outs.

use chrono::NaiveDate;

use super::{chart, document, waterfall};
use crate::model::{Language, Period};
use crate::report::document::{
    Align, Block, Cell, Chapter, Column, Notice, Pack, ReportKind, Section, Table, Tile, Tone,
    Trend,
};

/// A text in the language of the pack.
type Said<'a> = &'a dyn Fn(&str, &str) -> String;

/// A booklet in which no kind of block is absent.
pub fn pack(language: Language) -> Pack {
    let said = |zh: &str, en: &str| match language {
        Language::Zh => zh.to_owned(),
        Language::En => en.to_owned(),
    };
    let mut document = document(ReportKind::Department, language);
    document.period = Period::Quarter { year: 2026, quarter: 3 };
    document.company = said("明德仪器", "Mingde Instruments");
    document.title = said("季度复盘", "Quarterly retrospective");
    document.unit_name = said("华东大区", "Region East");
    document.period_text = said("2026年第三季度", "Q3 2026");
    document.lead = vec![
        said(
            "销售额2,386.4万元，完成目标2,700万元的88.4%，缺口313.6万元；三个指标中一项达标，一项黄色预警，一项红色预警。",
            "Sales of ¥23.86M reached 88.4% of the target of ¥27.00M, ¥3.14M short; of three metrics one is on target, one is a yellow and one a red warning.",
        ),
        said(
            "环比增长3.2%，同比下降1.0%。",
            "Up 3.2% on the quarter before, down 1.0% on the year before.",
        ),
    ];
    document.tiles = tiles(&said);
    document.provenance.lines = vec![said(
        "数据截至2026-09-30，第1版；配置0123456789ab。",
        "Data as of 2026-09-30, version 1; config 0123456789ab.",
    )];
    Pack {
        document,
        date: NaiveDate::from_ymd_opt(2026, 9, 30).unwrap_or_default(),
        contents_title: said("目录", "Contents"),
        page_phrase: said("第{page}页，共{pages}页", "Page {page} of {pages}"),
        chapters: chapters(&said),
    }
}

/// A booklet with nothing in it.
pub fn bare_pack(language: Language) -> Pack {
    let mut pack = pack(language);
    pack.document.lead.clear();
    pack.document.tiles.clear();
    pack.chapters.clear();
    pack
}

fn tiles(said: Said<'_>) -> Vec<Tile> {
    let tile =
        |label: String, value: &str, target: String, attainment: &str, bar, tone, word| Tile {
            label,
            value: value.into(),
            target,
            attainment: attainment.into(),
            bar_percent: bar,
            tone,
            tone_word: word,
            changes: vec![
                said("环比 +3.2%", "+3.2% on the quarter before"),
                said("同比 −1.0%", "−1.0% on the year before"),
            ],
            reach: bar.map(|percent: u8| percent / 5 * 4),
            trend: bar.map(|_| Trend {
                blocks: "▁▂▃▄▅▆▇█".into(),
                spoken: said("近8个月：上升", "8 months: rising"),
            }),
        };
    let target = said("目标 2,700万元", "target ¥27.00M");
    let absent = said("无目标", "no target");
    vec![
        tile(
            said("销售额", "Sales"),
            &said("2,386.4万", "¥23.86M"),
            target.clone(),
            "88.4%",
            Some(88),
            Tone::Plain,
            said("未达标", "short of target"),
        ),
        tile(
            said("回款率", "Collection rate"),
            "73.7%",
            said("目标 100%", "target 100%"),
            "73.7%",
            Some(74),
            Tone::Watch,
            said("黄色预警", "yellow warning"),
        ),
        tile(
            said("新客户数", "New customers"),
            "11",
            said("目标 24", "target 24"),
            "45.8%",
            Some(46),
            Tone::Bad,
            said("红色预警", "red warning"),
        ),
        tile(
            said("客户拜访量", "Visits"),
            "1,312",
            said("目标 1,200", "target 1,200"),
            "109.3%",
            Some(100),
            Tone::Good,
            said("达标", "on target"),
        ),
        tile(
            said("平均成单周期", "Days to close"),
            "—",
            absent,
            "",
            None,
            Tone::Muted,
            said("无数据", "no data"),
        ),
    ]
}

fn chapters(said: Said<'_>) -> Vec<Chapter> {
    let chapter = |key, title: String, sections| Chapter { key, title, sections };
    let section = |key, title: String, blocks| Section { key, title, blocks };
    let (mut trend, mut drivers) = (chart(), waterfall());
    trend.title = said("近4个月销售额", "Sales over 4 months");
    drivers.title = said("差额由何而来", "Where the gap comes from");
    vec![
        chapter(
            "headline",
            said("一、本季概况", "1. The quarter at a glance"),
            vec![
                section(
                    "standing",
                    said("目标与实际", "Targets and actuals"),
                    vec![text(said), Block::Table(few(said))],
                ),
                section("warnings", said("预警", "Warnings"), notices(said)),
            ],
        ),
        chapter(
            "trends",
            said("二、趋势与动因", "2. Trends and drivers"),
            vec![
                section("trend", said("趋势", "Trend"), vec![Block::Chart(trend)]),
                section(
                    "drivers",
                    said("动因", "Drivers"),
                    vec![Block::Chart(drivers), text(said)],
                ),
            ],
        ),
        chapter(
            "ranks",
            said("三、各单位排名", "3. Rankings"),
            vec![section("ranks", String::new(), vec![Block::Table(long(said))])],
        ),
        chapter(
            "coefficients",
            said("四、系数汇总", "4. Coefficients"),
            vec![section("coefficients", String::new(), vec![Block::Table(wide(said))])],
        ),
        chapter(
            "plan",
            said("五、改进计划", "5. Improvement plan"),
            vec![section("plan", said("行动", "Actions"), vec![Block::Table(wordy(said))])],
        ),
    ]
}

fn text(said: Said<'_>) -> Block {
    Block::Text {
        lines: vec![
            said(
                "本季度销售额缺口主要来自拜访量不足：人均拜访量比目标少14次，贡献了缺口的52%；方案通过率下降4.1个百分点，贡献31%。其余由客单价解释。",
                "Most of the gap comes from too few visits: 14 fewer than planned for each person, which is 52% of the gap; a rate of accepted proposals 4.1 points lower makes 31%. The average order explains the rest.",
            ),
            said(
                "上季度的行动中，两项有效，一项未见成效。",
                "Of last quarter’s actions two “worked” — and one did not…",
            ),
        ],
    }
}

fn notices(said: Said<'_>) -> Vec<Block> {
    let notice = |tone, zh: &str, en: &str| {
        Block::Notice(Notice {
            tone,
            title: said(zh, en),
            lines: vec![said(
                "完成率73.7%，低于80%，已连续两个季度；要恢复正常，下季度需完成1,124万元。",
                "73.7% is below 80%, for the second quarter in a row; to be normal again the next quarter needs ¥11.24M.",
            )],
        })
    };
    vec![
        notice(Tone::Bad, "红色预警：新客户数", "Red warning: new customers"),
        notice(Tone::Watch, "黄色预警：回款率", "Yellow warning: collection rate"),
        notice(Tone::Good, "解除预警：客户拜访量", "Warning over: visits"),
        notice(Tone::Plain, "说明：口径", "Remark: definitions"),
        notice(Tone::Muted, "无数据：平均成单周期", "No data: days to close"),
    ]
}

fn cell(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), ..Cell::default() }
}

fn column(label: String, align: Align) -> Column {
    Column { label, align, under: false }
}

/// A cell for each of the tones, with and without a bar.
fn toned(percent: u8) -> Cell {
    let tone = match percent {
        0..60 => Tone::Bad,
        60..80 => Tone::Watch,
        80..100 => Tone::Plain,
        _ => Tone::Good,
    };
    let reach = Some(percent.min(125) / 5 * 4);
    Cell { tone, bar_percent: Some(percent.min(100)), reach, ..cell(format!("{percent}.0%")) }
}

fn few(said: Said<'_>) -> Table {
    let row = |zh: &str, en: &str, percent| {
        vec![
            Cell { strong: true, ..cell(said(zh, en)) },
            cell("27,000,000.00"),
            cell("23,864,000.00"),
            toned(percent),
            Cell {
                spoken: said("近4个月：上升", "4 months: rising"), ..cell("▁▃▅█")
            },
        ]
    };
    Table {
        key: "metrics",
        title: said("实际与目标", "Actuals and targets"),
        columns: vec![
            column(said("指标", "Metric"), Align::Left),
            column(said("目标", "Target"), Align::Right),
            column(said("实际", "Actual"), Align::Right),
            column(said("完成率", "Attainment"), Align::Right),
            column(said("近4个月", "4 months"), Align::Left),
        ],
        rows: vec![
            row("销售额", "Sales", 88),
            row("回款额", "Collections", 74),
            row("新签", "New business", 46),
            row("续约", "Renewals", 109),
        ],
        notes: vec![said("金额单位：元。", "Amounts in CNY.")],
    }
}

/// More rows than two pages take.
fn long(said: Said<'_>) -> Table {
    let names = ["张伟", "王芳", "李娜", "刘洋", "陈静", "Ωmega Ng", "欧阳震华"];
    let rows = (0u8..64).map(|at| {
        let name = names[usize::from(at) % names.len()];
        vec![
            cell((at + 1).to_string()),
            cell(name),
            cell(said("上海一部", "Shanghai 1")),
            cell("9,000,000.00"),
            cell("8,235,000.00"),
            toned(130 - at * 2),
            cell("▲ 3"),
        ]
    });
    Table {
        key: "people",
        title: said("销售人员排名", "Ranking of people"),
        columns: vec![
            column(said("名次", "Rank"), Align::Right),
            column(said("姓名", "Name"), Align::Left),
            column(said("部门", "Department"), Align::Left),
            column(said("目标", "Target"), Align::Right),
            column(said("实际", "Actual"), Align::Right),
            column(said("完成率", "Attainment"), Align::Right),
            column(said("名次变化", "Movement"), Align::Right),
        ],
        rows: rows.collect(),
        notes: vec![said("同分者名次相同。", "Equals share a rank.")],
    }
}

/// As many columns as a page can be asked to take.
fn wide(said: Said<'_>) -> Table {
    let months = (1..=12)
        .map(|month| column(said(&format!("{month}月"), &format!("M{month:02}")), Align::Right));
    let row = |name: &str| {
        std::iter::once(cell(name))
            .chain((0..12).map(|at| cell(format!("1,{at:02}4,567.89"))))
            .chain([toned(74)])
            .collect()
    };
    Table {
        key: "coefficients",
        title: said("各月系数", "Coefficients by month"),
        columns: std::iter::once(column(said("姓名", "Name"), Align::Left))
            .chain(months)
            .chain([column(said("完成率", "Attainment"), Align::Right)])
            .collect(),
        rows: ["张伟", "王芳", "Alexandra Konstantinopoulos"].map(row).into(),
        notes: Vec::new(),
    }
}

/// Long sentences in narrow columns.
fn wordy(said: Said<'_>) -> Table {
    let action = said(
        "每周至少拜访八家重点客户，周五由部门经理复核拜访记录；对停滞超过30天的商机安排联合拜访，并在月末汇报结果。",
        "Visit at least eight key customers each week, the head of department reviews the notes on Fridays; visit deals that have not moved for 30 days together, and report at the end of the month.",
    );
    let row = |who: &str, tone, zh: &str, en: &str| {
        vec![
            cell(who),
            cell(action.clone()),
            cell("2026-12-31"),
            Cell { tone, ..cell(said(zh, en)) },
        ]
    };
    Table {
        key: "actions",
        title: String::new(),
        columns: vec![
            column(said("负责人", "Owner"), Align::Left),
            column(said("行动", "Action"), Align::Left),
            column(said("期限", "Due"), Align::Left),
            column(said("结果", "Outcome"), Align::Left),
        ],
        rows: vec![
            row("张伟", Tone::Good, "有效", "worked"),
            row("王芳", Tone::Watch, "部分有效", "partly"),
            row("李娜", Tone::Bad, "未见成效", "did not"),
        ],
        notes: Vec::new(),
    }
}
