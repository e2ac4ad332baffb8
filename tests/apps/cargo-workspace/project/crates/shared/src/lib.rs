use serde::Serialize;

#[derive(Serialize)]
pub struct Note {
    pub id: u32,
    pub text: String,
}
