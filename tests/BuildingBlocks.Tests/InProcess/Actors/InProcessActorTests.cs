using Microsoft.Extensions.DependencyInjection;
using Moodstream.BuildingBlocks.Actors;
using Moodstream.BuildingBlocks.InProcess;
using Moodstream.Tests.Support.BuildingBlocks;

namespace Moodstream.BuildingBlocks.Tests.InProcess.Actors;

public sealed class InProcessActorTests : ActorContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async Task<IActorHarness> StartAsync(ActorBinding binding) =>
        await InProcessHarness.StartAsync(
            new InProcessOptions { DataFolder = _folder.Path }, services => services.AddSingleton(binding));
}

public sealed class InProcessActorAlarmTests : ActorAlarmContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    protected override async Task<IActorHarness> StartAsync(ActorBinding binding) =>
        await InProcessHarness.StartAsync(
            new InProcessOptions { DataFolder = _folder.Path }, services => services.AddSingleton(binding));
}
