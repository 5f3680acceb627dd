mod floors;
mod testbed;
