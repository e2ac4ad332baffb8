package fetch

// What this program calls is no port of its own.
const port = "80"
