// Generates the SDKs of the plugin's schema with Pulumi's generators: `go run . SCHEMA LOGO OUTPUT`.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/blang/semver"
	dotnet "github.com/pulumi/pulumi-dotnet/pulumi-language-dotnet/v3/codegen"
	java "github.com/pulumi/pulumi-java/pkg/codegen/java"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

const tool = "pulumi-pinterest"

type files = map[string][]byte

// generators maps the name of each SDK's directory to the function that returns its files by path.
var generators = map[string]func(*schema.Package) (files, error){
	"dotnet": func(pkg *schema.Package) (files, error) {
		return dotnet.GeneratePackage(tool, pkg, nil, nil)
	},
	"go": func(pkg *schema.Package) (files, error) {
		return golang.GeneratePackage(tool, pkg, nil)
	},
	"java": func(pkg *schema.Package) (files, error) {
		return java.GeneratePackage(tool, pkg, nil, nil, false, false)
	},
	"nodejs": func(pkg *schema.Package) (files, error) {
		return nodejs.GeneratePackage(tool, pkg, nil, nil, false, noLoader{})
	},
	"python": func(pkg *schema.Package) (files, error) {
		return python.GeneratePackage(tool, pkg, nil, noLoader{})
	},
}

func main() {
	if len(os.Args) != 4 {
		check(errors.New("usage: go run . SCHEMA LOGO OUTPUT"))
	}
	text, err := os.ReadFile(os.Args[1])
	check(err)
	logo, err := os.ReadFile(os.Args[2])
	check(err)
	// The generator for .NET downloads the logo, which is at its address only after the release.
	http.DefaultTransport = fileTransport{logo}

	for language, generate := range generators {
		var spec schema.PackageSpec
		check(json.Unmarshal(text, &spec))
		// Generators change the package.
		pkg, diagnostics, err := schema.BindSpec(spec, noLoader{}, schema.ValidationOptions{})
		check(err)
		if diagnostics.HasErrors() {
			check(diagnostics)
		}
		generated, err := generate(pkg)
		if err != nil {
			check(fmt.Errorf("%s: %w", language, err))
		}
		for path, content := range generated {
			file := filepath.Join(os.Args[3], language, filepath.FromSlash(path))
			check(os.MkdirAll(filepath.Dir(file), 0o755))
			check(os.WriteFile(file, content, 0o644))
		}
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// noLoader refuses to load packages: the schema refers to none. Generators need a loader.
type noLoader struct{}

func (noLoader) LoadPackage(name string, _ *semver.Version) (*schema.Package, error) {
	return nil, refused(name)
}

func (noLoader) LoadPackageV2(_ context.Context, descriptor *schema.PackageDescriptor) (*schema.Package, error) {
	return nil, refused(descriptor.Name)
}

func (noLoader) LoadPackageReference(name string, _ *semver.Version) (schema.PackageReference, error) {
	return nil, refused(name)
}

func (noLoader) LoadPackageReferenceV2(
	_ context.Context, descriptor *schema.PackageDescriptor,
) (schema.PackageReference, error) {
	return nil, refused(descriptor.Name)
}

func refused(name string) error {
	return fmt.Errorf("the schema refers to the package %s, which is not supported", name)
}

// fileTransport returns a file as the response to each request.
type fileTransport struct{ file []byte }

func (t fileTransport) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewReader(t.file))}, nil
}
