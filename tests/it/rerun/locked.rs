//! A month that was paid: locked, corrected by adjustments, which the register adds up.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{MONTH, Shop, rows};

#[test]
fn a_locked_month_is_adjusted_and_the_register_adds_up() {
    let shop = Shop::delivered();
    let typo = shop.attain(&["lock", "2027-09", "--by", "薪酬组"]);
    assert_eq!(typo.code, 2);
    assert!(typo.err.contains("nothing of it was delivered"), "{}", typo.err);
    let locked = shop.attain(&["lock", MONTH, "--by", "薪酬组"]);
    assert_eq!(locked.code, 0, "{}", locked.err);
    let twice = shop.attain(&["lock", MONTH, "--by", "薪酬组"]);
    assert_eq!(twice.code, 2);
    assert!(twice.err.contains("locked already by 薪酬组"), "{}", twice.err);
    shop.change_a_row();
    let without = shop.attain(&["rerun", MONTH, "--as-of", "2026-10-10"]);
    assert_eq!(without.code, 2, "{}", without.out);
    assert!(without.err.contains("--reason"), "{}", without.err);
    let anew = shop.attain(&["run", MONTH, "--as-of", "2026-10-10", "--again"]);
    assert_eq!(anew.code, 2, "{}", anew.out);

    let done = shop.rerun(&["--reason", "漏录"]);
    assert_eq!(
        (&done["locked"], &done["paid_with"]),
        (&Value::from(true), &Value::from("2026-10"))
    );
    let (_, body) = shop.head_and_text(2, "person-P02");
    assert!(body.contains("2026年9月的工资已经发放，原发放记录不作改动"), "{body}");
    assert!(body.contains("随2026年10月工资发放"), "{body}");
    shop.change("data/orders.csv", "R0273,2026-09-08,P02,5620", "R0273,2026-09-08,P02,9620");
    shop.rerun(&["--reason", "再次核对"]);

    let csv = shop.path("adjustments.csv");
    let said = shop.attain(&["adjustments", "--csv", csv.to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.err);
    let rows = rows(&std::fs::read_to_string(csv).unwrap());
    let of_month: Vec<&BTreeMap<String, String>> =
        rows.iter().filter(|row| row["person"] == "P02" && row["period"] == MONTH).collect();
    let line = |row: &BTreeMap<String, String>| {
        [
            "from_version",
            "to_version",
            "old_amount",
            "new_amount",
            "difference",
            "paid_with",
            "reason",
        ]
        .map(|column| row[column].clone())
        .join(" ")
    };
    // 85 % earns 1.0, and 125 % earns 1.2, of 6,000.
    assert_eq!(
        of_month.iter().map(|row| line(row)).collect::<Vec<_>>(),
        [
            "v1 v2 4800.00 6000.00 1200.00 2026-10 漏录",
            "v2 v3 6000.00 7200.00 1200.00 2026-10 再次核对",
        ]
    );
    let runs = shop.attain(&["runs"]);
    assert!(runs.out.contains("correction: 漏录"), "{}", runs.out);
}
