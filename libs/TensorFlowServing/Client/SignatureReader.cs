using System.Globalization;
using Google.Protobuf.Collections;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Client;

/// <summary>Matches a signature's inputs and outputs against the names that exporters of BERT give them.</summary>
internal static class SignatureReader
{
    private const int LongestSequence = 1 << 17;

    // Ours and the first BERT's, then those of Hugging Face.
    private static readonly string[] Ids = [PredictSignature.InputIds];
    private static readonly string[] Masks = [PredictSignature.InputMask, "attention_mask"];
    private static readonly string[] Segments = [PredictSignature.SegmentIds, "token_type_ids"];

    // From the one that says most to the one that says least.
    private static readonly (string Alias, ClassOutputKind Kind)[] Outputs =
    [
        (PredictSignature.Probabilities, ClassOutputKind.Probabilities),
        (PredictSignature.Logits, ClassOutputKind.Logits),
        (PredictSignature.PredictedLabels, ClassOutputKind.ClassIds),
        ("predicted_labels", ClassOutputKind.ClassIds),
        ("class_ids", ClassOutputKind.ClassIds),
    ];

    public static ClassifierSignature Read(string name, SignatureDef definition)
    {
        var inputs = definition.Inputs;
        var ids = Find(name, inputs, Ids) ?? throw Missing(name, "input", inputs, Ids);
        var mask = Find(name, inputs, Masks) ?? throw Missing(name, "input", inputs, Masks);
        var segments = Find(name, inputs, Segments);
        string?[] used = [ids.Alias, mask.Alias, segments?.Alias];
        if (inputs.Keys.FirstOrDefault(alias => !used.Contains(alias)) is { } unknown)
        {
            throw new UnusableSignatureException(
                $"signature {name}: expected the inputs ids, mask and segments alone, "
                + $"got {unknown} beside {string.Join(", ", used.OfType<string>())}");
        }

        return new ClassifierSignature
        {
            Name = name,
            Ids = ids,
            Mask = mask,
            Segments = segments,
            Length = Length(name, inputs),
            Output = Output(name, definition.Outputs),
        };
    }

    /// <summary>Whether an output may have a type.</summary>
    public static bool Takes(ClassOutputKind kind, DataType type) => kind switch
    {
        // bfloat16 has too few digits for rows that sum to 1.
        ClassOutputKind.Probabilities => type is DataType.DtFloat or DataType.DtDouble or DataType.DtHalf,
        ClassOutputKind.Logits =>
            type is DataType.DtFloat or DataType.DtDouble or DataType.DtHalf or DataType.DtBfloat16,
        _ => type is DataType.DtInt32 or DataType.DtInt64,
    };

    private static TokenInput? Find(string name, MapField<string, TensorInfo> inputs, string[] aliases)
    {
        foreach (var alias in aliases)
        {
            if (inputs.TryGetValue(alias, out var info))
            {
                return info.Dtype is DataType.DtInt32 or DataType.DtInt64
                    ? new TokenInput(alias, info.Dtype)
                    : throw new UnusableSignatureException(
                        $"signature {name}: expected {alias} as int32 or int64, got {TensorReader.NameOf(info.Dtype)}");
            }
        }

        return null;
    }

    // The length that one input fixes holds for all: they are tensors of one shape.
    private static int? Length(string name, MapField<string, TensorInfo> inputs)
    {
        int? length = null;
        foreach (var (alias, info) in inputs)
        {
            var fixedLength = Length(name, alias, info.TensorShape);
            if (fixedLength is not null && length is not null && fixedLength != length)
            {
                throw new UnusableSignatureException(
                    $"signature {name}: expected inputs of one length, got {length} and {fixedLength} ({alias})");
            }

            length ??= fixedLength;
        }

        return length;
    }

    private static int? Length(string name, string alias, TensorShapeProto? shape)
    {
        if (shape is null or { UnknownRank: true })
        {
            return null;
        }

        long[] dimensions = [.. shape.Dim.Select(d => d.Size)];
        return dimensions is [-1, -1 or (> 0 and <= LongestSequence)]
            ? dimensions[1] < 0 ? null : (int)dimensions[1]
            : throw new UnusableSignatureException(
                $"signature {name}: expected {alias} of the shape [-1,-1] or [-1,T], got {Format(dimensions)}");
    }

    private static ClassOutput Output(string name, MapField<string, TensorInfo> outputs)
    {
        foreach (var (alias, kind) in Outputs)
        {
            if (outputs.TryGetValue(alias, out var info))
            {
                return Takes(kind, info.Dtype)
                    ? new ClassOutput(alias, kind)
                    : throw new UnusableSignatureException(
                        $"signature {name}: expected {alias} as {Types(kind)}, got {TensorReader.NameOf(info.Dtype)}");
            }
        }

        throw Missing(name, "output", outputs, Outputs.Select(o => o.Alias));
    }

    /// <summary>The types an output may have, for a person.</summary>
    public static string Types(ClassOutputKind kind) => kind switch
    {
        ClassOutputKind.Probabilities => "float, double or half",
        ClassOutputKind.Logits => "float, double, half or bfloat16",
        _ => "int32 or int64",
    };

    private static UnusableSignatureException Missing(
        string name, string what, MapField<string, TensorInfo> got, IEnumerable<string> aliases) => new(
        $"signature {name}: expected the {what} {string.Join(" or ", aliases)}, "
        + $"got {(got.Count == 0 ? "none" : string.Join(", ", got.Keys.Order(StringComparer.Ordinal)))}");

    private static string Format(long[] dimensions) =>
        $"[{string.Join(',', dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture)))}]";
}
