//! Finished sheets: all that a workbook says, before it is a file. Cells that live formulas refer
//! to are named by sheet, table, row and column; where these come to lie is for `render` to know.

use chrono::NaiveDate;

use super::document::Tone;
use crate::model::Exact;

/// A workbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    /// The file's name, without what it ends in.
    pub file: String,
    pub sheets: Vec<Sheet>,
}

/// One tab: lines above, tables one below the other, and remarks below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// What references call it; unique in its book.
    pub key: String,
    /// The tab's name; what a workbook does not take in it is left out, and it is cut to 31
    /// characters.
    pub name: String,
    /// The name is one that the sheet is read back by: others give way to it.
    pub keeps_name: bool,
    /// Lines above: what the sheet is, of whom, of when.
    pub title: Vec<String>,
    pub tables: Vec<SheetTable>,
    /// Remarks below the tables.
    pub notes: Vec<String>,
    pub print: Print,
}

/// How a sheet comes out of a printer: as wide as its paper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Print {
    pub portrait: bool,
    /// At the head of each page.
    pub head: String,
    /// At the foot of each page, with `{page}` and `{pages}` for their numbers.
    pub foot: String,
}

/// A header, rows, and where there are some, remarks on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetTable {
    /// A line above the header.
    pub caption: String,
    pub columns: Vec<SheetColumn>,
    pub rows: Vec<Vec<SheetCell>>,
    /// A last row, set apart; none where it is empty.
    pub total: Vec<SheetCell>,
    pub notes: Vec<String>,
    /// So many columns stay in sight when the sheet is moved sideways. The first table of a sheet
    /// alone has a say in this.
    pub fixed_columns: u16,
}

/// A column of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetColumn {
    pub label: String,
    /// In characters of the digit's width; a Chinese character takes two.
    pub width: u16,
    pub kind: ColumnKind,
}

/// What stands in a column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColumnKind {
    #[default]
    Text,
    /// Two digits after the point, grouped.
    Amount,
    /// 0.915 is shown as 91.5 %.
    Percent,
    Whole,
    Date,
    /// To be filled in: tinted, so that its reader sees where to write.
    Open,
}

/// A finished cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SheetCell {
    #[default]
    Empty,
    Text(String),
    /// With all its digits, shown with two.
    Amount(Exact),
    Percent(Exact),
    /// So many percentage points, and how they are written, with `{number}` for their number.
    Points(Exact, String),
    Whole(i64),
    Date(NaiveDate),
    /// To be filled in with one of these words.
    Choice(Vec<String>),
    Formula(Box<Formula>),
    /// A text that leads to another sheet.
    Link {
        text: String,
        sheet: String,
    },
    Shown(Box<SheetCell>, Look),
}

/// How a cell differs from the others of its column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    pub tone: Option<Tone>,
    pub strong: bool,
    /// Digits after the point.
    pub decimals: Option<u8>,
    /// How far it is moved in.
    pub indent: u8,
}

/// A formula with what it comes to, for programs that do not reckon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    pub terms: Vec<Term>,
    /// A number or a text.
    pub result: SheetCell,
}

/// A piece of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// As it stands in the formula. Never a text of an extract.
    Code(String),
    /// A text in quotes.
    Quoted(String),
    Cell(CellRef),
    /// From the first cell to the last, both of one column of one table.
    Cells(CellRef, CellRef),
}

/// A cell of a table's rows; `row` counts from 0, and the total comes after the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellRef {
    pub sheet: String,
    pub table: usize,
    pub row: usize,
    pub column: usize,
}

impl Sheet {
    /// A sheet with one table, as others read it back: nothing stands above the header.
    pub fn plain(name: impl Into<String>, table: SheetTable, notes: Vec<String>) -> Self {
        let name = name.into();
        Self { key: name.clone(), name, tables: vec![table], notes, ..Self::default() }
    }

    /// A sheet of remarks alone.
    pub fn lines(name: impl Into<String>, notes: Vec<String>) -> Self {
        let name = name.into();
        Self { key: name.clone(), name, notes, ..Self::default() }
    }
}

impl SheetColumn {
    pub fn new(label: impl Into<String>, width: u16, kind: ColumnKind) -> Self {
        Self { label: label.into(), width, kind }
    }
}

impl SheetCell {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Nothing where there is no value.
    pub fn amount(value: Option<&Exact>) -> Self {
        value.cloned().map_or(Self::Empty, Self::Amount)
    }

    fn look(self, change: impl FnOnce(&mut Look)) -> Self {
        let (cell, mut look) = match self {
            Self::Shown(cell, look) => (cell, look),
            cell => (Box::new(cell), Look::default()),
        };
        change(&mut look);
        Self::Shown(cell, look)
    }

    pub fn toned(self, tone: Tone) -> Self {
        self.look(|look| look.tone = Some(tone))
    }

    pub fn strong(self) -> Self {
        self.look(|look| look.strong = true)
    }

    pub fn decimals(self, decimals: usize) -> Self {
        self.look(|look| look.decimals = u8::try_from(decimals).ok())
    }

    pub fn indented(self, indent: usize) -> Self {
        self.look(|look| look.indent = u8::try_from(indent).unwrap_or(u8::MAX))
    }

    /// The cell without its look.
    pub fn content(&self) -> &SheetCell {
        match self {
            Self::Shown(cell, _) => cell.content(),
            cell => cell,
        }
    }
}

impl Formula {
    /// A cell that comes to `result`.
    pub fn cell(terms: Vec<Term>, result: SheetCell) -> SheetCell {
        SheetCell::Formula(Box::new(Self { terms, result }))
    }
}

impl Term {
    pub fn code(text: impl Into<String>) -> Self {
        Self::Code(text.into())
    }
}

impl CellRef {
    pub fn new(sheet: &str, table: usize, row: usize, column: usize) -> Self {
        Self { sheet: sheet.to_owned(), table, row, column }
    }

    /// As many rows of the column from here on, this one among them.
    pub fn down(self, rows: usize) -> Term {
        let last = Self { row: self.row + rows.saturating_sub(1), ..self.clone() };
        Term::Cells(self, last)
    }
}

/// How wide a text is, in characters of the digit's width.
pub fn width_of(text: &str) -> u16 {
    let widths = text.chars().map(|c| if c > '\u{2e7f}' { 2 } else { 1 });
    widths.fold(0, u16::saturating_add)
}
