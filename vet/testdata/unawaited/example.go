package unawaited

func warm(key string) {
	loadAsync(key) // want `dropped`
}
