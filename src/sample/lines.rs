//! Order lines: their prices, and the file that they go to batch by batch.

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::SampleError;
use super::dice::Dice;
use crate::data::columns::{Column, ColumnsError, ParquetSink, Values};

/// Product lines, with their cost in thousandths of the price.
const PRODUCTS: [(&str, i64); 5] = [
    ("分析仪器", 600),
    ("光谱仪器", 580),
    ("环境监测", 630),
    ("耗材与配件", 500),
    ("维保服务", 430),
];

/// Which product line a line is of, out of ten.
const SHARES: [usize; 10] = [0, 0, 0, 1, 1, 2, 2, 3, 3, 4];

/// Rows of a batch: some tens of megabytes in memory.
const BATCH: usize = 200_000;

#[derive(Clone, Copy)]
pub struct Line {
    product: usize,
    quantity: i64,
    fen: i64,
    cost_fen: i64,
}

impl Line {
    /// A line of this amount; `dear` is added to the usual cost in thousandths.
    pub fn price(fen: i64, dear: i64, dice: &mut Dice) -> Self {
        let product = SHARES[dice.place(SHARES.len())];
        let quantity = if product == 3 { dice.between(5, 60) } else { dice.between(1, 6) };
        let cost = PRODUCTS[product].1 + dear + dice.between(-30, 30);
        Self { product, quantity: quantity * fen.signum(), fen, cost_fen: fen * cost / 1000 }
    }
}

/// The lines of one month.
pub struct Lines {
    sink: ParquetSink,
    batch: Batch,
    path: PathBuf,
}

#[derive(Default)]
struct Batch {
    orders: Vec<Option<String>>,
    dates: Vec<Option<NaiveDate>>,
    sellers: Vec<Option<String>>,
    customers: Vec<Option<String>>,
    products: Vec<Option<String>>,
    quantities: Vec<Option<i64>>,
    amounts: Vec<Option<i128>>,
    costs: Vec<Option<i128>>,
}

impl Batch {
    fn into_columns(self) -> [Column; 8] {
        [
            Column::new("订单编号", Values::Text(self.orders)),
            Column::new("下单日期", Values::Date(self.dates)),
            Column::new("销售工号", Values::Text(self.sellers)),
            Column::new("客户编号", Values::Text(self.customers)),
            Column::new("产品线", Values::Text(self.products)),
            Column::new("数量", Values::Integer(self.quantities)),
            Column::new("金额", Values::Decimal { minor: self.amounts, scale: 2 }),
            Column::new("成本", Values::Decimal { minor: self.costs, scale: 2 }),
        ]
    }
}

impl Lines {
    pub fn create(path: &Path) -> Result<Self, SampleError> {
        let sink = ParquetSink::create(path, &Batch::default().into_columns())
            .map_err(|source| refuse(path, source))?;
        Ok(Self { sink, batch: Batch::default(), path: path.to_owned() })
    }

    /// Adds the lines of an order.
    pub fn push(
        &mut self,
        order: &str,
        date: NaiveDate,
        seller: &str,
        customer: &str,
        lines: &[Line],
    ) -> Result<(), SampleError> {
        let batch = &mut self.batch;
        for line in lines {
            batch.orders.push(Some(order.to_owned()));
            batch.dates.push(Some(date));
            batch.sellers.push((!seller.is_empty()).then(|| seller.to_owned()));
            batch.customers.push(Some(customer.to_owned()));
            batch.products.push(Some(PRODUCTS[line.product].0.to_owned()));
            batch.quantities.push(Some(line.quantity));
            batch.amounts.push(Some(i128::from(line.fen)));
            batch.costs.push(Some(i128::from(line.cost_fen)));
        }
        if self.batch.orders.len() >= BATCH {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), SampleError> {
        let batch = std::mem::take(&mut self.batch);
        self.sink.append(&batch.into_columns()).map_err(|source| refuse(&self.path, source))
    }

    pub fn finish(mut self) -> Result<(), SampleError> {
        self.flush()?;
        self.sink.finish().map_err(|source| refuse(&self.path, source))
    }
}

fn refuse(path: &Path, source: ColumnsError) -> SampleError {
    SampleError::Table { path: path.to_owned(), source }
}
