using Moodstream.Bench.Engine;
using Moodstream.Bert;

namespace Moodstream.Bench.Tests;

public sealed class EngineWorkTests
{
    [Fact]
    public void Operations_OneLayerOfOneByHand_AreCounted()
    {
        var config = new BertConfig
        {
            Layers = 1, Hidden = 2, Heads = 1, Intermediate = 4, MaxPositions = 8, VocabularySize = 10, Segments = 2,
            LayerNormEpsilon = 1e-12f, Labels = ["a", "b", "c"],
        };

        var operations = EngineWork.Operations(config, tokens: 3);

        // Keys and values 3 x 2 x 8; query and output 2 x 8; feed-forward 2 x 2 x 2 x 4; scores and context 2 x 2 x 3 x 2;
        // pooler 8; classifier 2 x 2 x 3.
        Assert.Equal(48 + 16 + 32 + 24 + 8 + 12, operations);
    }

    [Fact]
    public void Measure_SomeOperations_TakeTime()
    {
        var measured = FmaPeak.Measure(1e7, threads: 2, posts: 5, TimeProvider.System);

        Assert.Equal(5, measured.Posts);
        Assert.True(measured.Seconds > 0);
    }
}
