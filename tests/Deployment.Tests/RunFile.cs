using YamlDotNet.Serialization;

namespace Moodstream.Deployment.Tests;

/// <summary>
/// dapr.yaml, member for member as the CLI declares it (dapr/cli, pkg/runfileconfig/run_file_config.go and
/// pkg/standalone/run.go). The CLI ignores a field it does not know, so a misspelt one would be a setting that is not
/// there: here it is an error.
/// </summary>
internal sealed class RunFile
{
    [YamlMember(Alias = "version")]
    public int Version { get; set; }

    [YamlMember(Alias = "name")]
    public string? Name { get; set; }

    [YamlMember(Alias = "common")]
    public SharedRunConfig Common { get; set; } = new();

    [YamlMember(Alias = "apps")]
    public List<RunFileApp> Apps { get; set; } = [];

    public static RunFile Read(string text) =>
        new DeserializerBuilder().WithDuplicateKeyChecking().Build().Deserialize<RunFile>(text);
}

/// <summary>Fields that may stand in <c>common</c> or at an app, which wins.</summary>
internal class SharedRunConfig
{
    [YamlMember(Alias = "configFilePath")]
    public string? ConfigFilePath { get; set; }

    [YamlMember(Alias = "appProtocol")]
    public string? AppProtocol { get; set; }

    [YamlMember(Alias = "apiListenAddresses")]
    public string? ApiListenAddresses { get; set; }

    [YamlMember(Alias = "enableProfiling")]
    public bool EnableProfiling { get; set; }

    [YamlMember(Alias = "logLevel")]
    public string? LogLevel { get; set; }

    [YamlMember(Alias = "appMaxConcurrency")]
    public int AppMaxConcurrency { get; set; }

    [YamlMember(Alias = "placementHostAddress")]
    public string? PlacementHostAddress { get; set; }

    [YamlMember(Alias = "schedulerHostAddress")]
    public string? SchedulerHostAddress { get; set; }

    [YamlMember(Alias = "resourcesPaths")]
    public List<string> ResourcesPaths { get; set; } = [];

    [YamlMember(Alias = "appSSL")]
    public bool AppSsl { get; set; }

    [YamlMember(Alias = "maxBodySize")]
    public string? MaxBodySize { get; set; }

    [YamlMember(Alias = "readBufferSize")]
    public string? ReadBufferSize { get; set; }

    [YamlMember(Alias = "enableAppHealthCheck")]
    public bool EnableAppHealthCheck { get; set; }

    [YamlMember(Alias = "appHealthCheckPath")]
    public string? AppHealthCheckPath { get; set; }

    [YamlMember(Alias = "appHealthProbeInterval")]
    public int AppHealthProbeInterval { get; set; }

    [YamlMember(Alias = "appHealthProbeTimeout")]
    public int AppHealthProbeTimeout { get; set; }

    [YamlMember(Alias = "appHealthThreshold")]
    public int AppHealthThreshold { get; set; }

    [YamlMember(Alias = "enableApiLogging")]
    public bool EnableApiLogging { get; set; }

    [YamlMember(Alias = "runtimePath")]
    public string? RuntimePath { get; set; }

    [YamlMember(Alias = "env")]
    public Dictionary<string, string>? Env { get; set; }

    [YamlMember(Alias = "daprdLogDestination")]
    public string? DaprdLogDestination { get; set; }

    [YamlMember(Alias = "appLogDestination")]
    public string? AppLogDestination { get; set; }
}

/// <summary>One app of dapr.yaml.</summary>
internal sealed class RunFileApp : SharedRunConfig
{
    [YamlMember(Alias = "appDirPath")]
    public string? AppDirPath { get; set; }

    [YamlMember(Alias = "appID")]
    public string? AppId { get; set; }

    [YamlMember(Alias = "appChannelAddress")]
    public string? AppChannelAddress { get; set; }

    [YamlMember(Alias = "appPort")]
    public int AppPort { get; set; }

    [YamlMember(Alias = "daprHTTPPort")]
    public int DaprHttpPort { get; set; }

    [YamlMember(Alias = "daprGRPCPort")]
    public int DaprGrpcPort { get; set; }

    [YamlMember(Alias = "daprInternalGRPCPort")]
    public int DaprInternalGrpcPort { get; set; }

    [YamlMember(Alias = "metricsPort")]
    public int MetricsPort { get; set; }

    [YamlMember(Alias = "profilePort")]
    public int ProfilePort { get; set; }

    [YamlMember(Alias = "unixDomainSocket")]
    public string? UnixDomainSocket { get; set; }

    [YamlMember(Alias = "command")]
    public List<string> Command { get; set; } = [];

    [YamlMember(Alias = "containerImage")]
    public string? ContainerImage { get; set; }

    [YamlMember(Alias = "containerImagePullPolicy")]
    public string? ContainerImagePullPolicy { get; set; }

    [YamlMember(Alias = "createService")]
    public bool CreateService { get; set; }
}
