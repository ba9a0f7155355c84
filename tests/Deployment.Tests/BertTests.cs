using Moodstream.Contracts;
using Moodstream.TensorFlowServing.Client;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.Deployment.Tests;

/// <summary>
/// The model server, started as dapr.yaml says. It has no subscriptions, and does not know of Dapr: the port that its
/// sidecar calls is the one it listens on by itself.
/// </summary>
public sealed class BertTests
{
    // The app's port of dapr.yaml, and the server's default for REST.
    [FreePortsFact(8500, 8501)]
    public async Task Bert_AsDaprRunStartsIt_ServesItsModelAtTheAppPort()
    {
        var app = Files.Dapr.Apps.Single(a => a.AppId == Apps.Bert);
        Assert.Null(app.Env);
        await using var process = await AppProcess.StartAsync(app);
        using var client = new TensorFlowServingClient(
            new TensorFlowServingClientOptions { Address = new Uri($"http://127.0.0.1:{app.AppPort}") });

        var status = await client.GetModelStatusAsync(new ModelSpec { Name = Apps.Bert }, default).DefaultTimeout();

        var version = Assert.Single(status.ModelVersionStatus);
        Assert.Equal(ModelVersionStatus.Types.State.Available, version.State);
    }
}
