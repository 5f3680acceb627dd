//! The customers' table: their names and types, all invented.

use std::path::Path;

use super::SampleError;
use super::customers::Customer;
use super::paper::{Form, Paper};

/// A type, how its customers' names end, and how many of twenty are of it.
const TYPES: [(&str, &str, usize); 5] = [
    ("工业企业", "科技有限公司", 8),
    ("环保检测", "检测技术有限公司", 4),
    ("科研院所", "研究院", 3),
    ("医疗机构", "医院", 2),
    ("经销商", "仪器销售有限公司", 3),
];

#[rustfmt::skip]
const CITIES: [&str; 30] = [
    "上海", "苏州", "杭州", "南京", "宁波", "无锡", "常州", "合肥", "温州", "嘉兴",
    "广州", "深圳", "东莞", "佛山", "厦门", "福州", "南宁", "泉州", "珠海", "惠州",
    "北京", "天津", "济南", "青岛", "石家庄", "太原", "郑州", "大连", "沈阳", "西安",
];

const FIRST: &str = "恒锐博远瑞华泰康卓嘉鼎盛新航凯科正弘宏晟智源海纳天启万佳中和永信同安德润思齐";
const SECOND: &str = "达宁成隆祥谷诚森洋维特创益普利川铭赛领拓迈昊朗翔晖越立方飞元辰兴洲骏诺腾彦";

/// Writes the customers with the numbers from 1 to `count`.
pub fn write_customers(dir: &Path, count: u32) -> Result<(), SampleError> {
    let header = ["客户编号", "客户名称", "客户类型"];
    let mut paper = Paper::create(&dir.join("customers.csv"), Form::Plain, &header)?;
    for number in 1..=count {
        let (kind, name) = describe(number);
        paper.row(&[&Customer(number).to_string(), &name, kind])?;
    }
    paper.finish()
}

/// The type of a customer, and its name; no two of the first tens of thousands share one.
fn describe(number: u32) -> (&'static str, String) {
    let number = number as usize;
    let (first, second): (Vec<char>, Vec<char>) =
        (FIRST.chars().collect(), SECOND.chars().collect());
    let pairs = first.len() * second.len();
    // Steps without a common factor visit every pair once, and neighbours look unlike.
    let pair = (number * 1117 + 503) % pairs;
    let city = CITIES[(pair * 7 + number / pairs) % CITIES.len()];
    let mut place = (number * 13 + 5) % 20;
    let of_type = TYPES.iter().find(|(_, _, share)| match place.checked_sub(*share) {
        Some(rest) => {
            place = rest;
            false
        }
        None => true,
    });
    let (kind, ending, _) = of_type.unwrap_or(&TYPES[0]);
    (kind, format!("{city}{}{}{ending}", first[pair % first.len()], second[pair / first.len()]))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn customers_have_names_of_their_own_and_every_type() {
        let described: Vec<_> = (1..=20_000).map(describe).collect();
        let names: BTreeSet<&String> = described.iter().map(|(_, name)| name).collect();
        assert_eq!(names.len(), described.len());
        let mut counts = BTreeMap::new();
        for (kind, _) in &described {
            *counts.entry(*kind).or_insert(0) += 1;
        }
        let expected =
            [("医疗机构", 2), ("工业企业", 8), ("环保检测", 4), ("科研院所", 3), ("经销商", 3)];
        let expected = expected.map(|(kind, share)| (kind, share * 1_000));
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
    }
}
