using Moodstream.BuildingBlocks.Actors;

namespace Moodstream.Tests.Support.BuildingBlocks;

/// <summary>An adapter that hosts the actor types it was started with; disposing is a graceful stop.</summary>
public interface IActorHarness : IAsyncDisposable
{
    /// <summary>The adapter under test.</summary>
    IActorClient Client { get; }
}
