import express from "express"
import pg from "pg"
const app = express()
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })
const stripe = process.env.STRIPE_KEY
const bucket = process.env.S3_BUCKET
app.get("/health", (q, s) => s.send("ok"))
app.listen(process.env.PORT || 4000)
