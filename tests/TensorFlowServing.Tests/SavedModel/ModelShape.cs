namespace Moodstream.TensorFlowServing.Tests.SavedModel;

/// <summary>A model that a test makes up.</summary>
internal sealed record ModelShape
{
    public int Layers { get; init; } = 1;

    public int Hidden { get; init; } = 24;

    public int Heads { get; init; } = 2;

    public int Intermediate { get; init; } = 40;

    public int Vocabulary { get; init; } = 30;

    public int Positions { get; init; } = 16;

    public int Segments { get; init; } = 2;

    public int Labels { get; init; } = 3;

    /// <summary>Type of each tensor by its name.</summary>
    public Func<string, string> TypeOf { get; init; } = _ => "F32";

    public string Config() => $$"""
        {
          "model_type": "bert", "architectures": ["BertForSequenceClassification"], "hidden_act": "gelu",
          "num_hidden_layers": {{Layers}}, "hidden_size": {{Hidden}}, "num_attention_heads": {{Heads}},
          "intermediate_size": {{Intermediate}}, "vocab_size": {{Vocabulary}}, "max_position_embeddings": {{Positions}},
          "type_vocab_size": {{Segments}}, "layer_norm_eps": 1e-5,
          "id2label": { {{string.Join(", ", Enumerable.Range(0, Labels).Select(i => $"\"{i}\": \"label {i}\""))}} }
        }
        """;

    /// <summary>Names and shapes, as transformers writes them.</summary>
    public IEnumerable<(string Name, int[] Shape)> Tensors()
    {
        const string Embeddings = "bert.embeddings";
        yield return ($"{Embeddings}.word_embeddings.weight", [Vocabulary, Hidden]);
        yield return ($"{Embeddings}.position_embeddings.weight", [Positions, Hidden]);
        yield return ($"{Embeddings}.token_type_embeddings.weight", [Segments, Hidden]);
        (string Name, int[] Shape)[] linear =
        [
            ($"{Embeddings}.LayerNorm", [Hidden]),
            .. Enumerable.Range(0, Layers).SelectMany(Layer),
            ("bert.pooler.dense", [Hidden, Hidden]), ("classifier", [Labels, Hidden]),
        ];
        foreach (var (name, shape) in linear)
        {
            yield return ($"{name}.weight", shape);
            yield return ($"{name}.bias", [shape[0]]);
        }
    }

    private (string Name, int[] Shape)[] Layer(int index)
    {
        var layer = $"bert.encoder.layer.{index}";
        return
        [
            ($"{layer}.attention.self.query", [Hidden, Hidden]), ($"{layer}.attention.self.key", [Hidden, Hidden]),
            ($"{layer}.attention.self.value", [Hidden, Hidden]), ($"{layer}.attention.output.dense", [Hidden, Hidden]),
            ($"{layer}.attention.output.LayerNorm", [Hidden]), ($"{layer}.intermediate.dense", [Intermediate, Hidden]),
            ($"{layer}.output.dense", [Hidden, Intermediate]), ($"{layer}.output.LayerNorm", [Hidden]),
        ];
    }
}
