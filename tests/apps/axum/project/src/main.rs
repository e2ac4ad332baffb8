use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt::init();
    let port = std::env::var("PORT").unwrap_or_else(|_| "3000".to_owned());
    let listener = TcpListener::bind(format!("0.0.0.0:{port}")).await?;
    let mut end = signal(SignalKind::terminate())?;
    axum::serve(listener, distances::app())
        .with_graceful_shutdown(async move {
            end.recv().await;
        })
        .await
}
