using System.Runtime.CompilerServices;
using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Numerics;

/// <summary>y = W x + b for the tokens of a block; optionally their GELU.</summary>
/// <remarks>
/// Loops as in Goto and van de Geijn 2008 with the operands' roles turned: a strip of 12 weight rows is read from
/// memory once per block and stays in the first-level cache while the block's panels stream past it from the second;
/// meanwhile, panel by panel, the next strip is fetched, without which processors wait for memory a fifth of the time.
/// An element is one chain: its bias, then the products in the order of the inputs. Tolerance against double
/// precision: 1e-6 of the sum of the products' magnitudes, for up to 4096 inputs.
/// </remarks>
internal static unsafe class MatrixProduct<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// Inputs per pass: a strip of 384 x 12 takes 18 KB of the first-level cache. Partial sums wait in y between
    /// passes, which loses nothing.
    /// </summary>
    private const int MostDepth = 384;

    /// <summary>Multiplies.</summary>
    /// <param name="matrix">W and b.</param>
    /// <param name="x">[inputs, tokens]</param>
    /// <param name="y">[outputs, tokens] with room for whole strips of rows and whole vectors of tokens; overwritten.</param>
    /// <param name="tokens">Tokens of the block, 1 or more.</param>
    /// <param name="gelu">Whether y becomes GELU(y).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in PackedMatrix matrix, TokenMatrix x, TokenMatrix y, int tokens, bool gelu = false)
    {
        const int Rows = PackedMatrix.StripRows;
        var panelWidth = 2 * TSimd.Lanes;
        var panels = (tokens + panelWidth - 1) / panelWidth;
        nint aheadStep = (Rows + panels - 1) / panels;
        for (var start = 0; start < matrix.Inputs; start += MostDepth)
        {
            var depth = Math.Min(MostDepth, matrix.Inputs - start);
            var last = start + depth == matrix.Inputs;
            for (var strip = 0; strip < matrix.Strips; strip++)
            {
                var w = matrix.Weights + ((((long)strip * matrix.Inputs) + start) * Rows);
                var bias = matrix.Bias + (strip * Rows);
                for (var token = 0; token < tokens; token += panelWidth)
                {
                    var vectors = tokens - token > TSimd.Lanes ? 2 : 1;
                    var panel = token / panelWidth;
                    var source = x.At(panel, start);
                    var target = y.At(panel, strip * Rows);
                    var ahead = w + ((long)matrix.Inputs * Rows) + (panel * depth * aheadStep);
                    if (start == 0)
                    {
                        Tile<TSimd, TVector>.Fill(bias, target, y.RowStep, vectors);
                    }

                    Tile<TSimd, TVector>.Add(
                        vectors, w, Rows, source, x.RowStep, depth, target, y.RowStep, ahead, aheadStep);
                    if (gelu && last)
                    {
                        Gelu<TSimd, TVector>.Apply(target, y.RowStep, Rows, vectors);
                    }
                }
            }
        }
    }
}
