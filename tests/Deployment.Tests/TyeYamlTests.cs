using System.Text.Json.Nodes;
using Moodstream.Contracts;

namespace Moodstream.Deployment.Tests;

/// <summary>tye.yaml says the same as dapr.yaml.</summary>
public sealed class TyeYamlTests
{
    private static readonly JsonObject Tye = Files.Document("tye.yaml");

    private static JsonObject DaprExtension => Assert.Single(Tye["extensions"]!.AsArray())!.AsObject();

    [Fact]
    public void Tye_AppsAndPorts_AreThoseOfDapr()
    {
        var services = Tye["services"]!.AsArray()
            .ToDictionary(s => (string)s!["name"]!, s => (int)Assert.Single(s!["bindings"]!.AsArray())!["port"]!);

        Assert.Equal(Files.Dapr.Apps.ToDictionary(a => a.AppId!, a => a.AppPort), services);
    }

    [Fact]
    public void Tye_Projects_AreThoseThatDaprStarts() =>
        Assert.Equal(
            Files.Dapr.Apps.Select(a => Path.GetFileNameWithoutExtension(a.Command[1])).Order(),
            Tye["services"]!.AsArray().Select(s => Path.GetFileNameWithoutExtension((string)s!["project"]!)).Order());

    [Fact]
    public void Tye_ComponentsAndConfiguration_AreThoseOfDapr()
    {
        Assert.Equal("dapr", (string)DaprExtension["name"]!);
        Assert.Equal(Files.Dapr.Common.ResourcesPaths, [(string)DaprExtension["components-path"]!]);
        Assert.Equal(Files.Dapr.Common.ConfigFilePath, (string)DaprExtension["config"]!);
    }

    [Fact]
    public void Tye_ModelCall_GoesTheSameWay()
    {
        var services = DaprExtension["services"]!;

        Assert.Equal(Files.Dapr.Apps.Single(a => a.AppId == Apps.Bert).AppProtocol, (string)services[Apps.Bert]!["app-protocol"]!);
        Assert.Equal(
            Files.Dapr.Apps.Single(a => a.AppId == Apps.Classifier).DaprGrpcPort,
            (int)services[Apps.Classifier]!["grpc-port"]!);
        var env = Tye["services"]!.AsArray().Single(s => (string)s!["name"]! == Apps.Classifier)!["env"]!.AsArray()
            .ToDictionary(e => (string)e!["name"]!, e => (string)e!["value"]!);
        Assert.All(
            Files.Dapr.Apps.Single(a => a.AppId == Apps.Classifier).Env!, e => Assert.Equal(e.Value, env[e.Key]));
    }
}
