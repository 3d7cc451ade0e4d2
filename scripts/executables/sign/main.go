// Signs an executable for macOS ad hoc, which is without an identity, like `codesign --sign -` on macOS. Apple silicon runs no unsigned executable.
// Arguments: the file, and the identifier in the signature.
package main

import (
	"debug/macho"
	"encoding/binary"
	"fmt"
	"os"

	"github.com/goreleaser/quill/quill"
)

func main() {
	if err := sign(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func sign(path, identifier string) error {
	if err := alignEnd(path); err != nil {
		return err
	}
	config, err := quill.NewSigningConfigFromPEMs(path, "", "", "", false)
	if err != nil {
		return err
	}
	return quill.Sign(*config.WithIdentity(identifier))
}

const (
	// The alignment of signatures that Apple's codesign_allocate and Go's linker use.
	alignment = 16
	// The offset of `filesize` in `segment_command_64` of mach-o/loader.h, and the size of `mach_header_64`.
	fileSizeOffset = 48
	headerSize     = 32
)

// alignEnd extends the last segment, because the signature follows it.
func alignEnd(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	program, err := macho.NewFile(file)
	if err != nil {
		return err
	}
	padding := -info.Size() & (alignment - 1)
	offset := int64(headerSize)
	for _, command := range program.Loads {
		if segment, isSegment := command.(*macho.Segment); isSegment && segment.Name == "__LINKEDIT" {
			size := binary.LittleEndian.AppendUint64(nil, segment.Filesz+uint64(padding))
			if _, err := file.WriteAt(size, offset+fileSizeOffset); err != nil {
				return err
			}
		}
		offset += int64(len(command.Raw()))
	}
	return file.Truncate(info.Size() + padding)
}
