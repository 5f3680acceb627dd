use std::fs;

use polars::prelude::{Column, DataFrame, DataType, ParquetWriter, df};

use super::*;

/// What came of loading files in a folder, which lives as long as the frames may be read.
struct Loaded {
    _folder: TempDir,
    result: Result<Frames, Diagnostics>,
}

/// Loads extracts, each given by its id and config.
fn load_files(files: &[(&str, &[u8])], extracts: &[(&str, &str)]) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let extracts: Vec<ExtractSettings> = extracts
        .iter()
        .map(|(id, config)| {
            let mut extract: ExtractSettings = toml::from_str(config).unwrap();
            extract.id = ExtractId::from(*id);
            extract.file = format!("extracts/{id}.toml");
            extract
        })
        .collect();
    let request = LoadRequest {
        extracts: &extracts,
        root: "in",
        base: folder.path(),
        through: "2026-10".parse().unwrap(),
        late_allowed: false,
        env: &[],
        kept: None,
    };
    // polars waits for its own threads inside, which a single-threaded runtime forbids.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let result = runtime.block_on(load(&request, &mut |_| {}));
    Loaded { _folder: folder, result }
}

impl Loaded {
    /// A frame's rows as text, `|` between cells.
    fn rows(&self, id: &str, columns: &[&str]) -> Vec<String> {
        let frames = self.result.as_ref().unwrap_or_else(|why| panic!("{why:?}"));
        let frame = frames.get(&ExtractId::from(id)).unwrap();
        let rows = super::super::rows::read_rows(frame, columns).unwrap();
        let cells = |row: &super::super::rows::TextRow| {
            columns.iter().map(|name| row.get(name).unwrap_or("-")).collect::<Vec<_>>().join("|")
        };
        rows.iter().map(cells).collect()
    }

    /// The rejects of extract `a`: row, column, value and reason.
    fn rejects(&self) -> Vec<String> {
        let frames = self.result.as_ref().unwrap_or_else(|why| panic!("{why:?}"));
        let frame = frames.get(&ExtractId::from("a")).unwrap();
        let show = |r: &Reject| format!("{} {} “{}”: {}", r.row, r.column, r.value, r.reason);
        frame.rejects.iter().map(show).collect()
    }

    /// What is wrong, without the advice.
    fn errors(self) -> Vec<String> {
        let found = self.result.err().expect("this must not load");
        found.into_iter().map(|one| format!("{}: {}", one.place, one.what)).collect()
    }
}

const AB: &str = "location = 'a.csv'\nformat = 'csv'\ncolumns = [{name = 'order', type = 'text'}, {name = 'b', type = 'decimal'}]\n";
const OTHER: &str = "location = 'o.csv'\nformat = 'csv'\ncolumns = [{name = 'order', type = 'text'}, {name = 'b', type = 'integer'}, {name = 'from', type = 'date'}, {name = 'to', type = 'date'}]\nderived = [{name = 'x', sql = 'b + 1'}, {name = 'b2', sql = 'cast(b as decimal(38, 2))'}]\n";
const OTHER_ROWS: &[u8] = b"order,b,from,to\nx,7,,2026-01-01\nx,8,2026-01-01,\n,9,,\n";

#[test]
fn a_join_goes_by_a_column_of_any_name_or_an_expression() {
    let config = format!(
        "{AB}[[join]]\nextract = 'o'\non = 'order'\ntake = ['x']\n\
         [[join]]\nextract = 'o'\non = \"replace(\\\"order\\\", 'X', 'x')\"\ntheir = 'order'\ntake = ['to']\n"
    );
    let files: &[(&str, &[u8])] = &[("in/a.csv", b"order,b\nx,1\nX,2\n"), ("in/o.csv", OTHER_ROWS)];
    let loaded = load_files(files, &[("a", &config), ("o", OTHER)]);
    assert_eq!(loaded.rows("a", &["order", "x", "to"]), ["x|8|2026-01-01", "X|-|2026-01-01"]);
}

