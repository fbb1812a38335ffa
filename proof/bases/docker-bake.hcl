# Local stand-ins of the bases; called by proof/bases/resolve.ts, which prepares the contexts and names the tags.
# Folder with one sub-folder per context: full, slim, distroless (rootfs.tar and a copy of the Dockerfile) and npm.
variable "CONTEXTS" {
  default = "out/bases"
}

variable "TAG_FULL" {
  default = "hardened-node-api-base/full:untagged"
}

variable "TAG_SLIM" {
  default = "hardened-node-api-base/slim:untagged"
}

variable "TAG_DISTROLESS" {
  default = "hardened-node-api-base/distroless:untagged"
}

target "_common" {
  contexts = {
    npm = "${CONTEXTS}/npm/node_modules"
    files = "proof/bases/files"
  }
}

target "full" {
  inherits = ["_common"]
  target = "node"
  context = "${CONTEXTS}/full"
  args = { OPENSSL_HEADERS = "all" }
  tags = [TAG_FULL]
}

target "slim" {
  inherits = ["_common"]
  target = "node"
  context = "${CONTEXTS}/slim"
  args = { OPENSSL_HEADERS = "own" }
  tags = [TAG_SLIM]
}

target "distroless" {
  inherits = ["_common"]
  target = "distroless"
  context = "${CONTEXTS}/distroless"
  tags = [TAG_DISTROLESS]
}
