using System.Buffers;
using System.Numerics;
using Google.Protobuf.Collections;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.Client;

/// <summary>A ragged batch as rectangles: ids, mask and segments, [B, T] each. T is the length padded to.</summary>
internal static class PaddedTokens
{
    public static void AddTo(
        MapField<string, TensorProto> inputs,
        ClassifierSignature signature,
        ReadOnlySpan<int> tokenIds,
        ReadOnlySpan<int> lengths)
    {
        var padded = PaddedLength(signature, tokenIds.Length, lengths);
        inputs.Add(signature.Ids.Alias, Tensor(signature.Ids.Type, Content.Ids, tokenIds, lengths, padded));
        inputs.Add(signature.Mask.Alias, Tensor(signature.Mask.Type, Content.Mask, tokenIds, lengths, padded));
        if (signature.Segments is { } segments)
        {
            inputs.Add(segments.Alias, Tensor(segments.Type, Content.Segments, tokenIds, lengths, padded));
        }
    }

    private static int PaddedLength(ClassifierSignature signature, int tokens, ReadOnlySpan<int> lengths)
    {
        var sum = 0L;
        var longest = 0;
        foreach (var length in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(length, 1, nameof(lengths));
            sum += length;
            longest = Math.Max(longest, length);
        }

        if (longest == 0 || sum != tokens)
        {
            throw new ArgumentException($"expected lengths that sum to the {tokens} ids, got {sum}", nameof(lengths));
        }

        return longest <= (signature.Length ?? longest)
            ? signature.Length ?? longest
            : throw new ArgumentException(
                $"expected sequences of at most {signature.Length} ids, got {longest}", nameof(lengths));
    }

    private static TensorProto Tensor(
        DataType type, Content content, ReadOnlySpan<int> tokenIds, ReadOnlySpan<int> lengths, int padded)
    {
        var values = checked(lengths.Length * padded);
        if (type is DataType.DtInt64)
        {
            using var wide = MemoryPool<long>.Shared.Rent(values);
            var valuesBT = wide.Memory.Span[..values];
            Fill(valuesBT, content, tokenIds, lengths, padded);
            return TensorWriter.Of(valuesBT, lengths.Length, padded);
        }

        using var narrow = MemoryPool<int>.Shared.Rent(values);
        var narrowBT = narrow.Memory.Span[..values];
        Fill(narrowBT, content, tokenIds, lengths, padded);
        return TensorWriter.Of(narrowBT, TensorEncoding.Content, lengths.Length, padded);
    }

    private static void Fill<T>(
        Span<T> valuesBT, Content content, ReadOnlySpan<int> tokenIds, ReadOnlySpan<int> lengths, int padded)
        where T : struct, INumberBase<T>
    {
        valuesBT.Clear();
        if (content is Content.Segments)
        {
            return; // A post is one segment, 0.
        }

        var start = 0;
        for (var b = 0; b < lengths.Length; b++)
        {
            var row = valuesBT.Slice(b * padded, lengths[b]);
            if (content is Content.Mask)
            {
                row.Fill(T.One);
            }
            else
            {
                for (var t = 0; t < row.Length; t++)
                {
                    row[t] = T.CreateTruncating(tokenIds[start + t]);
                }
            }

            start += lengths[b];
        }
    }

    private enum Content
    {
        Ids,
        Mask,
        Segments,
    }
}