#[test]
fn a_join_takes_what_is_valid_on_the_day_and_keeps_the_order_of_the_rows() {
    let config = "location = 'a.csv'\nformat = 'csv'\ncolumns = [{name = 'id', type = 'text'}, {name = 'day', type = 'date'}]\n\
         [[join]]\nextract = 'o'\non = 'id'\ntheir = 'order'\nvalid_on = 'day'\nvalid_from = 'from'\nvalid_to = 'to'\ntake = ['b']\n";
    let rows = b"id,day\nx,2026-01-01\nx,2025-12-31\n,2026-01-01\ny,2026-01-01\nx,\n";
    let loaded =
        load_files(&[("in/a.csv", rows), ("in/o.csv", OTHER_ROWS)], &[("a", config), ("o", OTHER)]);
    assert_eq!(
        loaded.rows("a", &["id", "day", "b"]),
        ["x|2026-01-01|8", "x|2025-12-31|7", "-|2026-01-01|-", "y|2026-01-01|-", "x|-|-"]
    );
}

#[test]
fn a_join_that_cannot_be_is_refused_by_its_number() {
    let refused = |join: &str| {
        let config = format!("{AB}[[join]]\nextract = 'o'\n{join}\n");
        let files: &[(&str, &[u8])] = &[("in/a.csv", b"order,b\nx,1\n"), ("in/o.csv", OTHER_ROWS)];
        load_files(files, &[("a", &config), ("o", OTHER)]).errors().join("; ")
    };
    for (join, what) in [
        ("on = 'order'\ntake = ['b']", "it takes “b”, which is there already"),
        ("on = 'nope'\ntake = ['x']", "unable to find column \"nope\""),
        ("on = 'b'\ntake = ['x']", "“b” is decimal[38,2] here and i64 there"),
        (
            "on = 'b'\ntheir = 'b2'\ntake = ['x']",
            "“b” is decimal[38,2], which rows are not found by",
        ),
        ("on = 'order'\nvalid_on = 'b'\ntake = ['x']", "there is no date “b” for valid_on"),
    ] {
        let found = refused(join);
        assert!(found.starts_with("extracts/a.toml: join 1 cannot be used: "), "{found}");
        assert!(found.contains(what), "{found}");
    }
}

#[test]
fn a_repeated_key_names_the_first_row() {
    let config = format!("{AB}key = ['order']\n");
    let loaded = load_files(&[("in/a.csv", b"order,b\nx,1\ny,2\nx,3\n")], &[("a", &config)]);
    assert_eq!(loaded.rows("a", &["order", "b"]), ["x|1.00", "y|2.00"]);
    assert_eq!(loaded.rejects(), ["4 order “x”: the key is there already: row 2 of in/a.csv"]);
}

#[test]
fn all_that_is_wrong_with_the_files_comes_at_once() {
    let months = |format: &str| {
        format!(
            "location = '{{period}}.{format}'\nformat = '{format}'\ncolumns = [{{name = 'a', type = 'text'}}, {{name = 'b', type = 'date'}}]\n"
        )
    };
    let files: &[(&str, &[u8])] = &[
        ("in/2026-07.csv", b"a,b\n"),
        ("in/2026-08.csv", b"c,a,d\n"),
        ("in/2026-09.csv", b""),
        ("in/2026-10.csv", b"a,b,b\n1,2026-10-01,2026-10-02\n"),
        ("in/2026-11.csv", b"not asked for"),
        ("in/2026-10.ndjson", b"{\"a\": 1}\n"),
        ("in/2026-10.parquet", b"PAR1 no more"),
    ];
    let extracts = [("a", &*months("csv")), ("b", &*months("ndjson")), ("c", &*months("parquet"))];
    let gap = "location = 'x/{period}.csv'\nformat = 'csv'\ncolumns = []";
    let extracts = [&extracts[..], &[("d", gap)]].concat();
    assert_eq!(
        load_files(files, &extracts).errors(),
        [
            "in/2026-08.csv, row 1, column b: extract “a” has no column “b”",
            "in/2026-09.csv: the file is empty",
            "in/2026-10.csv, row 1, column b: the header has “b” twice",
            "in/2026-10.ndjson, column b: no object has “b”",
            "in/2026-10.parquet: the file cannot be read: parquet: File out of specification: The file must end with PAR1",
            "in/x/{period}.csv: extract “d” has no file here",
        ]
    );
}

