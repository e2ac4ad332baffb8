Bun.serve({ port: 3001, fetch() { return new Response("hi") } })
