// Builds a grype database from one file of advisories: "go run main.go ADVISORIES.json FOLDER".
// The records are laid out as the providers that feed the real database lay theirs out; grype's own code does the rest.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/anchore/grype/grype/db"
	"github.com/anchore/grype/grype/db/provider"
	"github.com/cespare/xxhash/v2"
)

const schemas = "https://raw.githubusercontent.com/anchore/vunnel/main/schema/"

type advisory struct {
	Provider   string          `json:"provider"`
	Identifier string          `json:"identifier"`
	Item       json.RawMessage `json:"item"`
}

// Version of a provider's results and the schema of its records.
var providers = map[string]struct {
	version int
	schema  string
}{
	"debian": {1, "vulnerability/os/schema-1.1.0.json"},
	"github": {2, "vulnerability/github-security-advisory/schema-1.1.0.json"},
	"nvd":    {2, "vulnerability/nvd/schema-1.1.0.json"},
}

func main() {
	if err := build(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(3)
	}
}

func build(file, folder string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var advisories []advisory
	if err := json.Unmarshal(text, &advisories); err != nil {
		return err
	}
	now := time.Now().UTC()
	var states provider.States
	for name := range providers {
		state, err := layOut(filepath.Join(folder, "records", name), name, advisories, now)
		if err != nil {
			return err
		}
		states = append(states, *state)
	}
	return db.Build(db.BuildConfig{SchemaVersion: 6, Directory: folder, States: states, Timestamp: now,
		IncludeCPEParts: []string{"a"}, InferNVDFixVersions: true, Hydrate: true, BatchSize: 100})
}

// One file for each record, a list of their hashes, and the hash of that list.
func layOut(folder, name string, advisories []advisory, now time.Time) (*provider.State, error) {
	if err := os.MkdirAll(filepath.Join(folder, "results"), 0o755); err != nil {
		return nil, err
	}
	var sums strings.Builder
	for _, one := range advisories {
		if one.Provider != name {
			continue
		}
		record, err := json.Marshal(map[string]any{"schema": schemas + providers[name].schema, "identifier": one.Identifier, "item": one.Item})
		if err != nil {
			return nil, err
		}
		path := filepath.Join("results", strings.ReplaceAll(one.Identifier, "/", "_")+".json")
		if err := os.WriteFile(filepath.Join(folder, path), record, 0o644); err != nil {
			return nil, err
		}
		fmt.Fprintf(&sums, "%016x  %s\n", xxhash.Sum64(record), path)
	}
	if err := os.WriteFile(filepath.Join(folder, "checksums"), []byte(sums.String()), 0o644); err != nil {
		return nil, err
	}
	state, err := json.Marshal(map[string]any{
		"provider": name, "store": "flat-file", "timestamp": now, "version": providers[name].version, "distribution_version": 1,
		"processor": "fixture@1", "urls": []string{}, "stale": false,
		"listing": map[string]string{"digest": fmt.Sprintf("%016x", xxhash.Sum64String(sums.String())), "path": "checksums", "algorithm": "xxh64"},
		"schema":  map[string]string{"version": "1.0.3", "url": schemas + "provider-workspace-state/schema-1.0.3.json"},
	})
	if err != nil {
		return nil, err
	}
	path := filepath.Join(folder, "metadata.json")
	if err := os.WriteFile(path, state, 0o644); err != nil {
		return nil, err
	}
	return provider.ReadState(path)
}
