connect(process.env.PGHOST, process.env.PGUSER, process.env.PGPASSWORD)
