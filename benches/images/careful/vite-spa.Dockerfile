# syntax=docker/dockerfile:1
FROM node:26.7-trixie-slim AS build
RUN npm install --global pnpm@11.22.0
WORKDIR /app
COPY package.json pnpm-lock.yaml ./
RUN --mount=type=cache,target=/root/.local/share/pnpm/store pnpm install --frozen-lockfile
COPY . .
RUN pnpm run build

FROM nginxinc/nginx-unprivileged:1.30
COPY --from=build /app/dist /usr/share/nginx/html
