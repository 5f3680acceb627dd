mod documents;
mod floors;
mod sample;
mod stores;
mod testbed;
