pub fn url() -> String { std::env::var("PG_URL").unwrap() }
