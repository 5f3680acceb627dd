//! Extracts that cannot be used.

use super::{Case, HELD};
use crate::project::Project;

pub const FILES: &[Case] = &[
    Case {
        name: "a missing file",
        spoil: |p| std::fs::remove_file(p.path("data/people.csv")).unwrap(),
        code: HELD,
        says: &["error: data/people.csv: the file is not there"],
    },
    Case {
        name: "an empty file",
        spoil: |p| p.write("data/people.csv", ""),
        code: HELD,
        says: &["error: data/people.csv: the file is empty"],
    },
    Case {
        name: "a file with a byte order mark alone",
        spoil: |p| p.write("data/people.csv", "\u{feff}"),
        code: HELD,
        says: &["error: data/people.csv, row 1: there is no header"],
    },
    Case {
        name: "a wrong encoding",
        spoil: |p| {
            let text = p.read("data/people.csv").replace('\u{feff}', "");
            p.write("data/people.csv", encoding_rs::GB18030.encode(&text).0);
        },
        code: HELD,
        says: &["error: data/people.csv, row 1: the file is not UTF-8"],
    },
    Case {
        name: "a missing column",
        spoil: |p| p.edit("data/people.csv", "姓名", "名字"),
        code: HELD,
        says: &[
            "error: data/people.csv, row 1, column 姓名: extract “people” has no column “姓名”",
        ],
    },
    Case {
        name: "several missing columns",
        spoil: |p| p.edit("data/people.csv", "姓名,邮箱", "名字,电邮"),
        code: HELD,
        says: &["error: data/people.csv, row 1: extract “people” has no columns “姓名”, “邮箱”"],
    },
    Case {
        name: "a wrong separator",
        spoil: |p| p.edit("extracts/people.toml", "key =", "csv.separator = \";\"\nkey ="),
        code: HELD,
        says: &["error: data/people.csv, row 1: the header is not divided by “;”"],
    },
    Case {
        name: "a missing month",
        spoil: |p| std::fs::remove_file(p.path("data/orders/2026-10.csv")).unwrap(),
        code: HELD,
        says: &["error: data/orders/{period}.csv: extract “orders” has no file for 2026-10"],
    },
    Case {
        name: "a broken workbook",
        spoil: |p| p.write("data/targets.xlsx", "PK\u{3}\u{4} and no more"),
        code: HELD,
        says: &["error: data/targets.xlsx: the file is no workbook: it cannot be unpacked: \
             invalid Zip archive: Could not find EOCD"],
    },
    Case {
        name: "a sheet that is not there",
        spoil: |p| p.edit("extracts/targets.toml", "目标分解\"", "指标\""),
        code: HELD,
        says: &["error: data/targets.xlsx: there is no sheet “指标”"],
    },
    Case {
        name: "a Parquet file that is none",
        spoil: |p| p.write("data/order_lines/2026-10.parquet", "no Parquet, but as long as one"),
        code: HELD,
        says: &[
            "error: data/order_lines/2026-10.parquet: the file cannot be read: parquet: File out of \
             specification: The file must end with PAR1",
        ],
    },
    Case {
        name: "no folder with the data",
        spoil: |p| std::fs::remove_dir_all(p.path("data")).unwrap(),
        code: HELD,
        says: &["error: DIR/data: the folder cannot be used: it is not there"],
    },
];

/// Twelve of the receivables of the month with another text in one column, from row 21 on.
fn spoil_receivables(project: &Project, column: usize, text: impl Fn(&str) -> String) {
    const FILE: &str = "data/receivables/2026-10.csv";
    let spoiled: Vec<String> = project
        .read(FILE)
        .lines()
        .enumerate()
        .map(|(index, line)| {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            if (20..32).contains(&index) {
                cells[column] = text(&cells[column]);
            }
            cells.join(",")
        })
        .collect();
    project.write(FILE, spoiled.join("\n"));
}

