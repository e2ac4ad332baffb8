use axum::{Json, Router, routing::get};
use shared::Note;

#[tokio::main]
async fn main() {
    let app = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/", get(|| async { Json(Note { id: 0, text: "gateway".to_owned() }) }));
    let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await.expect("the port is free");
    axum::serve(listener, app).await.expect("it serves");
}
