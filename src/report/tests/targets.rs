//! What reports say of product lines' targets, of doubtful and of shortened ones.

use super::*;

/// A company with product lines' targets, somebody who joined in the month, and one who is exempt.
fn with_shortened() -> Company {
    let mut company = fixture::company();
    let origin = TargetOrigin { file: "targets.csv".to_owned(), row: 40 };
    let own = company.targets.iter().find(|target| target.unit.as_str() == "C00").unwrap();
    let line = |value: &str, whole: &str| DimensionTarget {
        dimension: "product_line".into(),
        value: value.to_owned(),
        target: Target { value: number(whole), origin: origin.clone(), ..own.clone() },
    };
    company.by_dimension = vec![line("仪器", "100000000"), line("耗材", "30000000")];
    let label = Bilingual { zh: "产品线".to_owned(), en: "Product line".to_owned() };
    let dimension = Dimension { id: "product_line".into(), label, kind: DimensionKind::Class };
    company.dimensions = vec![dimension];
    let part = |period, value: &str, actual: &str, target: &str| PartScore {
        period,
        unit: "C00".into(),
        metric: "sales".into(),
        dimension: "product_line".into(),
        value: value.to_owned(),
        actual: Figure::Known(number(actual)),
        target: Figure::Known(number(target)),
        attainment: Figure::Known(number(actual).over(&number(target)).unwrap()),
        gap: Some(&number(actual) - &number(target)),
        reasons: Vec::new(),
    };
    company.cards.parts = vec![
        part(fixture::MONTH, "仪器", "7995000", "10000000"),
        part(fixture::MONTH, "耗材", "2825000", "2500000"),
    ];
    let about = TargetAbout::Target {
        unit: "D1".into(),
        metric: "sales".into(),
        period: "2026".parse().unwrap(),
        value: None,
        origin,
    };
    let doubt = TargetDoubt::OutOfReach {
        target: number("52000000"),
        best: number("30000000"),
        best_in: "2025".parse().unwrap(),
        reach: number("150%"),
    };
    company.cards.questions = vec![TargetQuestion { about, doubt }];
    let days = Days { counted: 16, of: 31 };
    company.score("P2", "sales").reasons.push(Reason::Prorated { days, working: false });
    let exempt = company.score("P4", "visits");
    exempt.attainment = Figure::Absent(Absence::Exempt);
    exempt.target = Figure::Absent(Absence::Exempt);
    exempt.reasons = vec![Reason::Exempt { why: vec!["产假".to_owned()] }];
    company
}

#[test]
fn product_lines_have_a_table_and_lines_among_the_targets() {
    let company = with_shortened();
    let document = report(&company, "C00", Language::Zh);
    let parts = table(&document, "parts");
    assert_eq!(parts.title, "按产品线");
    let texts: Vec<&str> = parts.rows[0].iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts[1..5], ["仪器", "7,995,000.00", "10,000,000.00", "79.95%"]);
    let text = read(&document);
    assert!(text.contains("公司级·明德仪器 | 年度销售额·仪器 | 100,000,000"), "{text}");
    let others = report(&company, "D1", Language::Zh);
    assert!(others.tables().all(|table| table.key != "parts"));
}

#[test]
fn the_company_is_told_of_product_lines_that_do_not_add_up() {
    let mut company = with_shortened();
    let found = &mut company.cards.reconciliation.comparisons;
    found.retain(|one| one.state == ReconcileState::Mismatch);
    found[0].dimension = Some("product_line".into());
    let document = report(&company, "C00", Language::Zh);
    let reconciled = table(&document, "reconciliation");
    let cells: Vec<&str> = reconciled.rows[0].iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!((reconciled.rows.len(), cells[0]), (1, "华东区（按产品线）"));
    assert_eq!(cells.last(), Some(&"不一致：各项合计少了0.01"));
    let notes = reconciled.notes.join("\n");
    assert!(notes.contains("有1项不一致没有申报缓冲"), "{notes}");
    assert!(notes.contains("合计的是该维度各项的目标"), "{notes}");
    let english = table(&report(&company, "C00", Language::En), "reconciliation").clone();
    assert!(english.notes[0].starts_with("1 mismatch is not declared"), "{:?}", english.notes);
    let others = report(&company, "D1", Language::Zh);
    assert!(others.tables().all(|table| table.key != "reconciliation"));
}

#[test]
fn only_the_company_is_asked_about_targets() {
    let company = with_shortened();
    let document = report(&company, "C00", Language::Zh);
    let asked = table(&document, "target_check");
    let texts: Vec<&str> = asked.rows[0].iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "华东区·销售额·2026年度",
            "目标5,200万元，超过去年最好水平（2025年度3,000万元）的150%，请确认能否达到",
            "targets.csv 第40行",
        ]
    );
    for unit in ["D1", "P2"] {
        let document = report(&company, unit, Language::Zh);
        assert!(document.tables().all(|table| table.key != "target_check"));
    }
}

#[test]
fn shortened_targets_and_exemptions_are_explained_to_those_concerned() {
    let company = with_shortened();
    let own = read(&report(&company, "P2", Language::Zh));
    assert!(own.contains("目标按在岗天数逐月折算（16/31天）：销售额。"), "{own}");
    let manager = read(&report(&company, "D11", Language::Zh));
    assert!(manager.contains("目标按在岗天数折算：张伟 16/31天。"), "{manager}");
    assert!(manager.contains("豁免：赵强 客户拜访量（产假）。"), "{manager}");
    let exempt = read(&report(&company, "P4", Language::Zh));
    assert!(exempt.contains("豁免：客户拜访量。原因：产假。只列实际值，不参与评价。"), "{exempt}");
    assert!(!read(&report(&company, "P2", Language::Zh)).contains("产假"));
}
