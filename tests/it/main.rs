mod floors;
mod stores;
mod testbed;
