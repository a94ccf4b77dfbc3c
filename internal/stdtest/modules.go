package main

// modules are packages of other modules, by path@version, that judge.
var modules = map[string][]subject{
	"github.com/BurntSushi/toml@v1.6.0":        {{path: "github.com/BurntSushi/toml"}},
	"github.com/benbjohnson/immutable@v0.4.3":  {{path: "github.com/benbjohnson/immutable"}},
	"github.com/deckarep/golang-set/v2@v2.9.0": {{path: "github.com/deckarep/golang-set/v2"}},
	"github.com/dlclark/regexp2@v1.12.0": {{path: "github.com/dlclark/regexp2", skips: map[string]string{
		"TestStopTimeoutClock":      timing,
		"TestIncorrectTimeoutError": timing,
	}}},
	"github.com/elliotchance/orderedmap/v3@v3.1.1": {{path: "github.com/elliotchance/orderedmap/v3"}},
	"github.com/expr-lang/expr@v1.17.8": {
		{path: "github.com/expr-lang/expr/checker"},
		{path: "github.com/expr-lang/expr/parser"},
		{path: "github.com/expr-lang/expr/parser/lexer"},
	},
	"github.com/google/uuid@v1.6.0": {{path: "github.com/google/uuid"}},
	"github.com/hashicorp/golang-lru/v2@v2.0.7": {
		{path: "github.com/hashicorp/golang-lru/v2"},
		{path: "github.com/hashicorp/golang-lru/v2/expirable"},
		{path: "github.com/hashicorp/golang-lru/v2/simplelru"},
	},
	"github.com/kballard/go-shellquote@v0.0.0-20180428030007-95032a82bc51": {{path: "github.com/kballard/go-shellquote"}},
	"github.com/mattn/go-runewidth@v0.0.31":                                {{path: "github.com/mattn/go-runewidth"}},
	"github.com/rivo/uniseg@v0.4.7":                                        {{path: "github.com/rivo/uniseg"}},
	"github.com/samber/lo@v1.53.0":                                         {{path: "github.com/samber/lo/mutable"}},
	"github.com/sourcegraph/conc@v0.3.0": {
		{path: "github.com/sourcegraph/conc"},
		{path: "github.com/sourcegraph/conc/iter"},
		{path: "github.com/sourcegraph/conc/panics", skips: map[string]string{"TestTry": stack, "ExampleCatcher_callers": stack}},
		{path: "github.com/sourcegraph/conc/pool"},
		{path: "github.com/sourcegraph/conc/stream"},
	},
	"github.com/spf13/pflag@v1.1.0":    {{path: "github.com/spf13/pflag"}},
	"github.com/tidwall/gjson@v1.20.2": {{path: "github.com/tidwall/gjson"}},
	"github.com/tidwall/match@v1.2.0":  {{path: "github.com/tidwall/match"}},
	"github.com/tidwall/pretty@v1.3.0": {{path: "github.com/tidwall/pretty"}},
	"github.com/yuin/goldmark@v1.8.7": {
		{path: "github.com/yuin/goldmark"},
		{path: "github.com/yuin/goldmark/extension"},
		{path: "github.com/yuin/goldmark/text"},
		{path: "github.com/yuin/goldmark/util"},
	},
	"github.com/zyedidia/generic@v1.2.1": {
		{path: "github.com/zyedidia/generic/avl"},
		{path: "github.com/zyedidia/generic/btree"},
		{path: "github.com/zyedidia/generic/hashmap"},
		{path: "github.com/zyedidia/generic/heap"},
		{path: "github.com/zyedidia/generic/list"},
		{path: "github.com/zyedidia/generic/trie"},
	},
	"go.starlark.net@v0.0.0-20260908191801-89a6a09411d5": {{path: "go.starlark.net/syntax"}},
	"golang.org/x/exp@v0.0.0-20261113113407-e3970619a1a4": {
		{path: "golang.org/x/exp/ebnf"},
		{path: "golang.org/x/exp/utf8string"},
	},
	"golang.org/x/tools@v0.52.0": {
		{path: "golang.org/x/tools/container/intsets"},
		{path: "golang.org/x/tools/go/ast/inspector"},
	},
}
