using Moodstream.Bench.OnnxRuntime;

namespace Moodstream.Bench.Tests;

public sealed class BertWeightsTests
{
    [Fact]
    public void GetTransposed_Classifier_RowsAndColumnsChangePlaces()
    {
        var weights = BertWeights.Read(Repository.Model);

        var stored = weights.Get("classifier.weight");
        var transposed = weights.GetTransposed("classifier.weight");

        Assert.Equal([3, 384], stored.Shape);
        Assert.Equal([384, 3], transposed.Shape);
        Assert.Equal(stored.Values[(2 * 384) + 5], transposed.Values[(5 * 3) + 2]);
        Assert.NotEqual(0, stored.Values[5]);
    }
}
