use axum::extract::Query;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use tower_http::trace::TraceLayer;

#[derive(Deserialize)]
struct Ask {
    from: String,
    to: String,
}

#[derive(Serialize)]
struct Distance {
    kilometres: f64,
}

pub fn app() -> Router {
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/distance", get(distance))
        .layer(TraceLayer::new_for_http())
}

async fn distance(Query(ask): Query<Ask>) -> Result<Json<Distance>, StatusCode> {
    let from = place(&ask.from).ok_or(StatusCode::BAD_REQUEST)?;
    let to = place(&ask.to).ok_or(StatusCode::BAD_REQUEST)?;
    Ok(Json(Distance { kilometres: great_circle(from, to).round() }))
}

fn place(text: &str) -> Option<(f64, f64)> {
    let (latitude, longitude) = text.split_once(',')?;
    Some((latitude.parse().ok()?, longitude.parse().ok()?))
}

fn great_circle(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (a, b) = (from.0.to_radians(), to.0.to_radians());
    let turn = (to.1 - from.1).to_radians();
    6371.0 * (a.sin() * b.sin() + a.cos() * b.cos() * turn.cos()).acos()
}
