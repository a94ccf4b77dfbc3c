package rtdebug_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/asyncgen/asyncgen/rt"
	"github.com/asyncgen/asyncgen/rt/rtdebug"
)

func TestHandler(t *testing.T) {
	r := rt.New(rt.Options{Name: "mine"})
	defer r.Shutdown(context.Background())
	task := rt.SpawnOn(r, rt.Future[struct{}](rt.Sleep(time.Hour)))
	task.SetName("sleeper")
	answer := ""
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); {
		w := httptest.NewRecorder()
		rtdebug.Handler(r).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if answer = w.Body.String(); strings.Contains(answer, "waiting") {
			break // it has been polled
		}
	}
	for _, want := range []string{`"mine"`, "1 tasks", `task "sleeper": waiting`, "rt.Sleep"} {
		if !strings.Contains(answer, want) {
			t.Errorf("the answer lacks %q:\n%s", want, answer)
		}
	}
	w := httptest.NewRecorder()
	rtdebug.Handler(nil).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if !strings.Contains(w.Body.String(), "default") {
		t.Errorf("without a runtime the answer is\n%s", w.Body)
	}
}
