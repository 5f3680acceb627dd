//! Why rows are set aside, in kinds that can be counted and put into a reader's language.

/// What is wrong with a row that was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RejectKind {
    /// A cell is not what its column holds, or is empty where it must not be.
    Cell,
    /// A cell holds something that its column may not hold.
    Outside,
    /// A cell names something that is not in the extract that it refers to.
    Reference,
    /// A row with the same key is there already.
    Repeated,
    /// Nobody in the org has the id that it names.
    Unknown,
    /// The shares of it cannot be, or do not add up.
    Shares,
    /// A line or a whole file that cannot be read.
    Unreadable,
    /// A row of a describing table that fits no unit, metric or person.
    Misfit,
}
