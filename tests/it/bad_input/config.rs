//! Settings, templates and expressions that cannot be used.

use super::{CONFIG, Case};
use crate::project::Project;

pub const SETTINGS: &[Case] = &[
    Case {
        name: "a gap in the bands",
        spoil: |p| p.edit("plan.toml", "from = \"80%\"", "from = \"85%\""),
        code: CONFIG,
        says: &["error: plan.toml:49: there is a gap between 80 % and 85 %"],
    },
    Case {
        name: "an overlap of the bands",
        spoil: |p| p.edit("plan.toml", "from = \"80%\"", "from = \"75%\""),
        code: CONFIG,
        says: &["error: plan.toml:49: the bands overlap between 75 % and 80 %"],
    },
    Case {
        name: "a last band with an end",
        spoil: |p| p.edit("plan.toml", "{ from = \"100%\",", "{ from = \"100%\", to = \"200%\","),
        code: CONFIG,
        says: &["error: plan.toml:47: the bands do not cover every value"],
    },
    Case {
        name: "weights that do not add up",
        spoil: |p| {
            let weights = "missing = \"zero\"\nweights = [{ metric = \"sales\", weight = \"60%\" }, \
                           { metric = \"visits\", weight = \"39.99%\" }] #";
            p.edit("plan.toml", "metric = \"sales\" ", weights);
        },
        code: CONFIG,
        says: &["error: plan.toml:44: the weights add up to 99.99 %"],
    },
    Case {
        name: "an unknown key in attain.toml",
        spoil: |p| p.edit("attain.toml", "currency =", "curency ="),
        code: CONFIG,
        says: &["error: attain.toml:6: unknown field `curency`, expected one of `name`, \
             `currency`, `language`, `time_zone`, `fiscal_year_starts`"],
    },
    Case {
        name: "an unknown key in metrics.toml",
        spoil: |p| p.edit("metrics.toml", "decimals =", "digits ="),
        code: CONFIG,
        says: &["error: metrics.toml:9: unknown field `digits`, expected one of `id`, `label`, \
             `definition`, `unit`, `direction`, `decimals`, `hidden`, \
             `extract`, `aggregate`, `value`, `filter`, `date`, `person`, \
             `owner_unit`, `trailing_months`, `numerator`, `denominator`, \
             `formula`"],
    },
    Case {
        name: "an unknown key in plan.toml",
        spoil: |p| p.edit("plan.toml", "red_below =", "red ="),
        code: CONFIG,
        says: &["error: plan.toml:6: unknown field `red`, expected one of `metrics`, \
             `yellow_below`, `red_below`, `escalate_after`, `out_of_reach_above`, `metric`"],
    },
    Case {
        name: "an unknown key of an extract that others need",
        spoil: |p| p.edit("extracts/orders.toml", "responsible =", "owner ="),
        code: CONFIG,
        says: &["error: extracts/orders.toml:5: unknown field `owner`, expected one of \
             `location`, `format`, `responsible`, `contract`, `csv`, `xlsx`, \
             `covers_from`, `columns`, `key`, `filter`, `join`, `derived`, `optional`, \
             `dimensions`, `names`, `credit`, `returns`, `max_rejected_share`"],
    },
    Case {
        name: "a dimension that the project does not have",
        spoil: |p| {
            p.edit("extracts/orders.toml", "[dimensions]", "[dimensions]\nregion = \"customer\"")
        },
        code: CONFIG,
        says: &["error: extracts/orders.toml:56: there is no dimension “region”"],
    },
    Case {
        name: "a dimension in a column that the extract does not have",
        spoil: |p| {
            p.edit("extracts/orders.toml", "customer = \"customer\"", "customer = \"client\"")
        },
        code: CONFIG,
        says: &["error: extracts/orders.toml:57: extract “orders” has no column “client”"],
    },
    Case {
        name: "shares in an extract that is not there",
        spoil: |p| {
            put_before_dimensions(
                p,
                "extract = \"shares\"\non = \"order\"\nperson = \"seller\"\nshare = \"amount\"",
                "credit",
            )
        },
        code: CONFIG,
        says: &["error: extracts/orders.toml:56: there is no extract “shares”"],
    },
    Case {
        name: "shares in a column that is not there",
        spoil: |p| {
            put_before_dimensions(
                p,
                "extract = \"payments\"\non = \"order\"\nperson = \"seller\"\nshare = \"share\"",
                "credit",
            )
        },
        code: CONFIG,
        says: &["error: extracts/orders.toml:59: extract “payments” has no column “share”"],
    },
    Case {
        name: "shares that are no numbers",
        spoil: |p| {
            put_before_dimensions(
                p,
                "extract = \"payments\"\non = \"order\"\nperson = \"seller\"\nshare = \"payment\"",
                "credit",
            )
        },
        code: CONFIG,
        says: &["error: extracts/payments.toml: “payment” holds shares, and is no exact number"],
    },
    Case {
        name: "returns whose original day nothing tells",
        spoil: |p| {
            put_before_dimensions(p, "policy = \"origin_period\"\nis = \"amount < 0\"", "returns")
        },
        code: CONFIG,
        says: &[
            "error: extracts/orders.toml:55: the day of the original row must come from one place",
        ],
    },
    Case {
        name: "a condition for returns over a column that is not there",
        spoil: |p| {
            put_before_dimensions(
                p,
                "policy = \"origin_period\"\nis = \"sum < 0\"\norigin = \"order\"",
                "returns",
            )
        },
        code: CONFIG,
        says: &["error: extracts/orders.toml: returns.is: there is no column “sum”"],
    },
    Case {
        name: "two dimensions of one id",
        spoil: |p| {
            let label = "label = { zh = \"客户\", en = \"Customer\" }";
            let again = format!("{label}\n[[dimension]]\nid = \"product_line\"\n{label}");
            p.edit("attain.toml", label, &again)
        },
        code: CONFIG,
        says: &["error: attain.toml:90: “product_line” is no id of its own"],
    },
    Case {
        name: "a measure for no metric",
        spoil: |p| p.edit("playbook.toml", "metric = \"visits\"", "metric = \"calls\""),
        code: CONFIG,
        says: &["error: playbook.toml:26: “calls” is no metric that is shown"],
    },
    Case {
        name: "no folder with the extracts",
        spoil: |p| std::fs::remove_dir_all(p.path("extracts")).unwrap(),
        code: CONFIG,
        says: &["error: extracts: the folder is not there"],
    },
    Case {
        name: "a file that is no TOML",
        spoil: |p| p.edit("plan.toml", "[rank]", "[rank"),
        code: CONFIG,
        says: &["error: plan.toml:16: unclosed table, expected `]`"],
    },
    Case {
        name: "a config in another encoding",
        spoil: |p| p.write("plan.toml", encoding_rs::GB18030.encode("# 预警").0),
        code: CONFIG,
        says: &["error: plan.toml: the file is not UTF-8"],
    },
    Case {
        name: "no [delivery]",
        spoil: |p| {
            let config = p.read("attain.toml");
            p.write("attain.toml", config.split("[delivery]").next().unwrap());
        },
        code: CONFIG,
        says: &["error: attain.toml: no channel for the mails is chosen, and a run never drops \
             them in silence"],
    },
    Case {
        name: "a time zone that is none",
        spoil: |p| p.edit("attain.toml", "Asia/Shanghai", "China/Shanghai"),
        code: CONFIG,
        says: &["error: attain.toml:8: “China/Shanghai” is no time zone"],
    },
    Case {
        name: "an org read from a column that is not there",
        spoil: |p| p.edit("attain.toml", "name_en = \"name_en\"", "name_en = \"english\""),
        code: CONFIG,
        says: &["error: attain.toml:30: extract “departments” has no column “english”"],
    },
    Case {
        name: "targets of a dimension that is not there",
        spoil: |p| p.edit("attain.toml", "{ product_line = \"line\"", "{ colour = \"line\""),
        code: CONFIG,
        says: &["error: attain.toml:63: there is no dimension “colour”"],
    },
    Case {
        name: "targets of single customers",
        spoil: |p| p.edit("attain.toml", "{ product_line = \"line\"", "{ customer = \"line\""),
        code: CONFIG,
        says: &["error: attain.toml:63: “customer” names customers, who have no targets of their \
             own"],
    },
    Case {
        name: "targets read from a column that is not there",
        spoil: |p| p.edit("attain.toml", "period = \"period\"", "period = \"month\""),
        code: CONFIG,
        says: &["error: attain.toml:56: extract “targets” has no column “month”"],
    },
    Case {
        name: "a template with an unknown variable",
        spoil: |p| spoil_template(p, "\n{{ nobody.knows }}\n"),
        code: CONFIG,
        says: &["error: reports/person/report.html:2: nothing is called “nobody” in a report"],
    },
    Case {
        name: "a template with a slip",
        spoil: |p| spoil_template(p, "\n{% if %}\n"),
        code: CONFIG,
        says: &["error: reports/person/report.html:2: Found `%}` but expected one of: integer, \
             float, string, bool, ident, `-`, `not`, `<`, `{`, `[` or `(`"],
    },
    Case {
        name: "a phrase with a gap that nothing fills",
        spoil: |p| {
            p.write("reports/words/zh.toml", "[gap]\nshort = \"缺口{gpa}\"\n");
        },
        code: CONFIG,
        says: &["error: reports/words/zh.toml:2: nothing fills {gpa} in [gap] short"],
    },
];

