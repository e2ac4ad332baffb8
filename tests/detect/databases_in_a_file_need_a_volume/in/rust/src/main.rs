#[tokio::main]
async fn main() {
    let p = SqlitePool::connect("sqlite://data.db").await.unwrap();
    let l = tokio::net::TcpListener::bind("0.0.0.0:3000").await.unwrap();
}
