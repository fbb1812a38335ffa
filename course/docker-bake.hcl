# The three stages before the image that ships. Read together with the root's bake file, which defines _common.
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
