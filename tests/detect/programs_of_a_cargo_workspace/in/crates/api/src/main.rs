fn main() { serve("0.0.0.0:3001"); }
