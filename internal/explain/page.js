// Whatever has a tag in common belongs together: see package explain. An element has its tags in
// data-t, and a state has those of the variables that it keeps in data-k.
"use strict";
(() => {
	const byTag = new Map();
	for (const el of document.querySelectorAll("[data-t]")) {
		for (const tag of el.dataset.t.split(" ")) {
			if (!byTag.has(tag)) byTag.set(tag, []);
			byTag.get(tag).push(el);
		}
	}
	byTag.delete("");

	const words = s => (s || "").split(" ").filter(Boolean);
	const source = el => el instanceof Element ? el.closest("[data-t]:not([data-t=''])") : null;
	let held = null; // what was clicked, which stays lit

	function light(el) {
		for (const old of document.querySelectorAll(".on, .kept")) old.classList.remove("on", "kept");
		if (!el) return;
		for (const tag of words(el.dataset.t)) {
			for (const other of byTag.get(tag) || []) {
				other.classList.add("on");
				// A line with an await belongs to a state: that shows what it keeps as well.
				for (const k of words(other.classList.contains("state") && !other.matches(".edge") ? other.dataset.k : "")) {
					for (const kept of byTag.get(k) || []) kept.classList.add("kept");
				}
			}
		}
		for (const both of document.querySelectorAll(".on.kept")) both.classList.remove("kept");
	}

	// reveal scrolls every pane but the one of el to the first thing that is lit in it, in the
	// generated code to the first in the method that runs the machine.
	const body = document.getElementById("body");
	function reveal(el) {
		for (const pane of document.querySelectorAll("section")) {
			if (pane.contains(el)) continue;
			const lit = [...pane.querySelectorAll("code .on, .line.on, .state.on, tr.on")];
			const inBody = el => body && body.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING;
			const first = lit.find(inBody) || lit[0];
			if (!first) continue;
			const at = first.getBoundingClientRect(), box = pane.getBoundingClientRect();
			if (at.top < box.top + 30 || at.bottom > box.bottom - 30) pane.scrollTop += at.top - box.top - box.height / 3;
		}
	}

	function hold(el) {
		held = el;
		document.body.classList.toggle("held", !!el);
		light(el);
		if (el) reveal(el);
	}

	addEventListener("mouseover", e => { if (!held) light(source(e.target)); });
	addEventListener("focusin", e => { if (!held) light(source(e.target)); });
	addEventListener("click", e => { const el = source(e.target); hold(el === held ? null : el); });
	addEventListener("keydown", e => {
		if (e.key === "Escape") hold(null);
		if (e.key === "Enter") hold(source(document.activeElement));
	});
	// The code pane begins with the method that runs the machine, which is what to read first.
	if (body) body.closest("section").scrollTop = body.offsetTop - body.closest("section").offsetTop - 40;
	// A link can hold something: page.html#s0.1 is state 1, #v1 a variable, #l12 a line.
	const linked = () => { const all = byTag.get(decodeURIComponent(location.hash.slice(1))); if (all) hold(all.find(el => !el.matches(".edge")) || null); };
	addEventListener("hashchange", linked);
	linked();
})();
