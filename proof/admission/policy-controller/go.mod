module proof/policy-controller

go 1.26.0

// Only for its CustomResourceDefinition: the newest that can be fetched by every module proxy. Nothing of it is built.
require github.com/sigstore/policy-controller v0.13.1
