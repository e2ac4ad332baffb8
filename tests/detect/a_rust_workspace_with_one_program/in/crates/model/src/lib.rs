pub fn name() -> &'static str {
    "stock"
}
