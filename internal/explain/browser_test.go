package explain_test

import (
	"encoding/json"
	"fmt"
	"html"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/asyncgen/asyncgen/internal/driver"
)

// browser finds a browser for the test. A user's machine may have none; CI must.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("there is no chromium: apt-get install chromium")
	}
	t.Skip("there is no chromium to show the page in: apt-get install chromium")
	return ""
}

// browse opens a page and returns what flags make of it.
func browse(t *testing.T, page string, flags ...string) string {
	t.Helper()
	args := append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + t.TempDir(),
		"--window-size=1500,900", "--virtual-time-budget=5000"}, flags...)
	cmd := exec.Command(browser(t), append(args, "file://"+page)...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd.Path, err, &stderr)
	}
	return string(out)
}

// writePage explains a function of examples/tour.
func writePage(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs("../../examples/tour")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), name+".html")
	var messages strings.Builder
	ok, err := driver.Explain(driver.ExplainOptions{
		Options: driver.Options{Patterns: []string{"."}, Dir: dir, Output: path, Stdout: &messages, Stderr: &messages},
		Func:    name, Format: "html",
	})
	if !ok || err != nil {
		t.Fatal(err, messages.String())
	}
	return path
}

// probe is appended to the page. It moves the pointer to things on it, as far as they can be seen
// there, and writes down what is lit then. A thing is named after the pane that it is in.
const probe = `<pre id="probe"></pre><script>
(() => {
	const name = el => {
		const line = el.closest(".line"), pane = el.closest("section").id || "machines";
		if (el.matches(".line")) return pane + " " + el.querySelector("s").textContent;
		if (line) return pane + " " + line.querySelector("s").textContent + " " + el.textContent;
		if (el.matches("tr")) return "row " + el.cells[0].textContent;
		if (el.matches(".edge")) return "edge " + el.dataset.t;
		if (el.matches(".state")) return "state " + el.dataset.t;
		return "other " + el.textContent;
	};
	const names = cls => [...new Set([...document.querySelectorAll(cls)].map(name))].sort();
	const lit = () => ({on: names(".on"), kept: names(".kept")});
	const send = (el, type) => {
		el.scrollIntoView({block: "center"});
		const r = el.getClientRects()[0], x = r.left + Math.min(r.width / 2, 20), y = r.top + r.height / 2;
		const hit = document.elementFromPoint(x, y);
		hit.dispatchEvent(new MouseEvent(type, {bubbles: true, clientX: x, clientY: y}));
		return lit();
	};
	const line = (pane, n) => [...document.querySelectorAll("#" + pane + " .line")].find(l => l.querySelector("s").textContent == n);
	const word = (pane, n, text) => [...line(pane, n).querySelectorAll("span")].find(s => s.textContent == text);
	const key = k => { dispatchEvent(new KeyboardEvent("keydown", {key: k})); return lit(); };
	const out = {};
	try {
		out.start = lit();
		out.state = send(document.querySelector("g.state[data-t='s0.1']"), "mouseover");
		out.line = send(line("source", 16).querySelector("s"), "mouseover");
		out.generated = send(word("generated", POLL, "addAwaitLetter"), "mouseover");
		out.variable = send(word("source", 18, "x"), "mouseover");
		out.row = send([...document.querySelectorAll("tbody tr")].find(r => r.cells[0].textContent == "b").cells[0], "mouseover");
		out.held = send(document.querySelector("g.state[data-t='s0.2']"), "click");
		out.moved = send(word("source", 18, "x"), "mouseover");
		out.released = key("Escape");
	} catch (e) { out.failed = String(e.stack); }
	document.getElementById("probe").textContent = JSON.stringify(out);
})();
</script>`

type lit struct{ On, Kept []string }

