namespace Moodstream.Bert.Engine;

/// <summary>Runs the whole model over a block, on one thread, in memory of its own.</summary>
internal abstract unsafe class BlockRunner : IDisposable
{
    /// <summary>Writes the logits of a block's sequences.</summary>
    /// <param name="plan">The batch.</param>
    /// <param name="block">Number of the block.</param>
    /// <param name="logitsBC">[sequences of the batch, labels]</param>
    public abstract void Run(BatchPlan plan, int block, float* logitsBC);

    public abstract void Dispose();
}
