// A Node.js language host for an engine that was built from Go modules. Pulumi's own is not available as a Go module.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/google/shlex"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/version"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/emptypb"
)

const (
	// Time for a child process to end after SIGTERM.
	gracePeriod = 2 * time.Second
	// The SDK's runner exits with this code if it has printed the error itself (cmd/run/index.ts).
	errorAlreadyPrinted = 32
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	h := &host{ctx: ctx, stop: stop}
	h.childCtx, h.stopChildren = context.WithCancel(ctx)
	// The engine puts its logging flags before its address.
	for _, argument := range os.Args[1:] {
		if !strings.HasPrefix(argument, "-") {
			h.engine = argument
		}
	}
	if h.engine != "" {
		go h.watchEngine()
	}
	server, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterLanguageRuntimeServer(server, h)
			return nil
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// The engine expects the port in the first line.
	fmt.Println(server.Port)
	<-ctx.Done()
	h.children.Wait()
}

type host struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	ctx          context.Context
	stop         context.CancelFunc
	childCtx     context.Context
	stopChildren context.CancelFunc
	children     sync.WaitGroup
	engine       string
}

// watchEngine stops the host once nothing listens at the engine's address. A killed engine does not end its hosts.
func (h *host) watchEngine() {
	conn, err := grpc.NewClient(
		h.engine, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithNoProxy(), grpc.WithIdleTimeout(0))
	for err == nil {
		conn.Connect()
		state := conn.GetState()
		if state == connectivity.TransientFailure || !conn.WaitForStateChange(h.ctx, state) {
			break
		}
	}
	h.stop()
}

// run runs a command until it ends, the call is canceled, or the host stops.
func (h *host) run(ctx context.Context, configure func(*exec.Cmd), name string, args ...string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.childCtx, cancel)()
	command := exec.CommandContext(ctx, name, args...)
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = gracePeriod
	configure(command)
	h.children.Add(1)
	defer h.children.Done()
	return command.Run()
}

func (h *host) Handshake(
	_ context.Context, request *pulumirpc.LanguageHandshakeRequest,
) (*pulumirpc.LanguageHandshakeResponse, error) {
	if h.engine == "" {
		h.engine = request.GetEngineAddress()
		go h.watchEngine()
	}
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

func (h *host) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: version.Version}, nil
}

func (h *host) About(ctx context.Context, _ *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, err
	}
	nodeVersion, err := exec.CommandContext(ctx, node, "--version").Output()
	return &pulumirpc.AboutResponse{Executable: node, Version: strings.TrimSpace(string(nodeVersion))}, err
}

func (h *host) GetRequiredPlugins(
	_ context.Context, request *pulumirpc.GetRequiredPluginsRequest,
) (*pulumirpc.GetRequiredPluginsResponse, error) {
	response := &pulumirpc.GetRequiredPluginsResponse{}
	for _, p := range requiredPlugins(request.GetInfo()) {
		response.Plugins = append(response.Plugins, &pulumirpc.PluginDependency{
			Kind: p.Kind, Name: p.Name, Version: p.Version, Server: p.Server})
	}
	return response, nil
}

func (h *host) GetRequiredPackages(
	_ context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	return &pulumirpc.GetRequiredPackagesResponse{Packages: requiredPlugins(request.GetInfo())}, nil
}

func (h *host) GetProgramDependencies(
	_ context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, p := range installedPackages(request.GetInfo().GetProgramDirectory(), request.GetTransitiveDependencies()) {
		response.Dependencies = append(response.Dependencies, &pulumirpc.DependencyInfo{Name: p.Name, Version: p.Version})
	}
	return response, nil
}

