//! What a run kept of its inputs: computed again, tampered with, or not there.

use std::path::{Path, PathBuf};

use super::{MONTH, Shop, figure, told};
use crate::cases::{cases, copy_folder};

#[test]
fn a_run_is_the_same_computed_again_and_what_was_tampered_with_is_named() {
    let shop = Shop::delivered();
    shop.change_a_row();
    shop.change_a_band();
    shop.change("attain.toml", "history_months = 12", "history_months = 6");
    shop.rerun(&[]);
    // The data and the config of now are others; both versions come out again from what was kept.
    for version in ["v1", "v2"] {
        let said = shop.attain(&["verify", MONTH, version]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        assert!(said.out.contains("the same; "), "{}", said.out);
    }
    let scores = shop.path(&format!("ledger/runs/{MONTH}/v1/results/scores.csv"));
    let text = std::fs::read_to_string(&scores).unwrap();
    std::fs::write(&scores, text.replacen("7200.000000", "7300.000000", 1)).unwrap();
    let said = shop.attain(&["verify", MONTH, "v1"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.out.contains("differs: results/scores.csv"), "{}", said.out);
    assert!(said.out.contains("7300.000000"), "{}", said.out);

    let mail = shop.path(&format!("ledger/runs/{MONTH}/v2/mails/00001.eml"));
    let text = std::fs::read_to_string(&mail).unwrap();
    std::fs::write(&mail, text.replacen("Subject:", "Subject: ", 1)).unwrap();
    let said = shop.attain(&["verify", MONTH, "v2"]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.out.contains("differs: mails/00001.eml"), "{}", said.out);

    let sent = shop.path(&format!("ledger/runs/{MONTH}/v2/results/deliveries.csv"));
    let text = std::fs::read_to_string(&sent).unwrap();
    std::fs::write(&sent, text.replacen(",sent,", ",failed,", 1)).unwrap();
    let said = shop.attain(&["verify", MONTH, "v2"]);
    assert!(said.out.contains("differs: results/deliveries.csv"), "{}", said.out);

    tamper_with_input(&shop.path("ledger/inputs"), "R0273,2026-09-08,P02,4320");
    let said = shop.attain(&["verify", MONTH, "v1"]);
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.out.contains("differs: data/orders.csv"), "{}", said.out);
    assert!(said.out.contains("its SHA-256 is another"), "{}", said.out);
}

fn tamper_with_input(inputs: &Path, row: &str) {
    let files = std::fs::read_dir(inputs).unwrap().map(|entry| entry.unwrap().path());
    let holds = |path: &PathBuf| std::fs::read_to_string(path).is_ok_and(|text| text.contains(row));
    let path = files.into_iter().find(holds).expect("the orders are kept");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, text.replace(row, "R0273,2026-09-08,P02,4321")).unwrap();
}

#[test]
fn inputs_that_were_not_kept_leave_the_causes_together() {
    let own = tempfile::tempdir().unwrap();
    copy_folder(&cases().join("mails"), own.path());
    let shop = Shop { own };
    shop.change(
        "attain.toml",
        "location = \"ledger\"\n",
        "location = \"ledger\"\nkeep_inputs = false\n",
    );
    let said = shop.attain(&["run", MONTH, "--as-of", "2026-10-03"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(!shop.path("ledger/inputs").exists());
    let said = shop.attain(&["verify", MONTH]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("keep_inputs = true"), "{}", said.err);
    shop.change_a_row();
    let done = shop.rerun(&[]);
    let sales = figure(&done, "P02", "actual", Some("sales"));
    assert_eq!(sales, told("7200", "8500", "unsplit 1300"));
}
