# Name this file, or Bake merges the services of compose.yaml into it:
#   docker buildx bake -f docker-bake.hcl
#   IMAGE=registry.example.com/rust-scratch-bake-app VERSION=1.2.3 docker buildx bake -f docker-bake.hcl release

variable "IMAGE" {
  default = "rust-scratch-bake-app"
}

variable "VERSION" {
  default = "local"
}

variable "REVISION" {
  default = "unknown"
}

group "default" {
  targets = ["app"]
}

target "app" {
  context = "."
  target  = "runtime"
  tags    = ["${IMAGE}:${VERSION}"]
  args = {
    VERSION  = VERSION
    REVISION = REVISION
    CREATED  = timestamp()
  }
}

# Needs a builder that can export a cache and several platforms, for example
#   docker buildx create --name rust-scratch-bake --driver docker-container --use
target "release" {
  inherits   = ["app"]
  platforms  = ["linux/amd64", "linux/arm64"]
  attest     = ["type=provenance,mode=max", "type=sbom"]
  cache-from = ["type=registry,ref=${IMAGE}:buildcache"]
  cache-to   = ["type=registry,ref=${IMAGE}:buildcache,mode=max"]
  output     = ["type=registry"]
}
