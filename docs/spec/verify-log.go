// Verify-log is a second verifier of the checks V4 to V6 of cts-1.md. It shares no code with the first one: the note
// and the tree are those of golang.org/x/mod/sumdb.
//
//	verify-log DIR VKEY
//
// DIR is a release export, VKEY the log's verifier key, which you should have from elsewhere. Exit codes: 0 all three
// pass, 1 one fails, 2 wrong usage. It knows no cosignatures: whether a quorum is met is for another verifier to say.
//
// Build: GO111MODULE=off GOPATH=/usr/share/gocode go build verify-log.go (Debian golang-go, golang-golang-x-mod-dev).
package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: verify-log DIR VKEY")
		os.Exit(2)
	}
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "verify-log: VKEY:", err)
		os.Exit(2)
	}
	provenance := filepath.Join(os.Args[1], "provenance")
	size, root, err := readHead(provenance, verifier)
	exitOn("V4", err)
	fmt.Printf("V4 passed: %s has %d leaves under %v\n", verifier.Name(), size, root)
	log := &tree{size: size}
	bundles, err := log.read(provenance, root)
	exitOn("V5", err)
	fmt.Printf("V5 passed: the tiles give this root (entry bundles: %v)\n", bundles)
	lines, err := checkOpenings(provenance, log)
	exitOn("V6", err)
	fmt.Printf("V6 passed: %d leaves stand where the openings say\n", lines)
}

func exitOn(check string, err error) {
	if err != nil {
		fmt.Printf("%s failed: %v\n", check, err)
		os.Exit(1)
	}
}

// readHead is V4: a checkpoint signed by the log under its own name.
func readHead(provenance string, log note.Verifier) (int64, tlog.Hash, error) {
	data, err := os.ReadFile(filepath.Join(provenance, "checkpoint"))
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	signed, err := note.Open(data, note.VerifierList(log))
	if err != nil {
		return 0, tlog.Hash{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != log.Name() {
		return 0, tlog.Hash{}, fmt.Errorf("not a checkpoint of %s: %q", log.Name(), signed.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 1 || strconv.FormatInt(size, 10) != lines[1] {
		return 0, tlog.Hash{}, fmt.Errorf("%q is no size of a log that seals a release", lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return 0, tlog.Hash{}, fmt.Errorf("%q is no root", lines[2])
	}
	return size, *(*tlog.Hash)(root), nil
}

// tree holds the leaf hashes of the level-0 tiles and all hashes above them, as tlog stores them.
type tree struct {
	size           int64
	leaves, stored []tlog.Hash
}

func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		out[i] = t.stored[at]
	}
	return out, nil
}

// read is V5: the tree over the level-0 tiles has the root, the other tiles are its hashes, and the entry bundles,
// where the export holds them, hash to its leaves.
func (t *tree) read(provenance string, root tlog.Hash) (bool, error) {
	for n := int64(0); n < t.size; n += 256 {
		path, width := t.path("0", n/256, t.size)
		data, err := os.ReadFile(filepath.Join(provenance, path))
		if err != nil || len(data) != width*tlog.HashSize {
			return false, fmt.Errorf("%s is missing or has not %d hashes", path, width)
		}
		for ; len(data) > 0; data = data[tlog.HashSize:] {
			leaf := *(*tlog.Hash)(data[:tlog.HashSize])
			more, err := tlog.StoredHashesForRecordHash(int64(len(t.leaves)), leaf, t)
			if err != nil {
				return false, err
			}
			t.leaves, t.stored = append(t.leaves, leaf), append(t.stored, more...)
		}
	}
	if got, err := tlog.TreeHash(t.size, t); err != nil || got != root {
		return false, fmt.Errorf("the tiles give the root %v (%v)", got, err)
	}
	for _, tile := range tlog.NewTiles(8, 0, t.size) {
		path, width := t.path(strconv.Itoa(tile.L), tile.N, t.size>>(8*uint(tile.L)))
		if tile.W != width {
			continue // a narrower partial tile: one of an earlier size
		}
		want, err := tlog.ReadTileData(tile, t)
		if err != nil {
			return false, err
		}
		if got, err := os.ReadFile(filepath.Join(provenance, path)); err != nil || !bytes.Equal(got, want) {
			return false, fmt.Errorf("%s is missing or not made of the tiles below it", path)
		}
	}
	if _, err := os.Stat(filepath.Join(provenance, "tile/entries")); err != nil {
		return false, nil
	}
	return true, t.readBundles(provenance)
}

func (t *tree) readBundles(provenance string) error {
	for n := int64(0); n < t.size; {
		path, width := t.path("entries", n/256, t.size)
		data, err := os.ReadFile(filepath.Join(provenance, path))
		if err != nil {
			return err
		}
		for end := n + int64(width); n < end; n++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("%s is cut at leaf %d", path, n)
			}
			size := 2 + int(binary.BigEndian.Uint16(data))
			if tlog.RecordHash(data[2:size]) != t.leaves[n] {
				return fmt.Errorf("%s: leaf %d is not the one in the tree", path, n)
			}
			data = data[size:]
		}
		if len(data) > 0 {
			return fmt.Errorf("%s goes on behind leaf %d", path, n-1)
		}
	}
	return nil
}

// path is the C2SP path of a tile, and its width in a level of that many hashes.
func (t *tree) path(level string, n, hashes int64) (string, int) {
	width := 256
	if left := hashes - n*256; left < 256 {
		width = int(left)
	}
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width < 256 {
		path = fmt.Sprintf("%s.p/%d", path, width)
	}
	return "tile/" + level + "/" + path, width
}

// checkOpenings is V6: every line's leaf is the one at its index. It returns the number of lines.
func checkOpenings(provenance string, log *tree) (int, error) {
	file, err := os.Open(filepath.Join(provenance, "openings.jsonl"))
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lines := bufio.NewReaderSize(file, 1<<20)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if err != nil && len(line) == 0 {
			return number - 1, nil
		}
		var opening struct {
			Index *int64
			Leaf  string
		}
		if err != nil || json.Unmarshal(line, &opening) != nil || opening.Index == nil {
			return 0, fmt.Errorf("openings.jsonl, line %d cannot be read", number)
		}
		leaf, err := base64.StdEncoding.Strict().DecodeString(opening.Leaf)
		at := *opening.Index
		if err != nil || at < 0 || at >= log.size || tlog.RecordHash(leaf) != log.leaves[at] {
			return 0, fmt.Errorf("openings.jsonl, line %d: the leaf shown for %d is not the one in the log", number, at)
		}
	}
}
