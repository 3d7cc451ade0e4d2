// Runs `up` or `preview` of Pulumi's Automation API with partner_token.go in this directory, and prints the result as JSON.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

type result struct {
	Changes map[string]int `json:"changes"`
	Outputs map[string]any `json:"outputs"`
	// The names of the secret outputs.
	Secret []string `json:"secret"`
}

func main() {
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", "lab", program, auto.WorkDir("."))
	must(err)
	done := result{Changes: map[string]int{}, Outputs: map[string]any{}}
	if os.Args[1] == "up" {
		up, err := stack.Up(ctx)
		must(err)
		for name, output := range up.Outputs {
			done.Outputs[name] = output.Value
			if output.Secret {
				done.Secret = append(done.Secret, name)
			}
		}
	} else {
		preview, err := stack.Preview(ctx)
		must(err)
		for operation, count := range preview.ChangeSummary {
			done.Changes[string(operation)] = count
		}
	}
	must(json.NewEncoder(os.Stdout).Encode(done))
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
