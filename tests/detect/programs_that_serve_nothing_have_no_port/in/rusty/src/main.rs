#[tokio::main]
async fn main() {
    let bot = teloxide::Bot::from_env();
}
