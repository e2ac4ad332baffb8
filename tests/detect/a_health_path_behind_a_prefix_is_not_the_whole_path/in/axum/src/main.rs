use axum::{Router, routing::get};

#[tokio::main]
async fn main() {
    let api = Router::new().route("/health", get(|| async { "ok" }));
    let app = Router::new().nest("/api", api);
    let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
