using System.Runtime.Intrinsics;
using Moodstream.Bert.Engine;
using Moodstream.Bert.Numerics;
using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Tests.Numerics;

/// <summary>Each function against double precision, to the tolerance its comment states, on every width.</summary>
public sealed unsafe class KernelTests
{
    private const int Most = 512;

    /// <summary>Ordinary values and the ends of the range.</summary>
    private static readonly float[] Values =
        [.. Enumerable.Range(-400, 801).Select(i => i / 40f), 0f, -0f, 1e-30f, 50f, -50f, 1e4f, -1e4f];

    public static TheoryData<int> Widths => [.. VectorWidth.Supported];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Gelu_OverTheRange_IsExact(int width)
    {
        var actual = Map(width, Values, new GeluKernel());

        foreach (var (x, y) in Values.Zip(actual))
        {
            var expected = 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));
            Assert.True(Math.Abs(expected - y) <= 4e-7 * Math.Max(1, Math.Abs(x)), $"gelu({x}) is {y}, not {expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void HyperbolicTangent_OverTheRange_IsExact(int width)
    {
        var actual = Map(width, Values, new TanhKernel());

        foreach (var (x, y) in Values.Zip(actual))
        {
            Assert.True(Math.Abs(Math.Tanh(x) - y) <= 3e-7, $"tanh({x}) is {y}");
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Softmax_OrdinaryAndExtremeScores_SumsToOne(int width)
    {
        foreach (var scores in ScoreSets())
        {
            var actual = Column(width, scores, new SoftmaxKernel());

            var max = scores.Max();
            var sum = scores.Sum(s => Math.Exp(0.5 * ((double)s - max)));
            for (var i = 0; i < scores.Length; i++)
            {
                var expected = Math.Exp(0.5 * ((double)scores[i] - max)) / sum;
                Assert.True(Math.Abs(expected - actual[i]) <= 1e-6, $"row {i}: {actual[i]}, not {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void LayerNorm_OrdinaryAndExtremeRows_IsExact(int width)
    {
        foreach (var row in ScoreSets())
        {
            var actual = Column(width, row, new NormKernel());

            var mean = row.Average(v => (double)v);
            var variance = row.Average(v => (v - mean) * (v - mean));
            double[] expected = [.. row.Select(v => ((v - mean) / Math.Sqrt(variance + 1e-12) * 2) + 0.5)];
            var rounded = 2 * Math.ScaleB(1, -22) * Math.Abs(mean) / Math.Sqrt(variance + 1e-12);
            var tolerance = (1e-5 * expected.Max(Math.Abs)) + rounded;
            Assert.All(expected.Zip(actual), p => Assert.InRange(p.Second, p.First - tolerance, p.First + tolerance));
        }
    }

    private static IEnumerable<float[]> ScoreSets() =>
    [
        [3f],
        [2f, 2f, 2f, 2f, 2f],
        [1e4f, -1e4f, 0f],
        [-1e4f, -1e4f, -9990f],
        [.. Enumerable.Range(0, 77).Select(i => MathF.Sin(i) * 3)],
    ];

    private static float[] Map(int width, float[] values, IKernel kernel)
    {
        var lanes = width / 32;
        var padded = new float[(values.Length + lanes - 1) / lanes * lanes];
        values.CopyTo(padded, 0);
        Run(width, padded, padded.Length / lanes, kernel);
        return padded[..values.Length];
    }

    /// <summary>The same column in every lane; all lanes have to agree.</summary>
    private static float[] Column(int width, float[] column, IKernel kernel)
    {
        var lanes = width / 32;
        float[] data = [.. column.SelectMany(v => Enumerable.Repeat(v, lanes))];
        Run(width, data, column.Length, kernel);
        Assert.All(data.Chunk(lanes), row => Assert.Single(row.Distinct()));
        return [.. data.Chunk(lanes).Select(row => row[0])];
    }

    private static void Run(int width, float[] data, int rows, IKernel kernel)
    {
        fixed (float* at = data)
        {
            switch (width)
            {
                case 512:
                    kernel.Run<Simd512, Vector512<float>>(at, rows);
                    break;
                case 256:
                    kernel.Run<Simd256, Vector256<float>>(at, rows);
                    break;
                default:
                    kernel.Run<Simd128, Vector128<float>>(at, rows);
                    break;
            }
        }
    }

    /// <summary>erf by its Taylor series; in double precision good to 1e-9 where it is used, up to 4.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 4)
        {
            return Math.Sign(x);
        }

        var (term, sum) = (x, x);
        for (var n = 1; n < 120; n++)
        {
            term *= -x * x / n;
            sum += term / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private interface IKernel
    {
        void Run<TSimd, TVector>(float* data, int rows)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct;
    }

    private sealed class GeluKernel : IKernel
    {
        public void Run<TSimd, TVector>(float* data, int rows)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => Gelu<TSimd, TVector>.Apply(data, TSimd.Lanes, rows, vectors: 1);
    }

    private sealed class TanhKernel : IKernel
    {
        public void Run<TSimd, TVector>(float* data, int rows)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => HyperbolicTangent<TSimd, TVector>.Apply(data, rows);
    }

    private sealed class SoftmaxKernel : IKernel
    {
        public void Run<TSimd, TVector>(float* data, int rows)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct => Softmax<TSimd, TVector>.Apply(data, TSimd.Lanes, rows, 0.5f, mask: null);
    }

    private sealed class NormKernel : IKernel
    {
        public void Run<TSimd, TVector>(float* data, int rows)
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var gain = stackalloc float[Most];
            var shift = stackalloc float[Most];
            new Span<float>(gain, Most).Fill(2);
            new Span<float>(shift, Most).Fill(0.5f);
            LayerNorm<TSimd, TVector>.Apply(data, null, TSimd.Lanes, rows, new NormWeights(gain, shift), 1e-12f);
        }
    }
}
