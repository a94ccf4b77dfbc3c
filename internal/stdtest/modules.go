package main

// modules are the packages of other modules, by path@version, that were tried.
var modules = map[string][]subject{}