func (h *host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, stream pulumirpc.LanguageRuntime_InstallDependenciesServer,
) error {
	closer, stdout, stderr, err := rpcutil.MakeInstallDependenciesStreams(stream, false)
	if err != nil {
		return err
	}
	defer closer.Close()
	packageManager := packageManagerOf(request.GetInfo())
	err = h.run(stream.Context(), func(command *exec.Cmd) {
		command.Dir = request.GetDirectory()
		command.Stdout, command.Stderr = stdout, stderr
	}, packageManager, "install")
	if err != nil {
		return fmt.Errorf("%s install failed: %w", packageManager, err)
	}
	return nil
}

func (h *host) Run(ctx context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	info := request.GetInfo()
	runner, found := findUp(info.GetProgramDirectory(), "node_modules/@pulumi/pulumi/cmd/run")
	if !found {
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("The Pulumi SDK is not installed in %s. Have you run `%s install`?",
			info.GetProgramDirectory(), packageManagerOf(info))}, nil
	}
	args := append(nodeArgs(info), runner)
	for _, flag := range [][2]string{
		{"--monitor", request.GetMonitorAddress()},
		{"--engine", h.engine},
		{"--organization", request.GetOrganization()},
		{"--project", request.GetProject()},
		{"--root-directory", info.GetRootDirectory()},
		{"--stack", request.GetStack()},
		{"--pwd", request.GetPwd()},
		{"--parallel", fmt.Sprint(request.GetParallel())},
	} {
		if flag[1] != "" {
			args = append(args, flag[0], flag[1])
		}
	}
	if request.GetDryRun() {
		args = append(args, "--dry-run")
	}
	args = append(append(args, info.GetEntryPoint()), request.GetArgs()...)
	// Copies, because the JSON of a nil map or slice is "null".
	config, err := json.Marshal(maps.Collect(maps.All(request.GetConfig())))
	if err != nil {
		return nil, err
	}
	secretKeys, err := json.Marshal(append([]string{}, request.GetConfigSecretKeys()...))
	if err != nil {
		return nil, err
	}
	environment := append(typeScriptEnvironment(info),
		"PULUMI_CONFIG="+string(config), "PULUMI_CONFIG_SECRET_KEYS="+string(secretKeys))
	if file := option(info, "tsconfig"); file != "" {
		environment = append(environment, "PULUMI_NODEJS_TSCONFIG_PATH="+file)
	}
	err = h.run(ctx, func(command *exec.Cmd) {
		command.Dir = info.GetProgramDirectory()
		command.Env = append(os.Environ(), environment...)
		// The engine shows what the host prints.
		command.Stdout, command.Stderr = os.Stdout, os.Stderr
	}, "node", args...)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return &pulumirpc.RunResponse{}, nil
	case errors.As(err, &exit) && exit.ExitCode() == errorAlreadyPrinted:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case errors.As(err, &exit) && exit.Exited():
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program exited with non-zero exit code: %d", exit.ExitCode())}, nil
	default:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program ended: %v", err)}, nil
	}
}

// RunPlugin runs a provider plugin whose directory has a PulumiPlugin.yaml.
func (h *host) RunPlugin(request *pulumirpc.RunPluginRequest, stream pulumirpc.LanguageRuntime_RunPluginServer) error {
	info := request.GetInfo()
	runner, found := findUp(info.GetProgramDirectory(), "node_modules/@pulumi/pulumi/cmd/run-plugin")
	if !found {
		return fmt.Errorf("the Pulumi SDK is not installed in %s", info.GetProgramDirectory())
	}
	closer, stdout, stderr, err := rpcutil.MakeRunPluginStreams(stream, false)
	if err != nil {
		return err
	}
	defer closer.Close()
	args := append(append(nodeArgs(info), runner, info.GetProgramDirectory()), request.GetArgs()...)
	err = h.run(stream.Context(), func(command *exec.Cmd) {
		command.Dir = request.GetPwd()
		command.Env = append(request.GetEnv(), typeScriptEnvironment(info)...)
		command.Stdout, command.Stderr = stdout, stderr
	}, "node", args...)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return err
	}
	code := int32(0)
	if exit != nil {
		code = int32(exit.ExitCode())
	}
	return stream.Send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: code}})
}

