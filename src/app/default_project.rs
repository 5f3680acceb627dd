//! The default project, as it is laid out: every file of the repository's `config`, embedded.

/// Path below the project's folder, and text.
pub const FILES: &[(&str, &str)] = &[
    ("attain.toml", include_str!("../../config/attain.toml")),
    ("metrics.toml", include_str!("../../config/metrics.toml")),
    ("plan.toml", include_str!("../../config/plan.toml")),
    ("causes.toml", include_str!("../../config/causes.toml")),
    ("playbook.toml", include_str!("../../config/playbook.toml")),
    ("policy.toml", include_str!("../../config/policy.toml")),
    ("extracts/actions.toml", include_str!("../../config/extracts/actions.toml")),
    ("extracts/assignments.toml", include_str!("../../config/extracts/assignments.toml")),
    ("extracts/calendar.toml", include_str!("../../config/extracts/calendar.toml")),
    ("extracts/customers.toml", include_str!("../../config/extracts/customers.toml")),
    ("extracts/departments.toml", include_str!("../../config/extracts/departments.toml")),
    ("extracts/exemptions.toml", include_str!("../../config/extracts/exemptions.toml")),
    ("extracts/leads.toml", include_str!("../../config/extracts/leads.toml")),
    ("extracts/market.toml", include_str!("../../config/extracts/market.toml")),
    ("extracts/opportunities.toml", include_str!("../../config/extracts/opportunities.toml")),
    ("extracts/order_lines.toml", include_str!("../../config/extracts/order_lines.toml")),
    ("extracts/orders.toml", include_str!("../../config/extracts/orders.toml")),
    ("extracts/payments.toml", include_str!("../../config/extracts/payments.toml")),
    ("extracts/people.toml", include_str!("../../config/extracts/people.toml")),
    ("extracts/plans.toml", include_str!("../../config/extracts/plans.toml")),
    ("extracts/receivables.toml", include_str!("../../config/extracts/receivables.toml")),
    ("extracts/submissions.toml", include_str!("../../config/extracts/submissions.toml")),
    ("extracts/targets.toml", include_str!("../../config/extracts/targets.toml")),
    ("extracts/visits.toml", include_str!("../../config/extracts/visits.toml")),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_of_the_default_project_is_laid_out() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        let listed = |folder: &str| -> Vec<String> {
            let entries = std::fs::read_dir(root.join(folder)).unwrap();
            let files = entries.map(|entry| entry.unwrap()).filter(|e| e.path().is_file());
            files.map(|e| format!("{folder}{}", e.file_name().to_string_lossy())).collect()
        };
        let there: BTreeSet<String> =
            [listed(""), listed("extracts/")].concat().into_iter().collect();
        let embedded: BTreeSet<String> =
            super::FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        assert_eq!(there, embedded);
    }
}
