# The three stages before the image that ships, and its variants. Read together with the root's bake file, which defines _common.
target "stage-1" {
  inherits = ["_common"]
  dockerfile = "docker/1-naive.Dockerfile"
  tags = ["hardened-node-api:stage-1"]
}

target "stage-2" {
  inherits = ["_common"]
  dockerfile = "docker/2-multi-stage.Dockerfile"
  target = "final"
  tags = ["hardened-node-api:stage-2"]
}

target "stage-3" {
  inherits = ["_common"]
  dockerfile = "docker/3-non-root.Dockerfile"
  target = "final"
  tags = ["hardened-node-api:stage-3"]
}

target "alpine" {
  inherits = ["_common"]
  dockerfile = "docker/variants/alpine.Dockerfile"
  target = "final"
  args = { REVISION = REVISION }
  tags = ["hardened-node-api:alpine"]
}

target "chainguard" {
  inherits = ["_common"]
  dockerfile = "docker/variants/chainguard.Dockerfile"
  target = "final"
  args = { REVISION = REVISION }
  tags = ["hardened-node-api:chainguard"]
}
