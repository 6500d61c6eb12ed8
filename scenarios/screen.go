package scenarios

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"parley/cell"
	"parley/node"
)

// find labels the newest open matter of a rule as a desk holds it: what exists
// without a record has no other name.
//
//	bravo finds deconfliction.conflict/1 as clash
func (p *Player) find(ctx context.Context, n *node.Node, w []string) error {
	if len(w) != 3 || w[1] != "as" {
		return fmt.Errorf("want: <desk> finds <rule> as <label>")
	}
	items, _, err := n.Matters(ctx, "all", "", "", "", 500)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(items, func(it node.Item) bool { return it.Kind == w[0] })
	if i < 0 {
		return fmt.Errorf("%s holds no matter of the rule %s", n.Desk(), w[0])
	}
	ref, err := cell.ParseRef(items[i].Key)
	p.named[w[2]] = ref
	return err
}

// called gives what a labelled record or matter is called in another record.
func (p *Player) called(ctx context.Context, n *node.Node, what, label string) (string, error) {
	switch what {
	case "cite":
		c, err := p.cite(ctx, n, label)
		return c.String(), err
	case "field":
		of, field, _ := strings.Cut(label, ".")
		return p.field(ctx, n, of, field)
	}
	if what == "hash" && strings.Contains(label, ":") {
		r, err := p.said(ctx, n, label)
		if err != nil {
			return "", err
		}
		_, text, err := n.Record(ctx, r.Ref)
		sum := sha256.Sum256(text)
		return hex.EncodeToString(sum[:]), err
	}
	ref, err := p.ref(ctx, n, label)
	if err != nil || what == "key" {
		return ref.String(), err
	}
	if what == "hash" {
		if c, ok := p.cited[label]; ok { // an answer opens no matter of its own
			v, text, err := n.Record(ctx, c.String())
			if err == nil && v.Key != ref.String() {
				sum := sha256.Sum256(text)
				return hex.EncodeToString(sum[:]), nil
			}
		}
	}
	v, err := n.MatterView(ctx, ref.String())
	if err != nil {
		return "", err
	}
	if what == "number" {
		return v.Number, nil
	}
	return v.Hash, nil
}

// citesOf gives the records of labels "a,b".
func (p *Player) citesOf(ctx context.Context, n *node.Node, labels string) ([]cell.Cite, error) {
	var out []cell.Cite
	for label := range strings.SplitSeq(labels, ",") {
		c, err := p.cite(ctx, n, label)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// cite gives the place of a record by its label, or by its matter, code and
// author as a desk holds it, "pair:COMMIT/bravo": the way to name what a
// visitor or a node wrote.
func (p *Player) cite(ctx context.Context, n *node.Node, label string) (cell.Cite, error) {
	if c, ok := p.cited[label]; ok {
		return c, nil
	}
	r, err := p.said(ctx, n, label)
	if err != nil {
		return cell.Cite{}, err
	}
	return cell.ParseCite(r.Ref)
}

func (p *Player) said(ctx context.Context, n *node.Node, label string) (node.RecordView, error) {
	matter, rest, _ := strings.Cut(label, ":")
	code, by, ok := strings.Cut(rest, "/")
	if !ok {
		return node.RecordView{}, fmt.Errorf("no record is called %q", label)
	}
	ref, err := p.ref(ctx, n, matter)
	if err != nil {
		return node.RecordView{}, err
	}
	v, err := n.MatterView(ctx, ref.String())
	if err != nil {
		return node.RecordView{}, err
	}
	for _, r := range slices.Backward(v.Records) {
		if r.Code == code && r.Desk == by {
			return r, nil
		}
	}
	return node.RecordView{}, fmt.Errorf("%s holds no %s of %s in %s", n.Desk(), code, by, matter)
}

// field gives one field of a record's body, as it stands there.
func (p *Player) field(ctx context.Context, n *node.Node, label, name string) (string, error) {
	r, err := p.said(ctx, n, label)
	if err != nil {
		return "", err
	}
	var body map[string]json.RawMessage
	if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
		return "", err
	}
	v, ok := body[name]
	if !ok {
		return "", fmt.Errorf("%s has no field %q", label, name)
	}
	return string(v), nil
}

// showsScreen looks at what a module's screen is made from: somewhere in it
// stands one thing with all these values. "@label" is the matter of that label.
//
//	expect bravo shows screen deconfliction number=A-21 flag=short-notice
//	expect bravo shows screen deconfliction/check?notice=@x limit=tanks verdict=over
func (p *Player) showsScreen(ctx context.Context, n *node.Node, path string, pairs []string) (bool, string, error) {
	var q cell.Query
	path, asked, _ := strings.Cut(path, "?")
	for _, m := range n.Modules {
		for _, x := range m.Queries {
			if x.Path == "/"+path {
				q = x
			}
		}
	}
	if q.Run == nil {
		return false, "", fmt.Errorf("there is no screen %q", path)
	}
	ask, not, err := p.values(ctx, n, strings.Fields(strings.ReplaceAll(asked, "&", " ")))
	if err != nil || not != "" {
		return false, not, err
	}
	answer, err := n.Ask(ctx, q, ask)
	if err != nil {
		return false, "", err
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return false, "", err
	}
	want, not, err := p.values(ctx, n, pairs)
	if err != nil || not != "" {
		return false, not, err
	}
	return found(text, want)
}

// found looks for a thing with all the values in what is shown, as JSON.
func found(shown []byte, want map[string]string) (bool, string, error) {
	var tree any
	dec := json.NewDecoder(bytes.NewReader(shown))
	dec.UseNumber()
	if err := dec.Decode(&tree); err != nil {
		return false, "", err
	}
	near := ""
	return stands(tree, want, &near), "it shows: " + near, nil
}

// values reads name=value pairs; not says which matter is not held here.
func (p *Player) values(ctx context.Context, n *node.Node, pairs []string) (out map[string]string, not string, err error) {
	out = map[string]string{}
	for _, pair := range pairs {
		k, v, ok := strings.Cut(pair, "=")
		if !ok {
			return nil, "", fmt.Errorf("%q is not name=value", pair)
		}
		if label, is := strings.CutPrefix(v, "@"); is {
			ref, err := p.ref(ctx, n, label)
			if err != nil {
				return nil, label + " is not held here", nil
			}
			v = ref.String()
		}
		out[k] = v
	}
	return out, "", nil
}

// stands looks for an object that has all the values, anywhere in a tree. near
// is the object that has most of them.
func stands(tree any, want map[string]string, near *string) bool {
	switch v := tree.(type) {
	case []any:
		return slices.ContainsFunc(v, func(x any) bool { return stands(x, want, near) })
	case map[string]any:
		have := 0
		for k, w := range want {
			if x, ok := v[k]; ok && plain(fmt.Sprint(x)) == w {
				have++
			}
		}
		if have == len(want) {
			return true
		}
		if have > 0 && *near == "" {
			b, _ := json.Marshal(v) // it came from JSON
			*near = string(b)
		}
		for _, x := range v {
			if stands(x, want, near) {
				return true
			}
		}
	}
	return false
}
