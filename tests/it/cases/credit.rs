//! Beside its tables, the case `credit` has something to say.

use super::run_of;

#[test]
fn a_return_without_its_original_row_is_told() {
    let ran = run_of("credit").expect("its extracts lie beside it");
    let notes = ran.outcome["notes"].to_string();
    let told = "1 return of extract “orders” counts on its own day, since the original row is not \
                found: row 8 of ";
    assert!(notes.contains(told) && notes.contains("orders.csv (R99)"), "{notes}");
    // The other note is that the quarter's pack is due.
    let of_data = ran.outcome["notes"].as_array().unwrap().iter();
    assert_eq!(of_data.filter(|note| note["place"]["file"] != "ledger").count(), 1, "{notes}");
}
