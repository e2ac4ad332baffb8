# syntax=docker/dockerfile:1

ARG RUST_VERSION=1.98

# Debian 13, as in the runtime stage: a binary needs a C library no older than the one it was linked with.
FROM rust:${RUST_VERSION}-slim-trixie AS toolchain
ARG RUST_VERSION
# The image's own toolchain, whatever rust-toolchain.toml says: another would be downloaded at every build.
ENV RUSTUP_TOOLCHAIN=$RUST_VERSION \
    CARGO_TARGET_DIR=/target
WORKDIR /src
# Distroless has nothing to check the server with.
RUN rustc --edition 2024 -C opt-level=s -C panic=abort -C strip=symbols -o /probe - <<'EOF'
fn main() {
    std::net::TcpStream::connect(("127.0.0.1", 8080)).unwrap();
}
EOF

FROM toolchain AS build
COPY . .
ARG TARGETPLATFORM
# Dependencies are compiled once, into a cache mount, which is why the binary is taken out in the same step.
# Cargo goes by modification times: without `touch` a source file older than the last build would count as compiled.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/usr/local/cargo/git,sharing=locked \
    --mount=type=cache,id=main-app-$TARGETPLATFORM,target=/target,sharing=locked \
    find . -type f -exec touch {} + \
    && cargo build --locked --release --bin dockgen \
    && strip -o /app /target/release/dockgen

# For development: a debug build beside the toolchain; `docker compose watch` rebuilds it at every change.
FROM toolchain AS dev
COPY . .
ARG TARGETPLATFORM
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/usr/local/cargo/git,sharing=locked \
    --mount=type=cache,id=main-app-$TARGETPLATFORM,target=/target,sharing=locked \
    find . -type f -exec touch {} + \
    && cargo build --locked --bin dockgen \
    && cp /target/debug/dockgen /app
ENV RUST_BACKTRACE=1
USER 65532:65532
ENTRYPOINT ["/app"]

FROM gcr.io/distroless/cc-debian13:nonroot AS runtime
COPY --from=build /probe /app /
USER 65532:65532
ENV PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --start-interval=1s --retries=3 \
    CMD ["/probe"]
ENTRYPOINT ["/app"]

# Last, so that another version or commit rebuilds nothing above:
# docker build --build-arg VERSION=1.2.3 --build-arg REVISION="$(git rev-parse HEAD)" .
ARG VERSION=dev
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="main-app" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
