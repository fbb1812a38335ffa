# Builds the image that ships. `make image` calls it through pipeline/build.ts, which adds what depends on the machine.
# File with the certificate of a corporate proxy or mirror; used in the build by mount, never stored.
variable "CA" {
  default = ""
}

# Commit the image is built from.
variable "REVISION" {
  default = "unknown"
}

target "_common" {
  context = "."
  secret = CA == "" ? [] : ["id=ca,src=${CA}"]
}

target "stage-4" {
  inherits = ["_common"]
  dockerfile = "docker/4-signed.Dockerfile"
  target = "final"
  args = { REVISION = REVISION }
  tags = ["hardened-node-api:stage-4"]
}

target "sbom" {
  inherits = ["_common"]
  dockerfile = "docker/4-signed.Dockerfile"
  target = "sbom"
  output = ["type=local,dest=out"]
}
