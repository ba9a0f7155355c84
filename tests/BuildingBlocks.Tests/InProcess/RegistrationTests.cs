using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.BuildingBlocks.State;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

public sealed class RegistrationTests
{
    private static readonly InProcessOptions Defaults = new();

    [Fact]
    public void Options_Defaults_AreTheDocumentedOnes()
    {
        Assert.Equal((1024, null, null), (Defaults.QueueCapacity, Defaults.DeadLetterAfter, Defaults.DataFolder));
        Assert.Equal(
            (TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5)), (Defaults.RetryInterval, Defaults.GracePeriod));
    }

    public static TheoryData<InProcessOptions, string?> Bounds => new()
    {
        { Defaults with { QueueCapacity = 1 }, null },
        { Defaults with { QueueCapacity = 0 }, "QueueCapacity" },
        { Defaults with { QueueCapacity = 1_000_000 }, null },
        { Defaults with { QueueCapacity = 1_000_001 }, "QueueCapacity" },
        { Defaults with { RetryInterval = TimeSpan.FromMilliseconds(1) }, null },
        { Defaults with { RetryInterval = TimeSpan.Zero }, "RetryInterval" },
        { Defaults with { RetryInterval = TimeSpan.FromHours(1) }, null },
        { Defaults with { RetryInterval = TimeSpan.FromHours(2) }, "RetryInterval" },
        { Defaults with { DeadLetterAfter = 1 }, null },
        { Defaults with { DeadLetterAfter = 0 }, "DeadLetterAfter" },
        { Defaults with { GracePeriod = TimeSpan.Zero }, null },
        { Defaults with { GracePeriod = TimeSpan.FromSeconds(-1) }, "GracePeriod" },
        { Defaults with { GracePeriod = TimeSpan.FromMinutes(10) }, null },
        { Defaults with { GracePeriod = TimeSpan.FromMinutes(11) }, "GracePeriod" },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void Validate_OptionAtABound_SucceedsInsideAndNamesItOutside(InProcessOptions options, string? refused)
    {
        var result = new InProcessOptionsValidator().Validate(null, options);

        Assert.Equal(refused is null, result.Succeeded);
        Assert.Contains(refused ?? "", result.FailureMessage ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Add_SeveralOptionsAreWrong_NamesAll()
    {
        var thrown = Assert.Throws<OptionsValidationException>(() => new ServiceCollection()
            .AddInProcessBuildingBlocks(Defaults with { QueueCapacity = 0, RetryInterval = TimeSpan.Zero }));

        Assert.Equal(2, thrown.Failures.Count());
    }

    [Fact]
    public async Task Start_UnknownKey_IsRefusedNamingIt()
    {
        using var host = Configured(("Moodstream:InProcess:QueueCapcity", "7"));

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.Contains("QueueCapcity", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Configured_TakesTheOptions()
    {
        using var host = Configured(("Moodstream:InProcess:QueueCapacity", "7"));

        await host.StartAsync().DefaultTimeout();

        Assert.Equal(7, host.Services.GetRequiredService<IOptions<InProcessOptions>>().Value.QueueCapacity);
    }

    [Fact]
    public async Task Start_AppSubscribesToATopicTwice_IsRefused()
    {
        var received = new Recorded<string>();

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => InProcessHarness.StartAsync(
            Defaults, _ => { }, Some.Subscriber(received), Some.Subscriber(received)));

        Assert.StartsWith("a subscribes to t more than once", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4097, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1001)]
    public async Task Start_SubscriptionOutOfRange_IsRefused(int concurrency, int maxCount)
    {
        var binding = Some.Subscriber(new Recorded<string>());
        var subscription = binding.Subscription with
        {
            Concurrency = concurrency,
            Bulk = new BulkDelivery { MaxCount = maxCount },
        };

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(() => InProcessHarness.StartAsync(
            Defaults, _ => { }, binding with { Subscription = subscription }));

        Assert.StartsWith("a's subscription to t: ", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_HandlerIsNone_IsRefused()
    {
        var binding = Some.Subscriber(new Recorded<string>()) with { Handler = _ => "text" };

        var thrown = await Assert.ThrowsAsync<InvalidOperationException>(
            () => InProcessHarness.StartAsync(Defaults, _ => { }, binding));

        Assert.Equal("a's handler of t must be a topic handler, not String", thrown.Message);
    }

    [Fact]
    public async Task Start_DataFolderIsInUse_StopsTheStart()
    {
        using var folder = new TemporaryFolder();
        var options = Defaults with { DataFolder = folder.Path };
        await using var first = await InProcessHarness.StartAsync(options, _ => { });

        await Assert.ThrowsAsync<DataFolderInUseException>(() => InProcessHarness.StartAsync(options, _ => { }));
    }

    [Fact]
    public async Task State_WithADataFolder_OutlivesTheHost()
    {
        using var folder = new TemporaryFolder();
        var options = Defaults with { DataFolder = folder.Path };
        await using (var first = await InProcessHarness.StartAsync(options, _ => { }))
        {
            await first.Services.GetRequiredService<IStateStore>()
                .SetAsync("cursor", "1"u8.ToArray(), null, default).DefaultTimeout();
        }

        await using var second = await InProcessHarness.StartAsync(options, _ => { });

        Assert.NotNull(await second.Services.GetRequiredService<IStateStore>()
            .GetAsync("cursor", default).DefaultTimeout());
    }

    [Fact]
    public async Task Metrics_AfterSomeTraffic_AddUp()
    {
        var received = new Recorded<string>();
        var harness = await InProcessHarness.StartAsync(Defaults, _ => { }, Some.Subscriber(received));
        using var metrics = harness.Metrics();

        await harness.Publisher.PublishAsync("t", Some.Events(3), default).DefaultTimeout();
        await harness.Publisher.PublishAsync("nobody", Some.Events(2), default).DefaultTimeout();
        await harness.StopAsync().DefaultTimeout();

        Assert.Equal(3, metrics["moodstream.pubsub.published{topic=t,result=taken}"]);
        Assert.Equal(2, metrics["moodstream.pubsub.unheard{topic=nobody}"]);
        Assert.Equal(3, metrics["moodstream.pubsub.delivered{topic=t,app=a,answer=processed}"]);
        Assert.Equal(0, metrics["moodstream.pubsub.unanswered{topic=t,app=a}"]);
        await harness.DisposeAsync();
    }

    private static IHost Configured(params (string Key, string Value)[] settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            settings.Select(s => KeyValuePair.Create<string, string?>(s.Key, s.Value)));
        builder.AddInProcessBuildingBlocks();
        return builder.Build();
    }
}
