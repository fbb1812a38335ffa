package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	stdx509 "crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	ct "github.com/google/certificate-transparency-go"
	"github.com/google/certificate-transparency-go/tls"
	"github.com/google/certificate-transparency-go/x509"
	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/ctonly"
)

const maxRequestBytes = 1 << 18

type add = func(ctx context.Context, entry *ctonly.Entry) tessera.IndexFuture

// submissions takes certificates of one CA into the log and answers each with a signed timestamp (SCT).
type submissions struct {
	key   *ecdsa.PrivateKey
	logID [sha256.Size]byte
	root  *x509.Certificate
	add   add
}

func newSubmissions(key *ecdsa.PrivateKey, root *x509.Certificate, add add) (*submissions, error) {
	der, err := stdx509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	return &submissions{key: key, logID: sha256.Sum256(der), root: root, add: add}, nil
}

func (s *submissions) handler(precertificate bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var request struct {
			Chain [][]byte `json:"chain"`
		}
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxRequestBytes)).Decode(&request); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		chain, err := s.chain(request.Chain)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		response, err := s.submit(r.Context(), chain, precertificate)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("content-type", "application/json")
		_ = json.NewEncoder(w).Encode(response)
	}
}

// chain accepts a certificate that the CA issued, with or without the CA's own behind it.
func (s *submissions) chain(ders [][]byte) ([]*x509.Certificate, error) {
	if len(ders) == 0 {
		return nil, errors.New("expected a chain of certificates, got none")
	}
	leaf, err := x509.ParseCertificate(ders[0])
	if x509.IsFatal(err) {
		return nil, err
	}
	if err := leaf.CheckSignatureFrom(s.root); err != nil {
		return nil, fmt.Errorf("expected a certificate of this log's CA: %w", err)
	}
	return []*x509.Certificate{leaf, s.root}, nil
}

func (s *submissions) submit(ctx context.Context, chain []*x509.Certificate, precertificate bool) (*ct.AddChainResponse, error) {
	kind := ct.X509LogEntryType
	if precertificate {
		kind = ct.PrecertLogEntryType
	}
	timestamp := uint64(time.Now().UnixMilli())
	leaf, err := ct.MerkleTreeLeafFromChain(chain, kind, timestamp)
	if err != nil {
		return nil, err
	}
	index, err := s.add(ctx, entryOf(chain, leaf, timestamp, precertificate))()
	if err != nil {
		return nil, err
	}
	leaf.TimestampedEntry.Extensions = leafIndex(index.Index)
	return s.sign(leaf, timestamp)
}

func entryOf(chain []*x509.Certificate, leaf *ct.MerkleTreeLeaf, timestamp uint64, precertificate bool) *ctonly.Entry {
	entry := &ctonly.Entry{Timestamp: timestamp, IsPrecert: precertificate, Certificate: chain[0].Raw}
	if precertificate {
		entry.Certificate = leaf.TimestampedEntry.PrecertEntry.TBSCertificate
		entry.Precertificate = chain[0].Raw
		entry.IssuerKeyHash = leaf.TimestampedEntry.PrecertEntry.IssuerKeyHash[:]
	}
	for _, certificate := range chain[1:] {
		entry.FingerprintsChain = append(entry.FingerprintsChain, sha256.Sum256(certificate.Raw))
	}
	return entry
}

// leafIndex is the extension of the static CT API that says where in the log the entry stands.
func leafIndex(index uint64) ct.CTExtensions {
	out := []byte{0, 0, 5}
	for shift := 32; shift >= 0; shift -= 8 {
		out = append(out, byte(index>>shift))
	}
	return out
}

func (s *submissions) sign(leaf *ct.MerkleTreeLeaf, timestamp uint64) (*ct.AddChainResponse, error) {
	extensions := leaf.TimestampedEntry.Extensions
	sct := ct.SignedCertificateTimestamp{SCTVersion: ct.V1, Timestamp: timestamp, Extensions: extensions}
	input, err := ct.SerializeSCTSignatureInput(sct, ct.LogEntry{Leaf: *leaf})
	if err != nil {
		return nil, err
	}
	signed, err := tls.CreateSignature(*s.key, tls.SHA256, input)
	if err != nil {
		return nil, err
	}
	signature, err := tls.Marshal(signed)
	if err != nil {
		return nil, err
	}
	return &ct.AddChainResponse{
		SCTVersion: ct.V1,
		ID:         s.logID[:],
		Timestamp:  timestamp,
		Extensions: base64.StdEncoding.EncodeToString(extensions),
		Signature:  signature,
	}, nil
}
