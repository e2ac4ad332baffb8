module.exports = process.env.DB_HOST
