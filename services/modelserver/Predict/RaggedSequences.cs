using Moodstream.ModelServer.Batching;

namespace Moodstream.ModelServer.Predict;

/// <summary>Takes the padding out of a rectangle of token ids, so that it costs no room in a batch and no time.</summary>
internal static class RaggedSequences
{
    /// <summary>Cuts each row behind the last id whose mask is not 0; a row of zeros alone keeps its length.</summary>
    /// <param name="idsBT">[B, T]</param>
    /// <param name="maskBT">[B, T]; whatever is not 0 attends, as in TensorFlow's graph.</param>
    /// <param name="segmentsBT">[B, T]</param>
    /// <param name="sequences">B, 0 or more.</param>
    /// <param name="length">T, 1 or more.</param>
    public static TokenSequences Of(
        ReadOnlySpan<int> idsBT, ReadOnlySpan<int> maskBT, ReadOnlySpan<int> segmentsBT, int sequences, int length)
    {
        var lengths = new int[sequences];
        var tokens = 0;
        for (var i = 0; i < sequences; i++)
        {
            var end = maskBT.Slice(i * length, length).LastIndexOfAnyExcept(0) + 1;
            lengths[i] = end == 0 ? length : end;
            tokens += lengths[i];
        }

        return new TokenSequences
        {
            Ids = Gather(idsBT, lengths, length, tokens),
            Lengths = lengths,
            SegmentIds = segmentsBT.ContainsAnyExcept(0) ? Gather(segmentsBT, lengths, length, tokens) : null,
            Mask = HasHoles(maskBT, lengths, length) ? Binary(Gather(maskBT, lengths, length, tokens)) : null,
        };
    }

    private static bool HasHoles(ReadOnlySpan<int> maskBT, int[] lengths, int length)
    {
        for (var i = 0; i < lengths.Length; i++)
        {
            if (maskBT.Slice(i * length, lengths[i]).Contains(0))
            {
                return true;
            }
        }

        return false;
    }

    private static int[] Gather(ReadOnlySpan<int> valuesBT, int[] lengths, int length, int tokens)
    {
        var gathered = new int[tokens];
        var end = 0;
        for (var i = 0; i < lengths.Length; i++)
        {
            valuesBT.Slice(i * length, lengths[i]).CopyTo(gathered.AsSpan(end));
            end += lengths[i];
        }

        return gathered;
    }

    private static int[] Binary(int[] mask)
    {
        for (var i = 0; i < mask.Length; i++)
        {
            mask[i] = mask[i] == 0 ? 0 : 1;
        }

        return mask;
    }
}
