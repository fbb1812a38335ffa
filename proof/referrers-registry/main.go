// A registry in memory that has the referrers API and deletes manifests: upstream's own, whose command has no switch for
// the first. Its one argument is the address.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/google/go-containerregistry/pkg/registry"
)

func main() {
	log.Fatal(http.ListenAndServe(os.Args[1], registry.New(registry.WithReferrersSupport(true))))
}
