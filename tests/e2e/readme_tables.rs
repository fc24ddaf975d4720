//! Proves that the tables of the README are the program's own.
