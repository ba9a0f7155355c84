using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Loading;

/// <summary>
/// The tensors of a BertForSequenceClassification, as transformers names them (modeling_bert.py), with or without the
/// prefix <c>bert.</c> on the encoder. A tensor that is missing, has another shape or belongs to another architecture
/// is refused by name, before memory is taken for any of them.
/// </summary>
internal static class ModelTensors
{
    private const string Prefix = "bert.";

    /// <summary>Finds them all.</summary>
    /// <returns>
    /// The tensors by their name without the prefix: those of <see cref="TensorNames.Shapes"/>, no others.
    /// </returns>
    /// <exception cref="ModelFormatException">The file does not hold this model's weights.</exception>
    public static Dictionary<string, TensorEntry> Find(SafetensorsFile file, BertConfig config)
    {
        var tensors = WithoutPrefix(file);
        var expected = TensorNames.Shapes(config);
        foreach (var (name, shape) in expected)
        {
            if (!tensors.TryGetValue(name, out var tensor))
            {
                throw new ModelFormatException(
                    file.Path, name, "a tensor of this name, or with 'bert.' before it", "none");
            }

            if (!TensorType.IsWeight(tensor.Type) || !tensor.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new ModelFormatException(file.Path, tensor.Name,
                    $"F32, F16 or BF16 of shape [{string.Join(", ", shape)}]", $"{tensor.Type} {tensor.ShapeText}");
            }
        }

        tensors.Remove(TensorNames.PositionIds);
        foreach (var (name, tensor) in tensors)
        {
            if (!expected.ContainsKey(name))
            {
                throw new ModelFormatException(file.Path, tensor.Name,
                    $"only tensors of a BertForSequenceClassification of {config.Layers} layers", "this one");
            }
        }

        return tensors;
    }

    private static Dictionary<string, TensorEntry> WithoutPrefix(SafetensorsFile file)
    {
        var tensors = new Dictionary<string, TensorEntry>(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors.Values)
        {
            var hasPrefix = tensor.Name.StartsWith(Prefix, StringComparison.Ordinal);
            var name = hasPrefix ? tensor.Name[Prefix.Length..] : tensor.Name;
            if (!tensors.TryAdd(name, tensor))
            {
                throw new ModelFormatException(file.Path, tensor.Name, "a name with or without 'bert.'", "both");
            }
        }

        return tensors;
    }
}
