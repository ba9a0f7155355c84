namespace Moodstream.Bert.Loading;

/// <summary>The tensors of a BertForSequenceClassification, without the prefix <c>bert.</c>.</summary>
internal static class TensorNames
{
    /// <summary>0, 1, 2, …: older versions of transformers store it; it is not a weight.</summary>
    public const string PositionIds = "embeddings.position_ids";

    /// <summary>Names and the shapes that a configuration implies; a matrix is [outputs, inputs].</summary>
    public static Dictionary<string, long[]> Shapes(BertConfig config)
    {
        long hidden = config.Hidden;
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal)
        {
            ["embeddings.word_embeddings.weight"] = [config.VocabularySize, hidden],
            ["embeddings.position_embeddings.weight"] = [config.MaxPositions, hidden],
            ["embeddings.token_type_embeddings.weight"] = [config.Segments, hidden],
        };
        AddPair("embeddings.LayerNorm", hidden);
        for (var i = 0; i < config.Layers; i++)
        {
            var layer = $"encoder.layer.{i}";
            AddPair($"{layer}.attention.self.query", hidden, hidden);
            AddPair($"{layer}.attention.self.key", hidden, hidden);
            AddPair($"{layer}.attention.self.value", hidden, hidden);
            AddPair($"{layer}.attention.output.dense", hidden, hidden);
            AddPair($"{layer}.attention.output.LayerNorm", hidden);
            AddPair($"{layer}.intermediate.dense", config.Intermediate, hidden);
            AddPair($"{layer}.output.dense", hidden, config.Intermediate);
            AddPair($"{layer}.output.LayerNorm", hidden);
        }

        AddPair("pooler.dense", hidden, hidden);
        AddPair("classifier", config.Labels.Count, hidden);
        return shapes;

        void AddPair(string name, params long[] weightShape)
        {
            shapes[$"{name}.weight"] = weightShape;
            shapes[$"{name}.bias"] = [weightShape[0]];
        }
    }
}
