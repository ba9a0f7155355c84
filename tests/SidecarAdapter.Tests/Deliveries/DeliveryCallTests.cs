using Microsoft.Extensions.DependencyInjection;
using Moodstream.BuildingBlocks.PubSub;
using Moodstream.Sidecar.Deliveries;
using Moodstream.SidecarAdapter.Tests.Support;

namespace Moodstream.SidecarAdapter.Tests.Deliveries;

public sealed class DeliveryCallTests
{
    private readonly Recorded<IncomingEvent> _received = new();

    [Fact]
    public async Task TryFinish_HandlerEndsWhileItsTimeDoes_IsNoFailure()
    {
        var time = new ManualTimeProvider();
        await using var harness = await SidecarHarness.StartAsync(Some.NoSidecar, null, Some.Subscriber(_received));
        var hub = harness.Services.GetRequiredService<DeliveryHub>();
        using var call = new DeliveryCall(hub, hub.Routes[0], TimeSpan.FromSeconds(15), time);
        var handling = new TaskCompletionSource();
        call.Token.Register(handling.SetResult);
        var later = new LaterContext();

        var finishing = later.Run(() => call.TryFinishAsync(handling.Task));
        time.Advance(TimeSpan.FromSeconds(15));
        later.RunPosted();

        Assert.True(await finishing.DefaultTimeout());
    }

    // Goes on after an await only when told to.
    private sealed class LaterContext : SynchronizationContext
    {
        private readonly Queue<Action> _posted = new();

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue(() => d(state));

        public T Run<T>(Func<T> work)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                return work();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        public void RunPosted()
        {
            while (_posted.TryDequeue(out var next))
            {
                next();
            }
        }
    }
}
