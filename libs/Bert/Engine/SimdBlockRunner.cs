using System.Runtime.CompilerServices;
using Moodstream.Bert.Numerics;
using Moodstream.Bert.Weights;

namespace Moodstream.Bert.Engine;

/// <summary>The forward pass (Devlin et al. 2018; transformers, modeling_bert.py) for one vector width.</summary>
/// <remarks>
/// Only the first token of a sequence is read after the last layer, so there queries and all that follows attention
/// are computed for these alone.
/// </remarks>
internal sealed unsafe class SimdBlockRunner<TSimd, TVector>(BertConfig config, BertWeights weights) : BlockRunner
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly Workspace _space = new(
        config, Math.Max(BatchPlan.MostBlockTokens, config.MaxPositions), 2 * TSimd.Lanes);

    private static int PanelWidth => 2 * TSimd.Lanes;

    public override void Run(BatchPlan plan, int block, float* logitsBC)
    {
        var sequences = plan.Block(block);
        var tokens = 0;
        foreach (var sequence in sequences)
        {
            tokens += sequence.Tokens;
        }

        Embed(plan, sequences, tokens);
        var last = weights.Layers.Length - 1;
        for (var i = 0; i < last; i++)
        {
            RunLayer(weights.Layers[i], plan, sequences, tokens);
        }

        RunLastLayer(weights.Layers[last], plan, sequences, tokens);
        Classify(sequences.Length, logitsBC + ((long)plan.FirstSequence(block) * config.Labels.Count));
    }

    public override void Dispose() => _space.Dispose();

    private void Embed(BatchPlan plan, ReadOnlySpan<Sequence> sequences, int tokens)
    {
        var token = 0;
        foreach (var sequence in sequences)
        {
            var ids = plan.Ids(sequence);
            var segments = plan.Segments(sequence);
            for (var position = 0; position < ids.Length; position++, token++)
            {
                EmbedToken(ids[position], position, segments[position], Column(_space.X, token));
            }
        }

        // The lanes beyond the last token: zeros stay small all the way.
        for (; token % TSimd.Lanes != 0; token++)
        {
            var column = Column(_space.X, token);
            for (nint f = 0; f < config.Hidden; f++)
            {
                column[f * PanelWidth] = 0;
            }
        }

        AddNormalised(_space.X, null, tokens, weights.EmbeddingNorm);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EmbedToken(int id, int position, int segment, float* column)
    {
        var hidden = config.Hidden;
        var word = _space.EmbeddingRow;
        weights.Words.Read(id, new Span<float>(word, hidden));
        var place = weights.Positions + ((long)position * hidden);
        var kind = weights.Segments + ((long)segment * hidden);
        nint step = PanelWidth;
        for (nint f = 0; f < hidden; f++)
        {
            column[f * step] = word[f] + kind[f] + place[f];
        }
    }

    private void RunLayer(LayerWeights layer, BatchPlan plan, ReadOnlySpan<Sequence> sequences, int tokens)
    {
        var context = _space.Context(tokens);
        Product(layer.Query, _space.X, _space.Query(tokens), tokens);
        Product(layer.Key, _space.X, _space.Key(tokens), tokens);
        Product(layer.Value, _space.X, _space.Value(tokens), tokens);
        Attend(plan, sequences, tokens, firstQueryOnly: false);
        Finish(layer, _space.X, context, tokens);
    }

    private void RunLastLayer(LayerWeights layer, BatchPlan plan, ReadOnlySpan<Sequence> sequences, int tokens)
    {
        var query = _space.Query(tokens);
        var context = _space.Context(tokens);
        Product(layer.Key, _space.X, _space.Key(tokens), tokens);
        Product(layer.Value, _space.X, _space.Value(tokens), tokens);
        GatherFirst(_space.X, _space.First, sequences);
        Product(layer.Query, _space.First, _space.Y, sequences.Length);
        var token = 0;
        for (var i = 0; i < sequences.Length; i++)
        {
            CopyColumn(Column(_space.Y, i), PanelWidth, Column(query, token), query.RowStep);
            token += sequences[i].Tokens;
        }

        Attend(plan, sequences, tokens, firstQueryOnly: true);
        GatherFirst(context, _space.FirstContext, sequences);
        Finish(layer, _space.First, _space.FirstContext, sequences.Length);
    }

    /// <summary>What follows attention in a layer: x becomes the layer's output.</summary>
    private void Finish(LayerWeights layer, TokenMatrix x, TokenMatrix context, int tokens)
    {
        Product(layer.AttentionOutput, context, _space.Y, tokens);
        AddNormalised(x, _space.Y, tokens, layer.AttentionNorm);
        Product(layer.Intermediate, x, _space.Wide, tokens, gelu: true);
        Product(layer.Output, _space.Wide, _space.Y, tokens);
        AddNormalised(x, _space.Y, tokens, layer.OutputNorm);
    }

    /// <remarks>Sequences and heads in ascending order, as <see cref="Attention{TSimd, TVector}"/> demands.</remarks>
    private void Attend(BatchPlan plan, ReadOnlySpan<Sequence> sequences, int tokens, bool firstQueryOnly)
    {
        var query = _space.Query(tokens);
        var key = _space.Key(tokens);
        var value = _space.Value(tokens);
        var context = _space.Context(tokens);
        var token = 0;
        foreach (var sequence in sequences)
        {
            fixed (byte* mask = sequence.HasHoles ? plan.Mask(sequence) : [])
            {
                for (var head = 0; head < config.Heads; head++)
                {
                    var offset = (head * config.HeadWidth * query.RowStep) + token;
                    Attention<TSimd, TVector>.Run(
                        query.At(0, 0) + offset, key.At(0, 0) + offset, value.At(0, 0) + offset,
                        context.At(0, 0) + offset, query.RowStep, sequence.Tokens,
                        firstQueryOnly ? 1 : sequence.Tokens, config.HeadWidth, mask, _space.Attention);
                }
            }

            token += sequence.Tokens;
        }
    }

    /// <summary>Pooler and classifier over the first tokens.</summary>
    private void Classify(int sequences, float* logitsBC)
    {
        Product(weights.Pooler, _space.First, _space.Y, sequences);
        for (var i = 0; i < sequences; i += PanelWidth)
        {
            HyperbolicTangent<TSimd, TVector>.Apply(_space.Y.At(i / PanelWidth, 0), 2 * config.Hidden);
        }

        Product(weights.Classifier, _space.Y, _space.Wide, sequences);
        for (var i = 0; i < sequences; i++)
        {
            CopyColumn(Column(_space.Wide, i), PanelWidth, logitsBC + ((long)i * config.Labels.Count), 1, config.Labels.Count);
        }
    }

    private void GatherFirst(TokenMatrix from, TokenMatrix to, ReadOnlySpan<Sequence> sequences)
    {
        var token = 0;
        for (var i = 0; i < sequences.Length; i++)
        {
            CopyColumn(Column(from, token), from.RowStep, Column(to, i), to.RowStep);
            token += sequences[i].Tokens;
        }
    }

    private void CopyColumn(float* from, nint fromStep, float* to, nint toStep) =>
        CopyColumn(from, fromStep, to, toStep, config.Hidden);

    private static void CopyColumn(float* from, nint fromStep, float* to, nint toStep, int rows)
    {
        for (nint f = 0; f < rows; f++)
        {
            to[f * toStep] = from[f * fromStep];
        }
    }

    private static float* Column(TokenMatrix matrix, int token) =>
        matrix.At(token / PanelWidth, 0) + (token % PanelWidth);

    private static void Product(in PackedMatrix matrix, TokenMatrix x, TokenMatrix y, int tokens, bool gelu = false) =>
        MatrixProduct<TSimd, TVector>.Run(matrix, x, y, tokens, gelu);

    private void AddNormalised(TokenMatrix x, TokenMatrix? added, int tokens, NormWeights norm)
    {
        for (var token = 0; token < tokens; token += TSimd.Lanes)
        {
            var column = Column(x, token);
            var other = added is { } matrix ? Column(matrix, token) : null;
            LayerNorm<TSimd, TVector>.Apply(column, other, PanelWidth, config.Hidden, norm, config.LayerNormEpsilon);
        }
    }
}
