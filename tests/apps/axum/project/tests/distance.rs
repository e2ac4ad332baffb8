use axum::body::Body;
use axum::http::{Request, StatusCode};
use tower::ServiceExt;

#[tokio::test]
async fn a_place_is_two_numbers() {
    let request = Request::get("/distance?from=here&to=there").body(Body::empty()).unwrap();
    let answer = distances::app().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
}
