//! What there is to read, where the names are no numbers.

use super::stored::run_folder;
use super::{LedgerError, Run};

impl Run {
    /// The names of the records in a folder of the run, without `.json`, in order.
    ///
    /// # Errors
    /// A store that cannot be read.
    pub async fn names(&self, folder: &str) -> Result<Vec<String>, LedgerError> {
        let folder = format!("{}/{folder}", run_folder(self.period, self.version));
        let listed = self.ledger.list(&folder).await?;
        let files = listed.objects.iter().filter_map(|file| file.location.filename());
        let mut names: Vec<String> =
            files.filter_map(|name| Some(name.strip_suffix(".json")?.to_owned())).collect();
        names.sort_unstable();
        Ok(names)
    }
}
