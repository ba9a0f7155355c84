using System.Text.RegularExpressions;
using Moodstream.Contracts;
using YamlDotNet.Core;

namespace Moodstream.Deployment.Tests;

/// <summary>dapr.yaml, read as the CLI reads it.</summary>
public sealed partial class DaprYamlTests
{
    private static readonly string[] AllApps =
        [Apps.Ingestor, Apps.Classifier, Apps.Bert, Apps.Trends, Apps.Relay, Apps.Dashboard];

    [Fact]
    public void Read_UnknownField_IsRefused() =>
        Assert.Throws<YamlException>(() => RunFile.Read("version: 1\napps:\n  - appDirPath: .\n    appPrt: 1\n"));

    [Fact]
    public void RunFile_NamesTheSixApps()
    {
        Assert.NotEqual(0, Files.Dapr.Version); // the CLI refuses 0
        Assert.Equal(AllApps.Order(), Files.Dapr.Apps.Select(a => a.AppId!).Order());
    }

    [Fact]
    public void RunFile_Paths_AreThere()
    {
        Assert.All(Files.Dapr.Apps, a => Assert.True(Directory.Exists(Path.Combine(Repository.Root, a.AppDirPath!))));
        Assert.All(Files.Dapr.Common.ResourcesPaths, p => Assert.True(Directory.Exists(Path.Combine(Repository.Root, p))));
        Assert.True(File.Exists(Path.Combine(Repository.Root, Files.Dapr.Common.ConfigFilePath!)));

        // A .dapr/resources or .dapr/config.yaml in an app's folder would go before what `common` says.
        Assert.All(Files.Dapr.Apps, a => Assert.False(Directory.Exists(Path.Combine(Repository.Root, a.AppDirPath!, ".dapr", "resources"))));
    }

    [Fact]
    public void RunFile_Ports_AreUniqueAndNobodyElses()
    {
        int[] daprs = [50005, 50006, 8080, 9090, 9411, 2379, 2380]; // placement, scheduler, their defaults, Zipkin, etcd
        var ports = Files.Dapr.Apps
            .SelectMany(a => new[] { a.AppPort, a.DaprHttpPort, a.DaprGrpcPort, a.MetricsPort }).ToList();

        Assert.All(ports, p => Assert.InRange(p, 1024, 65_535));
        Assert.Equal(ports.Count, ports.Distinct().Count());
        Assert.Empty(ports.Intersect(daprs));
    }

    [Fact]
    public void RunFile_Commands_StartAProjectOfServices()
    {
        foreach (var app in Files.Dapr.Apps)
        {
            Assert.Equal("dotnet", app.Command[0]);
            var name = AssemblyPath().Match(app.Command[1]).Groups["name"].Value;
            Assert.Equal(app.AppId == Apps.Bert ? "modelserver" : app.AppId, name.ToLowerInvariant());
            Assert.Equal($"artifacts/bin/Moodstream.{name}/release/Moodstream.{name}.dll", app.Command[1]);
        }
    }

    [Fact]
    public void RunFile_CommonEnvironment_DoesNotMeetAnAppWithoutOne() =>
        // The CLI writes what is common into each app's map, and an app without `env` has none: it would panic.
        Assert.True(Files.Dapr.Common.Env is null || Files.Dapr.Apps.TrueForAll(a => a.Env is not null));

    [Fact]
    public void Classifier_CallsTheModelThroughItsOwnSidecar()
    {
        var classifier = Files.Dapr.Apps.Single(a => a.AppId == Apps.Classifier);
        var bert = Files.Dapr.Apps.Single(a => a.AppId == Apps.Bert);

        Assert.Equal($"http://127.0.0.1:{classifier.DaprGrpcPort}", classifier.Env!["Moodstream__Classifier__ModelEndpoint"]);
        Assert.Equal(Apps.Bert, classifier.Env["Moodstream__Classifier__ModelAppId"]);
        Assert.Equal("grpc", bert.AppProtocol);
    }

    [Fact]
    public void RunFile_AppHealthChecks_AreOff()
    {
        // A failing one voids the work in hand, and the model server would fail it (it does not know the call).
        Assert.False(Files.Dapr.Common.EnableAppHealthCheck);
        Assert.All(Files.Dapr.Apps, a => Assert.False(a.EnableAppHealthCheck));
    }

    [Fact]
    public void RunFile_ControlPlane_IsNamedWithoutPorts()
    {
        // With a port the file would be wrong on Windows, where `dapr init` uses others; left out, versions differ.
        Assert.Equal("localhost", Files.Dapr.Common.PlacementHostAddress);
        Assert.Equal("localhost", Files.Dapr.Common.SchedulerHostAddress);
    }

    [Fact]
    public void RunFile_SidecarApi_ListensToThisMachineOnly() =>
        Assert.Equal("127.0.0.1", Files.Dapr.Common.ApiListenAddresses);

    [GeneratedRegex(@"^artifacts/bin/Moodstream\.(?<name>\w+)/release/Moodstream\.\k<name>\.dll$")]
    private static partial Regex AssemblyPath();
}