#[test]
fn bad_cells_set_their_rows_aside() {
    let config = "location = 'a.csv'\nformat = 'csv'\ncsv = { encoding = 'gb18030', thousands = ',', nulls = ['无'] }\nkey = ['no']\n\
        columns = [{name = 'no', from = '编号', type = 'integer'}, {name = 'day', from = '日期', type = 'date', formats = ['%Y/%m/%d'], required = true}, {name = 'amount', from = '金额', type = 'decimal'}, {name = 'note', from = '备注', type = 'text'}]";
    let text = "编号,日期,金额,备注\n1,2026/10/1,\"1,234.50\",\"两\n行\"\n\n01,2026/10/2,1,\n3,2026/10/3,12O0,\n\
        4,无,1,\n5,26/10/3,1,\n6,2026/10/3,1\n7,2026/10/3,\"1,2\",\n8,2026/10/3,无,\"好\n9,2026/10/4,-0.05,好\n";
    let bytes = encoding_rs::GB18030.encode(text).0;
    let loaded = load_files(&[("in/a.csv", &bytes)], &[("a", config)]);
    assert_eq!(
        loaded.rows("a", &["no", "day", "amount", "note"]),
        ["1|2026-10-01|1234.50|两\n行", "9|2026-10-04|-0.05|好"]
    );
    assert_eq!(
        loaded.rejects(),
        [
            "4 编号 “01”: the key is there already: row 2 of in/a.csv",
            "5 金额 “12O0”: not a decimal number",
            "6 日期 “”: a value is required here",
            "7 日期 “26/10/3”: not a date of the form %Y/%m/%d",
            "8  “6,2026/10/3,1”: 3 fields, where 4 were expected",
            "9 金额 “1,2”: not a decimal number",
            "10  “8,2026/10/3,无,\"好”: a quote is opened and not closed",
        ]
    );
}

#[test]
fn one_header_may_fill_two_columns() {
    let columns = "columns = [{name = 'id', from = 'a', type = 'integer'}, {name = 'text', from = 'a', type = 'text'}]";
    for (format, bytes) in [("ndjson", &b"{\"a\": 7}\n"[..]), ("csv", b"a\n7\n")] {
        let config = format!("location = 'a.{format}'\nformat = '{format}'\n{columns}");
        let name = format!("in/a.{format}");
        let loaded = load_files(&[(&name, bytes)], &[("a", &config)]);
        assert_eq!(loaded.rows("a", &["id", "text"]), ["7|7"]);
    }
}

#[test]
fn separators_of_any_length_in_any_encoding() {
    let read = |csv: &str, text: &str| {
        let config = format!(
            "location = '100% x/*.csv'\nformat = 'csv'\ncsv = {{ encoding = 'utf-16le', quote = '', header = false, names = ['a', 'b'], {csv} }}\n\
             columns = [{{name = 'a', type = 'text'}}, {{name = 'b', type = 'decimal'}}]"
        );
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        load_files(&[("in/100% x/a%20b #1.csv", &bytes)], &[("a", &config)]).rows("a", &["a", "b"])
    };
    let tabs = read("separator = \"\\t\"", "\u{feff}José \"x\"\t1.5\r\n北\t2\r\n");
    assert_eq!(tabs, ["José \"x\"|1.50", "北|2.00"]);
    let marks = read("separator = '+|', row_end = \"&|\\r\\n\"", "a\n+b+|1.5&|\r\n北+|&|\r\n");
    assert_eq!(marks, ["a\n+b|1.50", "北|-"]);
}

fn parquet_of(mut table: DataFrame) -> Vec<u8> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut table).unwrap();
    bytes
}

/// A Parquet extract of two months.
fn load_parquet(columns: &str, months: [DataFrame; 2]) -> Loaded {
    let config = format!("location = '{{period}}.parquet'\nformat = 'parquet'\n{columns}");
    let [september, october] = months.map(parquet_of);
    let files: &[(&str, &[u8])] =
        &[("in/2026-09.parquet", &september), ("in/2026-10.parquet", &october)];
    load_files(files, &[("a", &config)])
}

const ID_AMOUNT: &str = "key = ['id']\ncolumns = [{name = 'id', type = 'text', required = true}, {name = 'amount', type = 'decimal'}]";

