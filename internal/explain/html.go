package explain

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

//go:embed page.js
var pageScript string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"tags":  func(tags []string) string { return strings.Join(tags, " ") },
	"size":  size,
	"style": func() template.CSS { return template.CSS(pageStyle) },
	"script": func() template.JS {
		return template.JS(pageScript)
	},
	"draw":  (*Machine).draw,
	"hue":   hue,
	"over":  func(f *Field, s *State) bool { return slices.Contains(f.Over, s) },
	"waits": func(s *State) bool { return s.Role == Suspended },
	"short": short,
	"fits":  fits,
	"clip":  clip,
	"dict":  func(d pageData, t *Text) map[string]any { return map[string]any{"Data": d, "Text": t} },
}).Parse(pageText))

// WriteHTML writes a page that needs nothing else: no other file, and no network.
func (e *Explanation) WriteHTML(w io.Writer) error {
	return page.Execute(w, pageData{e, e.colours()})
}

// pageData is what the page is made of.
type pageData struct {
	*Explanation
	Colours map[string]int // of states, by tag
}

// colours numbers the states in which machines wait, for each has a colour of its own.
func (e *Explanation) colours() map[string]int {
	out := map[string]int{}
	for _, m := range e.Machines {
		for _, s := range m.States {
			if s.Role == Suspended {
				out[s.Tag] = len(out)
			}
		}
	}
	return out
}

// Badges are the states among the tags of a line, for its margin.
func (d pageData) Badges(l *Line) (out []badge) {
	for _, tag := range l.Tags {
		if n, ok := d.Colours[tag]; ok {
			_, number, _ := strings.Cut(tag, ".")
			out = append(out, badge{tag, number, hue(n)})
		}
	}
	return out
}

// A badge is a state in short: its number on its colour.
type badge struct {
	Tag, Number string
	Hue         template.CSS
}

// Badge is that of a state.
func (d pageData) Badge(s *State) badge {
	_, number, _ := strings.Cut(s.Tag, ".")
	n, ok := d.Colours[s.Tag]
	if !ok {
		return badge{s.Tag, number, "--h:250;--s:.02"}
	}
	return badge{s.Tag, number, hue(n)}
}

// hue gives neighbours colours that are far apart: each is a golden angle from the one before.
func hue(n int) template.CSS { return template.CSS(fmt.Sprintf("--h:%d", (250+n*137)%360)) }

// fits reports whether the name of a field can be written in the picture of its frame.
func fits(m *Machine, f *Field) bool {
	const picture, letter = boxWidth + 2*margin, 7
	return f.Size*picture/m.Size >= int64(letter*len(f.Name)+4)
}

// clip shortens what has room for n letters; the whole is in the title.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// short is the name of a state without that of its function, which all of them begin with.
func short(m *Machine, s *State) string {
	prefix := strings.TrimSuffix(m.States[0].Name, "Start")
	return strings.TrimPrefix(s.Name, prefix)
}
