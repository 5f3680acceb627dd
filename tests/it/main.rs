mod documents;
mod floors;
mod stores;
mod testbed;
