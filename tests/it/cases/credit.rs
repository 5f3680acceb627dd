//! Beside its tables, the case `credit` has something to say.

use serde_json::Value;

use super::run_of;

#[test]
fn a_return_without_its_original_row_is_told() {
    let ran = run_of("credit").expect("its extracts lie beside it");
    let notes = ran.outcome["notes"].to_string();
    let told = "1 return of extract “orders” counts on its own day, since the original row is not \
                found: row 8 of ";
    assert!(notes.contains(told) && notes.contains("orders.csv (R99)"), "{notes}");
    // The other notes: the quarter’s pack is due, and nobody of the case has an address.
    let elsewhere =
        |note: &Value| note["place"]["file"] == "ledger" || note["place"]["file"] == "attain.toml";
    let of_data = ran.outcome["notes"].as_array().unwrap().iter();
    assert_eq!(of_data.filter(|note| !elsewhere(note)).count(), 1, "{notes}");
}
