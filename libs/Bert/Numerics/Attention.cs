using System.Runtime.CompilerServices;

namespace Moodstream.Bert.Numerics;

/// <summary>Scaled dot-product attention of one sequence and head: softmax(K^T Q / sqrt D) V (Vaswani et al. 2017, eq. 1).</summary>
/// <remarks>
/// Scores stand as [key, query], so that the soft-max runs down the rows and no lane sees another query. Tolerance:
/// 2e-6 of the largest value against double precision.
/// </remarks>
internal static unsafe class Attention<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Rows = Tile<TSimd, TVector>.Rows;

    /// <summary>Attends for the first queries of a sequence.</summary>
    /// <param name="query">[D, tokens] at the sequence's first token.</param>
    /// <param name="key">[D, tokens] at the sequence's first token; up to 11 tokens beyond its last are read.</param>
    /// <param name="value">[D, tokens] at the sequence's first token.</param>
    /// <param name="context">
    /// [D, tokens] at the sequence's first token. Overwritten in whole vectors of tokens and whole tiles of 12 rows:
    /// what lies beyond the sequence or the head, in its neighbours, has to be computed after it.
    /// </param>
    /// <param name="step">Floats from one row to the next in all four.</param>
    /// <param name="tokens">T, tokens of the sequence.</param>
    /// <param name="queries">Queries wanted, 1 to T.</param>
    /// <param name="width">D.</param>
    /// <param name="mask">[T] 1 = attend, 0 = not; or null for all 1.</param>
    /// <param name="scratch">Memory for the scores and the turned values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        float* query, float* key, float* value, float* context, nint step,
        int tokens, int queries, int width, byte* mask, AttentionScratch scratch)
    {
        var scale = 1f / MathF.Sqrt(width);
        var panelWidth = 2 * TSimd.Lanes;
        TurnValues(value, step, tokens, width, scratch);
        for (var first = 0; first < queries; first += panelWidth)
        {
            var vectors = queries - first > TSimd.Lanes ? 2 : 1;
            for (var k = 0; k < tokens; k += Rows)
            {
                var scores = scratch.Scores + (k * panelWidth);
                Tile<TSimd, TVector>.Fill(scratch.Zeros, scores, panelWidth, vectors);
                Tile<TSimd, TVector>.Add(
                    vectors, key + k, step, query + first, step, width, scores, panelWidth, scores, 0);
            }

            for (var v = 0; v < vectors; v++)
            {
                Softmax<TSimd, TVector>.Apply(scratch.Scores + (v * TSimd.Lanes), panelWidth, tokens, scale, mask);
            }

            for (var d = 0; d < width; d += Rows)
            {
                var target = context + (d * step) + first;
                Tile<TSimd, TVector>.Fill(scratch.Zeros, target, step, vectors);
                Tile<TSimd, TVector>.Add(
                    vectors, scratch.Values + d, scratch.ValueStep, scratch.Scores, panelWidth, tokens, target, step,
                    target, 0);
            }
        }
    }

    /// <summary>[D, tokens] to [token, D], whose 12 neighbours in D the tile wants side by side.</summary>
    private static void TurnValues(float* value, nint step, int tokens, int width, AttentionScratch scratch)
    {
        for (var t = 0; t < tokens; t++)
        {
            var target = scratch.Values + (t * scratch.ValueStep);
            for (var d = 0; d < width; d++)
            {
                target[d] = value[(d * step) + t];
            }
        }
    }
}
