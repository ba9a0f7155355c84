using Moodstream.BuildingBlocks.PubSub;

namespace Moodstream.Tests.Support.BuildingBlocks;

/// <summary>An adapter that delivers to the subscriptions it was started with; disposing is a graceful stop.</summary>
public interface IPubSubHarness : IAsyncDisposable
{
    /// <summary>The adapter under test.</summary>
    IPublisher Publisher { get; }
}
