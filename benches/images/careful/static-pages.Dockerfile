# syntax=docker/dockerfile:1
FROM nginxinc/nginx-unprivileged:1.30-alpine-slim
COPY public /usr/share/nginx/html
