# syntax=docker/dockerfile:1
FROM rust:1.98-slim-trixie AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --release \
    && strip -o /server target/release/distances

FROM gcr.io/distroless/cc-debian13:nonroot
COPY --from=build /server /server
ENTRYPOINT ["/server"]
