using Moodstream.BuildingBlocks.InProcess;
using Moodstream.BuildingBlocks.State;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.BuildingBlocks.Tests.InProcess;

public sealed class InMemoryStateStoreTests : StateContract
{
    protected override IStateStore Store { get; } = new InMemoryStateStore();
}
