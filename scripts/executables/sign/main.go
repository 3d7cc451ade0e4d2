// Signs an executable for macOS ad hoc, which is without an identity, like `codesign --sign -` on macOS. Apple silicon runs no unsigned executable.
// Arguments: the file, and the identifier in the signature.
package main

import (
	"fmt"
	"os"

	"github.com/goreleaser/quill/quill"
)

func main() {
	config, err := quill.NewSigningConfigFromPEMs(os.Args[1], "", "", "", false)
	if err == nil {
		err = quill.Sign(*config.WithIdentity(os.Args[2]))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