pub const CELLS: &[Case] = &[
    Case {
        name: "numbers that are none",
        spoil: |p| spoil_receivables(p, 4, |amount| amount.replace('0', "O") + "元"),
        code: HELD,
        says: &["error: data/receivables/2026-10.csv, row 21, column 应收金额: 12 of 376 rows of \
             extract “receivables” were set aside (3.19 %), above the 1.00 % \
             that are allowed; the first: not a decimal number: “978O5.98元”"],
    },
    Case {
        name: "dates that are none",
        spoil: |p| spoil_receivables(p, 2, |_| "31.10.2026".to_owned()),
        code: HELD,
        says: &["error: data/receivables/2026-10.csv, row 21, column 到期日期: 12 of 376 rows of \
             extract “receivables” were set aside (3.19 %), above the 1.00 % \
             that are allowed; the first: not a date such as 2026-10-31: \
             “31.10.2026”"],
    },
    Case {
        name: "a repeated key",
        spoil: |p| spoil_receivables(p, 0, |_| "AR202610-00001".to_owned()),
        code: HELD,
        says: &["error: data/receivables/2026-10.csv, row 21, column 应收编号: 12 of 376 rows of \
             extract “receivables” were set aside (3.19 %), above the 1.00 % \
             that are allowed; the first: the key is there already: row 2 of \
             data/receivables/2026-10.csv: “AR202610-00001”"],
    },
    Case {
        name: "a person that nobody knows",
        spoil: |p| spoil_receivables(p, 3, |_| "E777".to_owned()),
        code: HELD,
        says: &["error: data/receivables/2026-10.csv, row 21, column 销售工号: 12 of 376 rows of \
             extract “receivables” were set aside (3.19 %), above the 1.00 % \
             that are allowed; the first: nobody in the org has this id: “E777”"],
    },
    Case {
        name: "an amount with too many digits after the point",
        spoil: |p| spoil_receivables(p, 4, |amount| format!("{amount}5")),
        code: HELD,
        says: &["error: data/receivables/2026-10.csv, row 21, column 应收金额: 12 of 376 rows of \
             extract “receivables” were set aside (3.19 %), above the 1.00 % \
             that are allowed; the first: more than 2 digits after the point: \
             “97805.985”"],
    },
    Case {
        name: "a huge number",
        spoil: |p| spoil_receivables(p, 4, |_| "9".repeat(70)),
        code: HELD,
        says: &["error: data/receivables/2026-10.csv, row 21, column 应收金额: 12 of 376 rows of \
             extract “receivables” were set aside (3.19 %), above the 1.00 % \
             that are allowed; the first: more than 38 digits: \
             “999999999999999999999999999999999999999999999999999999999999…”"],
    },
    Case {
        name: "a text that would repaint the terminal",
        spoil: |p| spoil_receivables(p, 4, |_| "\u{1b}[2J\u{1b}[31m\u{202e}9\u{7}".to_owned()),
        code: HELD,
        says: &["error: data/receivables/2026-10.csv, row 21, column 应收金额: 12 of 376 rows of \
             extract “receivables” were set aside (3.19 %), above the 1.00 % \
             that are allowed; the first: not a decimal number: \
             “[2J[31m9”"],
    },
];

/// The assignments, or the targets, come from a text in place of the workbook.
fn from_text(project: &Project, extract: &str, rows: &str) {
    project.write(&format!("data/{extract}.csv"), rows);
    let config = project.read(&format!("extracts/{extract}.toml"));
    let kept = config.lines().filter(|line| !line.starts_with("xlsx.sheet"));
    let config = kept.collect::<Vec<_>>().join("\n").replace("xlsx", "csv");
    project.write(&format!("extracts/{extract}.toml"), config);
}

fn assignments(project: &Project, rows: &str) {
    from_text(project, "assignments", &format!("工号,部门编号,生效日期,失效日期\n{rows}\n"));
}

