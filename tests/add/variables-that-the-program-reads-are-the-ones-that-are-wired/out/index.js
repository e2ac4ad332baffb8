const { Client } = require('pg');
const Redis = require('ioredis');

const client = new Client({
  host: process.env.PGHOST,
  user: process.env.PGUSER,
  password: process.env.PGPASSWORD,
  database: process.env.PGDATABASE,
});
const redis = new Redis(process.env.REDIS_URL);