fn spoil_template(project: &Project, text: &str) {
    const FILE: &str = "reports/person/report.html";
    project.write(FILE, text.to_owned() + &project.read(FILE));
}

pub const EXPRESSIONS: &[Case] = &[
    Case {
        name: "a derived column that is no SQL",
        spoil: |p| p.edit("extracts/opportunities.toml", "cast(closed as int) -", "cast(closed -"),
        code: CONFIG,
        says: &["error: extracts/opportunities.toml:42: “cast(closed - cast(created as int)” is \
             no SQL expression"],
    },
    Case {
        name: "a derived column over an unknown column",
        spoil: |p| p.edit("extracts/opportunities.toml", "cast(created", "cast(opened"),
        code: CONFIG,
        says: &["error: extracts/opportunities.toml:42: there is no column “opened”"],
    },
    Case {
        name: "a derived column with a function that is not known",
        spoil: |p| {
            let sql = "cast(closed as int) - cast(created as int)";
            p.edit("extracts/opportunities.toml", sql, "date_trunc('month', closed)");
        },
        code: CONFIG,
        says: &["error: extracts/opportunities.toml:42: “date_trunc('month', closed)” cannot be \
             used: unsupported function 'date_trunc'"],
    },
    Case {
        name: "a metric over an unknown column",
        spoil: |p| p.edit("metrics.toml", "value = \"amount\"", "value = \"turnover\""),
        code: CONFIG,
        says: &["error: metrics.toml:12: metric “sales”: there is no column “turnover”"],
    },
    Case {
        name: "a filter over an unknown column",
        spoil: |p| p.edit("metrics.toml", "filter = \"valid\"", "filter = \"vaild\""),
        code: CONFIG,
        says: &["error: metrics.toml:185: metric “leads”: there is no column “vaild”"],
    },
    Case {
        name: "a filter that is no condition",
        spoil: |p| p.edit("metrics.toml", "filter = \"valid\"", "filter = \"lead\""),
        code: CONFIG,
        says: &["error: metrics.toml:185: metric “leads”: “lead” is a text, not true or false"],
    },
    Case {
        name: "a date column that is not there",
        spoil: |p| p.edit("metrics.toml", "date = \"paid_on\"", "date = \"paid\""),
        code: CONFIG,
        says: &["error: metrics.toml:25: extract “payments” has no column “paid”"],
    },
    Case {
        name: "a date column that is a text",
        spoil: |p| p.edit("metrics.toml", "date = \"paid_on\"", "date = \"customer\""),
        code: CONFIG,
        says: &["error: metrics.toml:25: metric “collections”: “customer” is no date"],
    },
    Case {
        name: "money that becomes a float",
        spoil: |p| p.edit("metrics.toml", "value = \"amount\"", "value = \"amount * 0.17\""),
        code: CONFIG,
        says: &["error: metrics.toml:12: metric “sales”: “amount * 0.17” is a binary fraction, \
             not an exact number"],
    },
    Case {
        name: "a sum of texts",
        spoil: |p| p.edit("metrics.toml", "value = \"amount\"", "value = \"customer\""),
        code: CONFIG,
        says: &["error: metrics.toml:12: metric “sales”: “customer” is a text, not an exact \
             number"],
    },
    Case {
        name: "a sum of sums",
        spoil: |p| p.edit("metrics.toml", "value = \"amount\"", "value = \"sum(amount)\""),
        code: CONFIG,
        says: &["error: metrics.toml:12: metric “sales”: “sum(amount)” looks at more than its \
             own row"],
    },
    Case {
        name: "an expression that reads a file",
        spoil: |p| {
            let sql = "value = \"(select 1 from read_csv('/etc/passwd'))\"";
            p.edit("metrics.toml", "value = \"amount\"", sql);
        },
        code: CONFIG,
        says: &["error: metrics.toml:12: metric “sales”: “(select 1 from \
             read_csv('/etc/passwd'))” asks a query of its own"],
    },
];

/// Writes a table of the extract of orders, on line 52.
fn put_before_dimensions(project: &Project, keys: &str, table: &str) {
    let table = format!("[{table}]\n{keys}\n[dimensions]");
    project.edit("extracts/orders.toml", "[dimensions]", &table);
}
