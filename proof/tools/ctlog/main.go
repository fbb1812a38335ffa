// A certificate transparency log for the local Sigstore: the two submission endpoints of RFC 6962 that a CA calls, over
// a Tessera log in a folder. With it the proofs of inclusion that verifiers ask for (SCTs) are real and enforced. It
// accepts certificates of one CA, on loopback, and is not monitored by anybody: no log for production.
package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/google/certificate-transparency-go/x509util"
	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

const version = "0.1.0"

func main() {
	address := flag.String("address", "127.0.0.1:0", "where to listen")
	folder := flag.String("folder", "", "where the log is kept")
	keyFile := flag.String("key", "", "PKCS #8 key (ECDSA P-256) that signs the SCTs")
	noteFile := flag.String("checkpoint-key", "", "note key that signs the checkpoints; made when it is not there")
	rootFile := flag.String("root", "", "certificate of the only CA that may submit")
	askVersion := flag.Bool("version", false, "print the version and end")
	flag.Parse()
	if *askVersion {
		fmt.Println(version)
		return
	}
	if err := serve(*address, *folder, *keyFile, *noteFile, *rootFile); err != nil {
		log.Fatal(err)
	}
}

func serve(address, folder, keyFile, noteFile, rootFile string) error {
	ctx := context.Background()
	key, err := readKey(keyFile)
	if err != nil {
		return err
	}
	pemRoot, err := os.ReadFile(rootFile)
	if err != nil {
		return err
	}
	roots, err := x509util.CertificatesFromPEM(pemRoot)
	if err != nil {
		return fmt.Errorf("%s: %w", rootFile, err)
	}
	signer, err := readOrMakeNoteKey(noteFile)
	if err != nil {
		return err
	}
	driver, err := posix.New(ctx, posix.Config{Path: folder})
	if err != nil {
		return err
	}
	options := tessera.NewAppendOptions().WithCheckpointSigner(signer).WithCTLayout().
		WithCheckpointInterval(time.Second).WithBatching(64, 20*time.Millisecond)
	appender, _, _, err := tessera.NewAppender(ctx, driver, options)
	if err != nil {
		return err
	}
	submissions, err := newSubmissions(key, roots[0], tessera.NewCertificateTransparencyAppender(appender))
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /ct/v1/add-chain", submissions.handler(false))
	mux.HandleFunc("POST /ct/v1/add-pre-chain", submissions.handler(true))
	log.Printf("listening on %s", listener.Addr())
	return (&http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}).Serve(listener)
}

func readKey(file string) (*ecdsa.PrivateKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("expected a PEM key in %s", file)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	ec, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("expected an ECDSA key in %s, got %T", file, key)
	}
	return ec, nil
}

// readOrMakeNoteKey keeps the checkpoint key, so that a restarted log goes on where it was.
func readOrMakeNoteKey(file string) (note.Signer, error) {
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) {
		made, _, err := note.GenerateKey(nil, "local-ct-log")
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(file, []byte(made), 0o600); err != nil {
			return nil, err
		}
		return note.NewSigner(made)
	}
	if err != nil {
		return nil, err
	}
	return note.NewSigner(string(text))
}
