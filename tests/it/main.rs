mod cases;
mod documents;
mod floors;
mod sample;
mod smtp;
mod stores;
mod testbed;
