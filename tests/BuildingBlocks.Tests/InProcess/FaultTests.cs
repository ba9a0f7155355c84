using Microsoft.Extensions.DependencyInjection;
using Moodstream.BuildingBlocks.InProcess;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

public sealed class FaultTests
{
    private const int Published = 20_000;

    [Fact]
    public async Task Lose_OneIn100_IsAcknowledgedAndLostForEachAppByItself()
    {
        var first = new Recorded<string>();
        var second = new Recorded<string>();

        var refused = await RunAsync(
            new InProcessFaults { Seed = 1, LoseOneIn = OneIn(100) },
            Some.Subscriber(first),
            Some.Subscriber(second, app: "b"));

        Assert.Equal(0, refused);
        Assert.InRange(Published - first.Items.Count, 100, 300);
        Assert.InRange(Published - second.Items.Count, 100, 300);
        Assert.NotEqual(first.Items, second.Items);
    }

    [Fact]
    public async Task Repeat_All_DeliversEachTwice()
    {
        var received = new Recorded<string>();

        await RunAsync(new InProcessFaults { Seed = 1, RepeatOneIn = OneIn(1) }, Some.Subscriber(received));

        Assert.Equal(2 * Published, received.Items.Count);
        Assert.All(received.Items.CountBy(id => id), count => Assert.Equal(2, count.Value));
    }

    [Fact]
    public async Task Refuse_OneIn10_IsToldAndNotDelivered()
    {
        var received = new Recorded<string>();

        var refused = await RunAsync(
            new InProcessFaults { Seed = 1, RefuseOneIn = OneIn(10) }, Some.Subscriber(received));

        Assert.InRange(refused, Published / 20, Published / 5);
        Assert.Equal(Published, refused + received.Items.Count);
    }

    [Fact]
    public async Task Reorder_WindowOf10_MovesNoEventFurther()
    {
        var received = new Recorded<string>();

        await RunAsync(new InProcessFaults { Seed = 1, ReorderWindow = 10 }, Some.Subscriber(received));

        var order = received.Items.Select(id => int.Parse(id.AsSpan(1), null)).ToArray();
        Assert.Equal(Enumerable.Range(0, Published), order.Order());
        Assert.NotEqual(Enumerable.Range(0, Published), order);
        Assert.All(order.Select((n, place) => n - place), moved => Assert.InRange(moved, -10, 10));
    }

    private static Dictionary<string, int> OneIn(int n) => new() { ["t"] = n };

    /// <summary>Publishes all before deliveries start, so that everything waits at once, and drains.</summary>
    /// <returns>How many publishes were refused.</returns>
    private static async Task<int> RunAsync(InProcessFaults faults, params PubSub.SubscriptionBinding[] bindings)
    {
        var harness = await InProcessHarness.StartAsync(
            new InProcessOptions { QueueCapacity = 3 * Published },
            s => s.AddSingleton(faults).AddHostedService<PublishesAtStart>(),
            bindings);
        var refused = harness.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>()
            .OfType<PublishesAtStart>().Single().Refused;
        await harness.DisposeAsync();
        return refused;
    }

    private sealed class PublishesAtStart(PubSub.IPublisher publisher) : Microsoft.Extensions.Hosting.IHostedService
    {
        public int Refused { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken)
        {
            var results = await publisher.PublishAsync("t", Some.Events(Published), cancellationToken);
            Refused = results.Count(r => !r.Succeeded);
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
