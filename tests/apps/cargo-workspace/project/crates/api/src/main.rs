use axum::{Json, Router, routing::get};
use shared::Note;

async fn notes() -> Json<Vec<Note>> {
    Json(vec![Note { id: 1, text: "first note".to_owned() }])
}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/health", get(|| async { "ok" })).route("/notes", get(notes));
    let listener = tokio::net::TcpListener::bind("0.0.0.0:3001").await.expect("the port is free");
    axum::serve(listener, app).await.expect("it serves");
}