func (h *host) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	h.stopChildren()
	h.children.Wait()
	return &emptypb.Empty{}, nil
}

// option returns a runtime option of Pulumi.yaml.
func option(info *pulumirpc.ProgramInfo, name string) string {
	return info.GetOptions().GetFields()[name].GetStringValue()
}

func packageManagerOf(info *pulumirpc.ProgramInfo) string {
	if name := option(info, "packagemanager"); name != "" {
		return name
	}
	return "npm"
}

func nodeArgs(info *pulumirpc.ProgramInfo) []string {
	args, err := shlex.Split(option(info, "nodeargs"))
	if err != nil {
		// Node.js names an argument that it cannot parse.
		return strings.Fields(option(info, "nodeargs"))
	}
	return args
}

// typeScriptEnvironment enables TypeScript, unless Pulumi.yaml disables it.
func typeScriptEnvironment(info *pulumirpc.ProgramInfo) []string {
	if value, found := info.GetOptions().GetFields()["typescript"]; found && !value.GetBoolValue() {
		return nil
	}
	return []string{"PULUMI_NODEJS_TYPESCRIPT=true"}
}

// manifest is the part of a package.json that the host reads.
type manifest struct {
	Name            string            `json:"name"`
	Version         string            `json:"version"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
	Pulumi          struct {
		Resource bool   `json:"resource"`
		Name     string `json:"name"`
		Version  string `json:"version"`
		Server   string `json:"server"`
	} `json:"pulumi"`
}

func requiredPlugins(info *pulumirpc.ProgramInfo) []*pulumirpc.PackageDependency {
	var plugins []*pulumirpc.PackageDependency
	for _, p := range installedPackages(info.GetProgramDirectory(), true) {
		if !p.Pulumi.Resource {
			continue
		}
		plugin := &pulumirpc.PackageDependency{
			Kind: "resource", Name: p.Pulumi.Name, Version: p.Pulumi.Version, Server: p.Pulumi.Server}
		if plugin.Name == "" {
			plugin.Name = filepath.Base(p.Name)
		}
		if plugin.Version == "" {
			plugin.Version = p.Version
		}
		plugin.Version = "v" + strings.TrimPrefix(plugin.Version, "v")
		plugins = append(plugins, plugin)
	}
	return plugins
}

// installedPackages returns the packages that a program depends on, and if transitive, also their dependencies.
func installedPackages(directory string, transitive bool) []manifest {
	var packages []manifest
	visited := map[string]bool{}
	var visit func(from string, names map[string]string)
	visit = func(from string, names map[string]string) {
		for _, name := range slices.Sorted(maps.Keys(names)) {
			folder, found := findUp(from, filepath.Join("node_modules", name))
			if !found || visited[folder] {
				continue
			}
			visited[folder] = true
			installed := readManifest(folder)
			installed.Name = name
			packages = append(packages, installed)
			if transitive {
				visit(folder, installed.Dependencies)
			}
		}
	}
	file, found := findUp(directory, "package.json")
	if found {
		root := readManifest(filepath.Dir(file))
		visit(filepath.Dir(file), root.DevDependencies)
		visit(filepath.Dir(file), root.Dependencies)
	}
	return packages
}

// readManifest returns an empty manifest if the file is missing or invalid. The program reports that itself.
func readManifest(directory string) manifest {
	var m manifest
	if text, err := os.ReadFile(filepath.Join(directory, "package.json")); err == nil {
		_ = json.Unmarshal(text, &m)
	}
	return m
}

// findUp returns the real path of a file in a directory or the nearest directory above it, as Node.js resolves packages.
func findUp(directory, name string) (string, bool) {
	directory, err := filepath.EvalSymlinks(directory)
	if err != nil {
		return "", false
	}
	for {
		if found, err := filepath.EvalSymlinks(filepath.Join(directory, name)); err == nil {
			return found, true
		}
		parent := filepath.Dir(directory)
		if parent == directory {
			return "", false
		}
		directory = parent
	}
}
