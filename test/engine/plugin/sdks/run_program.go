// Runs a command of Pulumi's Automation API with a program, as standard input describes, and prints the result as JSON.
package main

import (
	"context"
	"encoding/json"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
)

type request struct {
	Command       string
	Program       string
	Directory     string
	Configuration map[string]string
}

type result struct {
	Changes map[string]int `json:"changes"`
	Outputs map[string]any `json:"outputs"`
	// The names of the secret outputs.
	Secret []string `json:"secret"`
}

func main() {
	var r request
	must(json.NewDecoder(os.Stdin).Decode(&r))
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", "lab", programs[r.Program], auto.WorkDir(r.Directory))
	must(err)
	secrets := auto.ConfigMap{}
	for key, value := range r.Configuration {
		secrets[key] = auto.ConfigValue{Value: value, Secret: true}
	}
	if len(secrets) > 0 {
		must(stack.SetAllConfig(ctx, secrets))
	}
	done := result{Changes: map[string]int{}, Outputs: map[string]any{}, Secret: []string{}}
	switch r.Command {
	case "up":
		up, err := stack.Up(ctx)
		must(err)
		done.Changes = *up.Summary.ResourceChanges
		for name, output := range up.Outputs {
			done.Outputs[name] = output.Value
			if output.Secret {
				done.Secret = append(done.Secret, name)
			}
		}
	case "preview":
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
