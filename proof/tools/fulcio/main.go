// Fulcio's certificate authority behind a loopback listener and nothing else. Upstream's own command also opens a
// metrics port on every interface, with no switch; here the same server code is wired without it.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	ctclient "github.com/google/certificate-transparency-go/client"
	"github.com/google/certificate-transparency-go/jsonclient"
	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/sigstore/fulcio/pkg/ca/fileca"
	"github.com/sigstore/fulcio/pkg/config"
	gw "github.com/sigstore/fulcio/pkg/generated/protobuf"
	"github.com/sigstore/fulcio/pkg/server"
	v1 "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	"github.com/sigstore/sigstore/pkg/signature"
	"google.golang.org/grpc/metadata"
)

const (
	module          = "github.com/sigstore/fulcio"
	maxRequestBytes = 1 << 22
)

func main() {
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	configFile := flag.String("config", "", "issuers whose tokens are accepted, in Fulcio's own format")
	certificate := flag.String("certificate", "", "certificate of the CA")
	key := flag.String("key", "", "its key, encrypted PKCS #8")
	password := flag.String("password", "", "of the key")
	ctLog := flag.String("ct-log", "", "URL of the certificate log")
	askVersion := flag.Bool("version", false, "print the version and end")
	flag.Parse()
	if *askVersion {
		fmt.Println(version())
		return
	}
	if err := serve(*address, *configFile, *certificate, *key, *password, *ctLog); err != nil {
		log.Fatal(err)
	}
}

func serve(address, configFile, certificate, key, password, ctLog string) error {
	issuers, err := config.Load(configFile)
	if err != nil {
		return err
	}
	ca, err := fileca.NewFileCA(certificate, key, password, false)
	if err != nil {
		return err
	}
	ct, err := ctclient.New(ctLog, &http.Client{Timeout: 30 * time.Second}, jsonclient.Options{})
	if err != nil {
		return err
	}
	algorithms, err := signature.NewAlgorithmRegistryConfig([]v1.PublicKeyDetails{
		v1.PublicKeyDetails_PKIX_ECDSA_P256_SHA_256,
	})
	if err != nil {
		return err
	}
	mux := runtime.NewServeMux(runtime.WithMetadata(tokenOf))
	authority := server.NewGRPCCAServer(ct, ca, algorithms, server.NewIssuerPool(issuers))
	if err := gw.RegisterCAHandlerServer(context.Background(), mux, authority); err != nil {
		return err
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, r.WithContext(config.With(r.Context(), issuers)))
	})
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	log.Printf("listening on %s", listener.Addr())
	limited := server.WithMaxBytes(handler, maxRequestBytes)
	return (&http.Server{Handler: limited, ReadHeaderTimeout: 10 * time.Second}).Serve(listener)
}

// tokenOf hands the bearer token on to the authority, as upstream's gateway does.
func tokenOf(_ context.Context, r *http.Request) metadata.MD {
	return metadata.Pairs(server.MetadataOIDCTokenKey, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
}

// version is that of Fulcio, which is a dependency here.
func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return "unknown"
}
