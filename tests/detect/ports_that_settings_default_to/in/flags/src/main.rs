#[derive(clap::Parser)]
struct Args {
    #[arg(long, env = "DATABASE_URL")]
    url: String,
    #[arg(long, env = "PORT", default_value_t = 4100)]
    port: u16,
}
