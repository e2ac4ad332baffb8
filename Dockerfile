# syntax=docker/dockerfile:1

ARG RUST_VERSION=1.98

# Alpine, for a binary with the C library (musl) in it: scratch has none.
FROM rust:${RUST_VERSION}-alpine AS toolchain
ARG RUST_VERSION
# The image's own toolchain, whatever rust-toolchain.toml says: another would be downloaded at every build.
ENV RUSTUP_TOOLCHAIN=$RUST_VERSION \
    CARGO_TARGET_DIR=/target
WORKDIR /src

FROM toolchain AS build
COPY . .
ARG TARGETPLATFORM
# Dependencies are compiled once, into a cache mount, which is why the binary is taken out in the same step.
# Cargo goes by modification times: without `touch` a source file older than the last build would count as compiled.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/usr/local/cargo/git,sharing=locked \
    --mount=type=cache,id=dockgen-app-$TARGETPLATFORM,target=/target,sharing=locked \
    find . -type f -exec touch {} + \
    && cargo build --locked --release --bin dockgen \
    && strip -o /app /target/release/dockgen

# For development: a debug build beside the toolchain; `docker compose watch` rebuilds it at every change.
FROM toolchain AS dev
COPY . .
ARG TARGETPLATFORM
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/usr/local/cargo/git,sharing=locked \
    --mount=type=cache,id=dockgen-app-$TARGETPLATFORM,target=/target,sharing=locked \
    find . -type f -exec touch {} + \
    && cargo build --locked --bin dockgen \
    && cp /target/debug/dockgen /app
ENV RUST_BACKTRACE=1
USER 65532:65532
ENTRYPOINT ["/app"]

FROM scratch AS runtime
# To check a server's TLS with, and to know time zones.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=debian:trixie-slim /usr/share/zoneinfo /usr/share/zoneinfo
COPY --from=build /app /app
USER 65532:65532
HEALTHCHECK NONE
ENTRYPOINT ["/app"]

# Last, so that another version or commit rebuilds nothing above:
# docker build --build-arg VERSION=1.2.3 --build-arg REVISION="$(git rev-parse HEAD)" .
ARG VERSION=dev
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="dockgen-app" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
