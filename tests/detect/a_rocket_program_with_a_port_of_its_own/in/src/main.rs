#[macro_use]
extern crate rocket;

#[get("/health")]
fn health() {}

#[launch]
async fn rocket() -> _ {
    let url = std::env::var("DATABASE_URL").unwrap();
    let pool = sqlx::PgPool::connect(&url).await.unwrap();
    sqlx::query!("select name from soups").fetch_all(&pool).await.unwrap();
    rocket::build().mount("/", routes![health])
}
