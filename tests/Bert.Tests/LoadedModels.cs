using Moodstream.Bert.Tests.Golden;

namespace Moodstream.Bert.Tests;

/// <summary>Both models, loaded once for the tests of a class.</summary>
public sealed class LoadedModels : IDisposable
{
    public BertModel Tiny { get; } = BertModel.Load(TinyBert.Folder);

    public BertModel Tweets { get; } = BertModel.Load(Repository.Model);

    public void Dispose()
    {
        Tiny.Dispose();
        Tweets.Dispose();
    }
}
