fn main() { bind("0.0.0.0:3000") }
