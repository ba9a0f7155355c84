using Moodstream.Bert;
using Moodstream.ModelServer.Batching;
using Moodstream.ModelServer.Predict;

namespace Moodstream.ModelServer.Versions;

/// <summary>A version in memory: its model, the threads that own it, its signatures. Freed when the last request that uses it has ended.</summary>
internal sealed class ServedVersion(
    long version, BertModel model, ModelWorkers workers, IReadOnlyDictionary<string, ServingSignature> signatures)
{
    private readonly TaskCompletionSource _unused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // One for being in service, one for each request.
    private int _uses = 1;

    public long Version => version;

    public BertModel Model => model;

    public JobQueue Queue => workers.Queue;

    /// <summary>Signatures by name, in order of the names.</summary>
    public IReadOnlyDictionary<string, ServingSignature> Signatures => signatures;

    /// <summary>Holds the version for a request, which has to <see cref="Release"/> it.</summary>
    /// <returns>False when it is being unloaded.</returns>
    public bool TryUse()
    {
        for (var uses = Volatile.Read(ref _uses); uses > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
            {
                return true;
            }

            uses = seen;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
        {
            _unused.TrySetResult();
        }
    }

    /// <summary>Takes it out of service, waits for the requests that use it, and frees its memory.</summary>
    public async Task UnloadAsync()
    {
        Release();
        await _unused.Task;
        workers.Dispose();
        model.Dispose();
    }
}