// TestHighlight points at things on the page in a browser.
func TestHighlight(t *testing.T) {
	browser(t)
	page := writePage(t, "add")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	poll := lineOf(t, "f.state = addAwaitLetter")
	script := strings.ReplaceAll(probe, "POLL", fmt.Sprint(poll))
	if err := os.WriteFile(page, append(text, script...), 0o666); err != nil {
		t.Fatal(err)
	}
	dom := browse(t, page, "--dump-dom")
	m := regexp.MustCompile(`<pre id="probe">(.*?)</pre>`).FindStringSubmatch(dom)
	if m == nil {
		t.Fatal("the page has no result")
	}
	var result map[string]json.RawMessage
	if err := json.Unmarshal([]byte(html.UnescapeString(m[1])), &result); err != nil || result["failed"] != nil {
		t.Fatalf("%v: %s", err, m[1])
	}
	suspend := fmt.Sprint("generated ", poll)
	for _, c := range []struct {
		step     string
		on, kept []string // among what is lit
		not      []string // nowhere
	}{
		{"start", nil, nil, []string{"state s0.1", "source 16"}},
		{"state", []string{"state s0.1", "edge s0.0 s0.1", "edge s0.1 s0.2", "source 16", suspend}, []string{"row b", "source 17 b", "row letter"}, []string{"source 17", "row x", "state s0.2"}},
		{"line", []string{"state s0.1", "source 16", suspend}, []string{"row b"}, []string{"source 17", "state s0.2"}},
		{"generated", []string{"state s0.1", "source 16", suspend}, []string{"row b"}, []string{"source 17"}},
		{"variable", []string{"source 16 x", "source 18 x", "row x"}, nil, []string{"source 16", "row b", "state s0.1"}},
		{"row", []string{"row b", "source 15 b", "source 17 b"}, nil, []string{"row x"}},
		{"held", []string{"state s0.2", "source 17", "edge s0.2 s0.3"}, []string{"row x", "source 18 x"}, []string{"state s0.1"}},
		{"moved", []string{"state s0.2", "source 17"}, []string{"row x"}, []string{"state s0.1"}},
		{"released", nil, nil, []string{"state s0.2", "source 17"}},
	} {
		var got lit
		if err := json.Unmarshal(result[c.step], &got); err != nil {
			t.Fatal(err)
		}
		contains(t, c.step+" lights", got.On, c.on)
		contains(t, c.step+" shows as kept", got.Kept, c.kept)
		for _, name := range c.not {
			if slices.Contains(got.On, name) || slices.Contains(got.Kept, name) {
				t.Errorf("%s: %s is lit", c.step, name)
			}
		}
	}
}

func contains(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("%s %q, without %s", what, got, name)
		}
	}
}

// lineOf finds a line of the generated file of byhand.go.
func lineOf(t *testing.T, text string) int {
	t.Helper()
	data, err := os.ReadFile("../../examples/tour/byhand_async.go")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	return 1 + slices.IndexFunc(lines, func(l string) bool { return strings.TrimSpace(l) == text })
}

// TestScreenshot draws the page: it must show something, in the colours that states have.
func TestScreenshot(t *testing.T) {
	browser(t)
	page := writePage(t, "shout")
	picture := filepath.Join(t.TempDir(), "page.png")
	browse(t, page+"#s0.2", "--hide-scrollbars", "--screenshot="+picture)
	f, err := os.Open(picture)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != 1500 || b.Dy() != 900 {
		t.Fatalf("the picture is %v", b)
	}
	// The pane of the graph, the source and the generated code: each has text, and what is held.
	for _, pane := range [][2]int{{0, 340}, {380, 800}, {840, 1480}} {
		colours := map[[3]uint32]int{}
		for x := pane[0]; x < pane[1]; x++ {
			for y := 80; y < 560; y++ {
				r, g, b, _ := img.At(x, y).RGBA()
				colours[[3]uint32{r, g, b}]++
			}
		}
		if len(colours) < 50 {
			t.Errorf("between %d and %d the page has only %d colours", pane[0], pane[1], len(colours))
		}
	}
}
