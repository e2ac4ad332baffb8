export const url = process.env.POSTGRES_URL;
export const place = process.env["PGHOST"];