fn targets(project: &Project, rows: &str) {
    let header = "组织编号,目标项,期间,目标值,责任人,时间节点,数据来源,备注,产品线";
    from_text(project, "targets", &format!("{header}\n{rows}\n"));
}

fn exemptions(project: &Project, rows: &str) {
    let header = "组织编号,指标,开始日期,结束日期,原因";
    project.write("data/exemptions.csv", format!("{header}\n{rows}\n"));
}

pub const TABLES: &[Case] = &[
    Case {
        name: "a stay of a person that nobody knows",
        spoil: |p| assignments(p, "E001,C00,2020-01-01,\nE777,D10,2020-01-01,"),
        code: HELD,
        says: &["error: data/assignments.csv, row 3, column 工号: nobody has this id: “E777”"],
    },
    Case {
        name: "a stay in a unit that is not there",
        spoil: |p| assignments(p, "E001,D99,2020-01-01,"),
        code: HELD,
        says: &[
            "error: data/assignments.csv, row 2, column 部门编号: there is no such unit: “D99”",
        ],
    },
    Case {
        name: "stays that overlap",
        spoil: |p| assignments(p, "E001,C00,2020-01-01,\nE001,D10,2021-01-01,"),
        code: HELD,
        says: &["error: data/assignments.csv, row 3, column 工号: two stays of this person \
             overlap: “E001”"],
    },
    Case {
        name: "a target of a person that nobody knows",
        spoil: |p| targets(p, "E777,销售额,2026-10,5,,,,,"),
        code: HELD,
        says: &[
            "error: data/targets.csv, row 2, column 组织编号: nobody and no unit has this id: \
             “E777”",
        ],
    },
    Case {
        name: "a target for a metric that is none",
        spoil: |p| targets(p, "E001,销量,2026-10,5,,,,,"),
        code: HELD,
        says: &["error: data/targets.csv, row 2, column 目标项: no metric has this name: “销量”"],
    },
    Case {
        name: "a target for a period that is none",
        spoil: |p| targets(p, "E001,销售额,10月,5,,,,,"),
        code: HELD,
        says: &["error: data/targets.csv, row 2, column 期间: not a period: “10月”"],
    },
    Case {
        name: "a day of the calendar that is both worked and not",
        spoil: |p| p.edit("data/calendar.csv", "2026-10-10,是", "2026-10-07,是"),
        code: HELD,
        says: &["error: data/calendar.csv, row 109, column 日期: the day is both worked and not \
             worked: “2026-10-07”"],
    },
    Case {
        name: "a target of both a product line and a customer type",
        spoil: |p| {
            let both = "{ product_line = \"line\", customer_type = \"note\" }";
            p.edit("attain.toml", "{ product_line = \"line\" }", both);
            targets(p, "C00,销售额,2026-10,5,,,,工业企业,分析仪器")
        },
        code: HELD,
        says: &["error: data/targets.csv, row 2, column 备注: a target of both customer_type and \
             product_line (“分析仪器”): “工业企业”"],
    },
    Case {
        name: "an exemption of somebody that nobody knows",
        spoil: |p| exemptions(p, "E777,,2026-10-01,2026-10-31,病假"),
        code: HELD,
        says: &["error: data/exemptions.csv, row 2, column 组织编号: nobody and no unit has this \
             id: “E777”"],
    },
    Case {
        name: "an exemption that ends before it begins",
        spoil: |p| exemptions(p, "E001,,2026-10-05,2026-10-01,病假"),
        code: HELD,
        says: &[
            "error: data/exemptions.csv, row 2, column 结束日期: the exemption ends before it \
             begins: “2026-10-01”",
        ],
    },
    Case {
        name: "a target that is there twice",
        spoil: |p| targets(p, "E001,销售额,2026-10,5,,,,,\nE001,sales,2026-10,6,,,,,"),
        code: HELD,
        says: &["error: data/targets.csv, row 3: the target of E001 for sales in 2026-10 is \
             there twice"],
    },
];
