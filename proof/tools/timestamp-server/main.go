// Sigstore's timestamp authority behind a loopback listener and nothing else. Upstream's own command also opens port
// 2112 for metrics on every interface, with no switch; here the same server code runs without it.
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/sigstore/timestamp-authority/v2/pkg/server"
	"github.com/spf13/viper"
)

const (
	module  = "github.com/sigstore/timestamp-authority/v2"
	timeout = 30 * time.Second
	policy  = "1.3.6.1.4.1.57264.2" // upstream's default
)

func main() {
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	key := flag.String("key", "", "key that signs the timestamps, encrypted PKCS #8")
	password := flag.String("password", "", "of the key")
	chain := flag.String("chain", "", "its certificate and those above it")
	askVersion := flag.Bool("version", false, "print the version and end")
	flag.Parse()
	if *askVersion {
		fmt.Println(version())
		return
	}
	if err := serve(*address, *key, *password, *chain); err != nil {
		log.Fatal(err)
	}
}

func serve(address, key, password, chain string) error {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return err
	}
	for name, value := range map[string]any{
		"timestamp-signer":         "file",
		"timestamp-signer-hash":    "sha256",
		"file-signer-key-path":     key,
		"file-signer-passwd":       password,
		"certificate-chain-path":   chain,
		"enforce-intermediate-eku": true,
		"default-policy-oid":       policy,
		"accepted-policy-oids":     []string{policy},
		"max-request-body-size":    1 << 20,
	} {
		viper.Set(name, value)
	}
	return server.NewRestAPIServer(host, port, []string{"http"}, false, timeout, timeout).Serve()
}

// version is that of the authority, which is a dependency here.
func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return "unknown"
}
