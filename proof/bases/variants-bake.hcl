# Stand-ins of the variants' bases, made from those of the ladder; called like docker-bake.hcl.
variable "CONTEXTS" {
  default = "out/bases"
}

variable "TAG_SLIM" {
  default = "hardened-node-api-base/slim:untagged"
}

variable "TAG_DISTROLESS" {
  default = "hardened-node-api-base/distroless:untagged"
}

variable "TAG_ALPINE" {
  default = "hardened-node-api-base/alpine:untagged"
}

variable "TAG_CHAINGUARD" {
  default = "hardened-node-api-base/chainguard:untagged"
}

target "alpine" {
  context = "${CONTEXTS}/alpine"
  contexts = { slim = "docker-image://${TAG_SLIM}" }
  tags = [TAG_ALPINE]
}

target "chainguard" {
  context = "${CONTEXTS}/chainguard"
  contexts = {
    slim = "docker-image://${TAG_SLIM}"
    distroless = "docker-image://${TAG_DISTROLESS}"
  }
  tags = [TAG_CHAINGUARD]
}
