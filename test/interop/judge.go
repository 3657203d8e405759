// Judge answers, for each JSON case on stdin, whether golang.org/x/mod/sumdb accepts it: one verdict a line.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Case is one claim. Hashes and leaves are standard base64.
type Case struct {
	Kind             string
	Note, Vkey       string   // note
	Size, Old, Index int64    // record, tree, log, prove
	Root, OldRoot    string   // record, tree, log
	Leaf             string   // record: leaf hash
	Proof            []string // record, tree
	Directory        string   // log, prove: a directory with tile/
}

type Verdict struct {
	Ok    bool     `json:"ok"`
	Error string   `json:"error,omitempty"`
	Text  string   `json:"text,omitempty"`
	Proof []string `json:"proof,omitempty"`
}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for in.More() {
		var c Case
		if err := in.Decode(&c); err != nil {
			fmt.Fprintln(os.Stderr, "judge: not a case:", err)
			os.Exit(2)
		}
		v, err := judge(c)
		if v.Ok = err == nil; err != nil {
			v.Error = err.Error()
		}
		out.Encode(v)
	}
}

func judge(c Case) (Verdict, error) {
	switch c.Kind {
	case "note":
		return openNote(c)
	case "record":
		proof, err := hashes(append(c.Proof, c.Root, c.Leaf))
		if err != nil {
			return Verdict{}, err
		}
		n := len(c.Proof)
		return Verdict{}, tlog.CheckRecord(tlog.RecordProof(proof[:n]), c.Size, proof[n], c.Index, proof[n+1])
	case "tree":
		proof, err := hashes(append(c.Proof, c.Root, c.OldRoot))
		if err != nil {
			return Verdict{}, err
		}
		n := len(c.Proof)
		return Verdict{}, tlog.CheckTree(tlog.TreeProof(proof[:n]), c.Size, proof[n], c.Old, proof[n+1])
	case "log":
		return Verdict{}, checkLog(c)
	case "prove-record":
		r, err := tileReader(c)
		if err != nil {
			return Verdict{}, err
		}
		proof, err := tlog.ProveRecord(c.Size, c.Index, r)
		return Verdict{Proof: texts(proof)}, err
	case "prove-tree":
		r, err := tileReader(c)
		if err != nil {
			return Verdict{}, err
		}
		proof, err := tlog.ProveTree(c.Size, c.Old, r)
		return Verdict{Proof: texts(proof)}, err
	}
	return Verdict{}, fmt.Errorf("unknown kind %q", c.Kind)
}

func openNote(c Case) (Verdict, error) {
	verifier, err := note.NewVerifier(c.Vkey)
	if err != nil {
		return Verdict{}, err
	}
	n, err := note.Open([]byte(c.Note), note.VerifierList(verifier))
	if err != nil {
		return Verdict{}, err
	}
	return Verdict{Text: n.Text}, nil
}

// checkLog makes all stored hashes anew from the entry bundles and compares root and every tile with them.
func checkLog(c Case) error {
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, at := range indexes {
			out[i] = stored[at]
		}
		return out, nil
	})
	for n := int64(0); n < c.Size; {
		w := c.Size - n
		if w > 256 {
			w = 256
		}
		data, err := os.ReadFile(filepath.Join(c.Directory, tilePath("entries", n/256, int(w))))
		if err != nil {
			return err
		}
		for end := n + w; n < end; n++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return fmt.Errorf("bundle of leaf %d is cut", n)
			}
			size := 2 + int(binary.BigEndian.Uint16(data))
			more, err := tlog.StoredHashes(n, data[2:size], read)
			if err != nil {
				return err
			}
			stored, data = append(stored, more...), data[size:]
		}
		if len(data) > 0 {
			return fmt.Errorf("bundle goes on behind leaf %d", n-1)
		}
	}
	root, err := tlog.TreeHash(c.Size, read)
	if err != nil || base64.StdEncoding.EncodeToString(root[:]) != c.Root {
		return fmt.Errorf("entries give root %v, %v", root, err)
	}
	for _, tile := range tlog.NewTiles(8, 0, c.Size) {
		if left := c.Size>>(8*uint(tile.L)) - tile.N*256; tile.W < 256 && int64(tile.W) < left {
			continue // a partial tile of an earlier size, which this one need not have
		}
		want, err := tlog.ReadTileData(tile, read)
		if err != nil {
			return err
		}
		path := tilePath(fmt.Sprint(tile.L), tile.N, tile.W)
		if got, err := os.ReadFile(filepath.Join(c.Directory, path)); err != nil || !bytes.Equal(got, want) {
			return fmt.Errorf("%s is not what the entries give (%v)", path, err)
		}
	}
	return nil
}

// tileReader reads hashes from our tiles, each authenticated against the root by tlog itself.
func tileReader(c Case) (tlog.HashReader, error) {
	root, err := hashes([]string{c.Root})
	if err != nil {
		return nil, err
	}
	return tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: root[0]}, tiles(c.Directory)), nil
}

type tiles string

func (tiles) Height() int { return 8 }

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (directory tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(wanted))
	for i, tile := range wanted {
		data, err := os.ReadFile(filepath.Join(string(directory), tilePath(fmt.Sprint(tile.L), tile.N, tile.W)))
		if err != nil { // a log of more leaves may hold the full tile only
			data, err = os.ReadFile(filepath.Join(string(directory), tilePath(fmt.Sprint(tile.L), tile.N, 256)))
		}
		if err != nil || len(data) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("tile %v: %v", tile, err)
		}
		out[i] = data[:tile.W*tlog.HashSize]
	}
	return out, nil
}

// tilePath is the C2SP tlog-tiles path; x/mod's own paths also name the height and differ in the partial's suffix.
func tilePath(level string, n int64, width int) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n /= 1000; n > 0; n /= 1000 {
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width < 256 {
		path += fmt.Sprintf(".p/%d", width)
	}
	return "tile/" + level + "/" + path
}

func hashes(in []string) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(in))
	for i, text := range in {
		data, err := base64.StdEncoding.Strict().DecodeString(text)
		if err != nil || len(data) != tlog.HashSize {
			return nil, fmt.Errorf("not a hash: %q", text)
		}
		copy(out[i][:], data)
	}
	return out, nil
}

func texts(in []tlog.Hash) []string {
	out := []string{}
	for _, h := range in {
		out = append(out, base64.StdEncoding.EncodeToString(h[:]))
	}
	return out
}
