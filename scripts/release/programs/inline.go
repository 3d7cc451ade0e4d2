// Deploys or destroys the function `program` with Pulumi's Automation API. Argument: `up` or `destroy`.
package main

import (
	"context"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optdestroy"
	"github.com/pulumi/pulumi/sdk/v3/go/auto/optup"
)

func main() {
	ctx := context.Background()
	stack, err := auto.UpsertStackInlineSource(ctx, "dev", "shops", program, auto.WorkDir("."))
	check(err)
	if os.Args[1] == "up" {
		_, err = stack.Up(ctx, optup.ProgressStreams(os.Stdout))
	} else {
		_, err = stack.Destroy(ctx, optdestroy.ProgressStreams(os.Stdout))
	}
	check(err)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
