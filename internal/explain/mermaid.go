package explain

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// WriteMermaid writes the states as diagrams in the notation of Mermaid, which GitHub and many
// editors draw. A diagram has one machine, so those of literals are in diagrams of their own.
func (e *Explanation) WriteMermaid(w io.Writer) error {
	return e.writeEach(w, (*Machine).writeMermaid)
}

// writeMermaid names states by their numbers. Start and end are the dots that the notation has
// for them.
func (m *Machine) writeMermaid(out *strings.Builder) {
	fmt.Fprintf(out, "---\ntitle: %s\n---\nstateDiagram-v2\n", m.Func)
	if m.Coroutine != "" {
		fmt.Fprintf(out, "    state \"coroutine: %s\" as c\n    [*] --> c\n    c --> [*]\n", html.EscapeString(m.Coroutine))
		return
	}
	ids := map[*State]string{}
	for i, s := range m.States {
		ids[s] = "[*]"
		if s.Role != Suspended {
			continue
		}
		ids[s] = fmt.Sprint("s", i)
		lines := []string{s.Name, s.WaitsFor, s.Where}
		if len(s.Keeps) > 0 {
			lines = append(lines, "keeps "+fieldNames(s.Keeps))
		}
		for i, l := range lines {
			lines[i] = html.EscapeString(l)
		}
		fmt.Fprintf(out, "    state \"%s\" as %s\n", strings.Join(lines, "<br>"), ids[s])
	}
	for _, e := range m.Edges {
		fmt.Fprintf(out, "    %s --> %s\n", ids[e.From], ids[e.To])
	}
}