#[test]
fn parquet_keeps_absent_cells_and_names_repeated_keys() {
    let first = df!("id" => ["x", "y", "z", ""], "amount" => [Some(1.5), None, Some(1.255), None]);
    let second =
        df!("id" => ["w", "x", "y"], "amount" => [Some(0.1 + 0.2), Some(f64::NAN), Some(7.0)]);
    let loaded = load_parquet(ID_AMOUNT, [first.unwrap(), second.unwrap()]);
    assert_eq!(loaded.rows("a", &["id", "amount"]), ["x|1.50", "y|-", "w|0.30"]);
    assert_eq!(
        loaded.rejects(),
        [
            "4 amount “1.255”: more digits after the point than the column's scale",
            "5 id “”: a value is required here",
            "3 amount “NaN”: not a decimal number of at most 38 digits",
            "4 id “y”: the key is there already: row 3 of in/2026-09.parquet",
        ]
    );
}

#[test]
fn parquet_text_is_as_exact_as_any_other() {
    let first =
        df!("id" => ["a", "b", "c", "d"], "amount" => ["1.50", "1.0000000001", "1,5", "1e3"]);
    let untyped = DataFrame::new(
        1,
        vec![
            Column::new("id".into(), ["e"]),
            Column::full_null("amount".into(), 1, &DataType::Null),
        ],
    );
    let loaded = load_parquet(ID_AMOUNT, [first.unwrap(), untyped.unwrap()]);
    assert_eq!(loaded.rows("a", &["id", "amount"]), ["a|1.50", "e|-"]);
    assert_eq!(loaded.rejects().len(), 3, "{:?}", loaded.rejects());
}

#[test]
fn parquet_texts_are_dates_by_the_formats_given() {
    let columns =
        "columns = [{name = 'day', type = 'date', formats = ['%m/%d/%Y', '%Y-%m-%d %H:%M:%S']}]";
    let days = ["05/10/2026", "2026-10-05 23:59:59", "2026-10-05", "5/10/26", "13/10/2026"];
    let deep = df!("day" => ["1/2/2026"]).unwrap();
    let loaded = load_parquet(columns, [df!("day" => days).unwrap(), deep]);
    assert_eq!(loaded.rows("a", &["day"]), ["2026-05-10", "2026-10-05", "2026-01-02"]);
    assert_eq!(loaded.rejects().len(), 3, "{:?}", loaded.rejects());
}

#[test]
fn parquet_decimals_of_many_digits_do_not_overflow_in_silence() {
    let columns = "columns = [{name = 'amount', type = 'decimal', scale = 35}]";
    let month = || df!("amount" => [1.5, 1e9]).unwrap();
    let loaded = load_parquet(columns, [month(), month()]);
    assert_eq!(loaded.rows("a", &["amount"]).len(), 2);
    assert_eq!(loaded.rejects().len(), 2);
}

#[test]
fn a_sheet_is_read_as_it_is_shown() {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("说明").unwrap();
    let sheet = book.add_worksheet().set_name("数据").unwrap();
    let as_date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for (column, header) in ["编号", "日期", "金额"].into_iter().enumerate() {
        sheet.write(2, column as u16, header).unwrap();
    }
    sheet.write(3, 0, 1001.0).unwrap();
    sheet.write_with_format(3, 1, 46_300.0, &as_date).unwrap();
    sheet.write(3, 2, 0.1 + 0.2).unwrap();
    sheet.write(5, 0, "007").unwrap();
    sheet.write(5, 1, "2026-10-05").unwrap();
    sheet.write_formula(5, 2, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write(6, 0, "x").unwrap();
    sheet.write(6, 2, 12.345).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let load_sheet = |sheet: &str| {
        let config = format!(
            "location = 'a.xlsx'\nformat = 'xlsx'\nxlsx.sheet = '{sheet}'\ncolumns = [{{name = 'id', from = '编号', type = 'text'}}, {{name = 'day', from = '日期', type = 'date'}}, {{name = 'amount', from = '金额', type = 'decimal'}}]"
        );
        load_files(&[("in/a.xlsx", &bytes)], &[("a", &config)])
    };
    let loaded = load_sheet("数据");
    assert_eq!(loaded.rows("a", &["id", "day", "amount"]), ["1001|2026-10-05|0.30"]);
    assert_eq!(
        loaded.rejects(),
        [
            "6 金额 “#DIV/0!”: the cell holds an error",
            "7 金额 “12.345”: more than 2 digits after the point",
        ]
    );
    assert_eq!(load_sheet("没有").errors(), ["in/a.xlsx: there is no sheet “没有”"]);
    let empty = "in/a.xlsx, row 1: there is no header";
    assert_eq!(load_sheet("说明").errors(), [empty]);
}

/// A frame of extract `a` whose rows set aside take the place of the good ones.
fn aside(loaded: &Loaded) -> Vec<String> {
    let frames = loaded.result.as_ref().unwrap_or_else(|why| panic!("{why:?}"));
    let frame = frames.get(&ExtractId::from("a")).unwrap();
    let Some(lazy) = frame.aside.clone() else { return Vec::new() };
    let frame = Frame { lazy, ..frame.clone() };
    let rows = super::super::rows::read_rows(&frame, &["order", "b"]).unwrap();
    let cell = |row: &super::super::rows::TextRow, name| row.get(name).unwrap_or("-").to_owned();
    rows.iter()
        .map(|row| format!("{} {}|{}", row.row, cell(row, "order"), cell(row, "b")))
        .collect()
}

const RULED: &str = "columns = [{name = 'order', type = 'text', references = {extract = 'o', column = 'order'}}, \
    {name = 'b', type = 'decimal', required = true, least = '-1', most = 100}]\nkey = ['order']\n";
const KNOWN: &str =
    "location = 'o.csv'\nformat = 'csv'\ncolumns = [{name = 'order', type = 'text'}]\n";

#[test]
fn rows_set_aside_keep_what_can_be_read_of_them() {
    let config = format!("location = 'a.csv'\nformat = 'csv'\n{RULED}");
    let rows = b"order,b\nx,1\ny,l0\nx,2\nz,3\n,4\nw,101\nv,\nv,-1\n";
    let known: &[(&str, &[u8])] = &[("in/a.csv", rows), ("in/o.csv", b"order\nx\ny\nw\nv\n")];
    let loaded = load_files(known, &[("a", &config), ("o", KNOWN)]);
    assert_eq!(loaded.rows("a", &["order", "b"]), ["x|1.00", "-|4.00", "v|-1.00"]);
    assert_eq!(
        loaded.rejects(),
        [
            "3 b “l0”: not a decimal number",
            "4 order “x”: the key is there already: row 2 of in/a.csv",
            "7 b “101”: more than 100, the most that is allowed",
            "8 b “”: a value is required here",
            "5 order “z”: extract “o” has no such “order”",
        ]
    );
    assert_eq!(aside(&loaded), ["3 y|-", "4 x|2.00", "5 z|3.00", "7 w|101.00", "8 v|-"]);
}

#[test]
fn parquet_sets_the_same_rows_aside() {
    let mut table = df!(
        "order" => ["x", "y", "x", "z", "", "w", "v", "v"],
        "b" => [Some("1"), Some("l0"), Some("2"), Some("3"), Some("4"), Some("101"), None, Some("-1")],
    )
    .unwrap();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut table).unwrap();
    let config = format!("location = 'a.parquet'\nformat = 'parquet'\n{RULED}");
    let files: &[(&str, &[u8])] = &[("in/a.parquet", &bytes), ("in/o.csv", b"order\nx\ny\nw\nv\n")];
    let loaded = load_files(files, &[("a", &config), ("o", KNOWN)]);
    assert_eq!(loaded.rows("a", &["order", "b"]), ["x|1.00", "|4.00", "v|-1.00"]);
    assert_eq!(
        loaded.rejects(),
        [
            "3 b “l0”: not a decimal number of at most 38 digits",
            "7 b “101”: more than 100, the most that is allowed",
            "8 b “”: a value is required here",
            "4 order “x”: the key is there already: row 2 of in/a.parquet",
            "5 order “z”: extract “o” has no such “order”",
        ]
    );
    assert_eq!(aside(&loaded), ["3 y|-", "4 x|2.00", "5 z|3.00", "7 w|101.00", "8 v|-"]);
}
