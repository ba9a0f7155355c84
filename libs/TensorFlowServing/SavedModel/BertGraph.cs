using Moodstream.Bert;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.TensorFlowServing.SavedModel;

/// <summary>
/// BertForSequenceClassification (Devlin et al. 2019; modeling_bert.py of transformers) in TensorFlow's operations:
/// exact GELU, absolute positions, a mask of any pattern.
/// </summary>
/// <remarks>
/// B batch, S sequence, H hidden, A heads, D = H / A. Operations are chosen so that TensorFlow's optimiser fuses them
/// (BiasAdd and not AddV2 behind a MatMul), and so that it refuses what is out of range: a sequence with more tokens
/// than there are positions fails in a gather.
/// </remarks>
internal sealed class BertGraph
{
    private readonly GraphBuilder _graph = new();
    private readonly BertCheckpoint _checkpoint;
    private readonly bool _isHalf;

    private BertGraph(BertCheckpoint checkpoint, bool isHalf)
    {
        _checkpoint = checkpoint;
        _isHalf = isHalf;
    }

    private BertConfig Config => _checkpoint.Config;

    /// <summary>Builds the graph.</summary>
    /// <param name="checkpoint">The model.</param>
    /// <param name="columns">S where it is fixed; null where it is free.</param>
    /// <param name="isHalf">Whether matrices are stored in half precision even where the checkpoint has more.</param>
    /// <returns>Its nodes, each after those it reads.</returns>
    public static IReadOnlyList<GraphNode> Build(BertCheckpoint checkpoint, int? columns, bool isHalf)
    {
        var graph = new BertGraph(checkpoint, isHalf);
        graph.Build(columns ?? -1);
        return graph._graph.Nodes;
    }

    private void Build(int columns)
    {
        var ids = _graph.Placeholder(PredictSignature.InputIds, -1, columns);
        var mask = _graph.Placeholder(PredictSignature.InputMask, -1, columns);
        var segments = _graph.Placeholder(PredictSignature.SegmentIds, -1, columns);
        var shape = _graph.Shape("shape", ids);
        var batch = _graph.Element("batch", shape, 0);
        var sequence = _graph.Element("seq", shape, 1);
        var sizes = new Sizes(
            _graph.Pack("heads_shape", batch, sequence, _graph.Integer(Config.Heads), _graph.Integer(Config.HeadWidth)),
            _graph.Pack("mask_shape", batch, _graph.Integer(1), _graph.Integer(1), sequence),
            _graph.Pack("sequence_shape", batch, sequence, _graph.Integer(Config.Hidden)),
            _graph.Vector(-1, Config.Hidden));
        var additiveMask = Mask(mask, sizes);
        var x = Embeddings(ids, segments, sequence, sizes);
        for (var i = 0; i < Config.Layers; i++)
        {
            x = Layer($"bert/layer_{i}", $"encoder.layer.{i}", x, additiveMask, sizes);
        }

        Head(x, sizes);
    }

    /// <summary>
    /// 0 where a token counts and the lowest number where not, [B, 1, 1, S]; minus infinity would make 0 × ∞.
    /// </summary>
    private string Mask(string mask, Sizes sizes)
    {
        var attend = _graph.Cast("mask/attend", mask, DataType.DtInt32, DataType.DtBool);
        var number = _graph.Cast("mask/float", attend, DataType.DtBool, DataType.DtFloat);
        var inverted = _graph.Binary("Sub", "mask/inverted", _graph.Number("one", 1), number);
        var additive = _graph.Binary("Mul", "mask/additive", inverted, _graph.Number("min", float.MinValue));
        return _graph.Reshape("mask/out", additive, sizes.Mask);
    }

    /// <summary>[B × S, H].</summary>
    private string Embeddings(string ids, string segments, string sequence, Sizes sizes)
    {
        const string Name = "bert/embeddings";
        var positions = _graph.Range($"{Name}/positions", sequence);
        var word = Lookup($"{Name}/word", "word_embeddings", ids);
        var segment = Lookup($"{Name}/token_type", "token_type_embeddings", segments);
        var position = Lookup($"{Name}/position", "position_embeddings", positions);
        var both = _graph.Binary("AddV2", $"{Name}/word_type", word, segment);
        var sum = _graph.Binary("AddV2", $"{Name}/sum", both, position);
        var norm = LayerNorm($"{Name}/LayerNorm", "embeddings.LayerNorm", sum);
        return _graph.Reshape($"{Name}/flat", norm, sizes.Rows);
    }

    /// <summary>An encoder layer, [B × S, H] to the same.</summary>
    private string Layer(string name, string tensors, string x, string mask, Sizes sizes)
    {
        var context = SelfAttention(name, $"{tensors}.attention.self", x, mask, sizes);
        var attention = Dense($"{name}/attention_output", $"{tensors}.attention.output.dense", context);
        var attended = _graph.Binary("AddV2", $"{name}/attention_residual", attention, x);
        var middle = LayerNorm($"{name}/attention_norm", $"{tensors}.attention.output.LayerNorm", attended);
        var intermediate = Dense($"{name}/intermediate", $"{tensors}.intermediate.dense", middle);
        var output = Dense($"{name}/output", $"{tensors}.output.dense", Gelu($"{name}/gelu", intermediate));
        var sum = _graph.Binary("AddV2", $"{name}/output_residual", output, middle);
        return LayerNorm($"{name}/output_norm", $"{tensors}.output.LayerNorm", sum);
    }

    /// <summary>Scaled dot-product attention of all heads (Vaswani et al. 2017, eq. 1), [B × S, H].</summary>
    private string SelfAttention(string name, string tensors, string x, string mask, Sizes sizes)
    {
        var scale = _graph.Number("head_scale", (float)(1 / Math.Sqrt(Config.HeadWidth)));
        var query = Heads("query");
        var key = Heads("key");
        var value = Heads("value");
        var scaled = _graph.Binary("Mul", $"{name}/query/scaled", query, scale);
        var scores = _graph.BatchMatMul($"{name}/scores", scaled, key, transposeY: true);
        var masked = _graph.Binary("AddV2", $"{name}/masked", scores, mask);
        var weights = _graph.Unary("Softmax", $"{name}/weights", masked);
        var context = _graph.BatchMatMul($"{name}/context", weights, value, transposeY: false);
        var merged = _graph.Transpose($"{name}/merged", context, _graph.Vector(0, 2, 1, 3));
        return _graph.Reshape($"{name}/flat", merged, sizes.Rows);

        // [B, A, S, D]
        string Heads(string part)
        {
            var flat = Dense($"{name}/{part}", $"{tensors}.{part}", x);
            var split = _graph.Reshape($"{name}/{part}/split", flat, sizes.Heads);
            return _graph.Transpose($"{name}/{part}/heads", split, _graph.Vector(0, 2, 1, 3));
        }
    }

    /// <summary>x/2 (1 + erf(x/√2)), the exact form (Hendrycks and Gimpel 2016).</summary>
    private string Gelu(string name, string x)
    {
        var scaled = _graph.Binary("Mul", $"{name}/scaled", x, _graph.Number("sqrt_half", (float)Math.Sqrt(0.5)));
        var erf = _graph.Unary("Erf", $"{name}/erf", scaled);
        var plusOne = _graph.Binary("AddV2", $"{name}/plus_one", erf, _graph.Number("one", 1));
        var halfX = _graph.Binary("Mul", $"{name}/half_x", x, _graph.Number("half", 0.5f));
        return _graph.Binary("Mul", $"{name}/out", halfX, plusOne);
    }

    private void Head(string x, Sizes sizes)
    {
        var output = _graph.Reshape("bert/sequence_output", x, sizes.Sequence);
        var first = _graph.FirstOfSecondAxis("bert/first_token", output);
        var pooled = _graph.Unary("Tanh", "bert/pooled_output", Dense("bert/pooler", "pooler.dense", first));
        var logits = _graph.Unary("Identity", PredictSignature.Logits, Dense("classifier", "classifier", pooled));
        _graph.Unary("Softmax", PredictSignature.Probabilities, logits);
        _graph.ArgMax(PredictSignature.PredictedLabels, logits);
    }

    /// <summary>x Wᵀ + b; the weights stay [outputs, inputs], as they are in the checkpoint.</summary>
    private string Dense(string name, string tensor, string x)
    {
        var kernel = Matrix($"{name}/kernel", $"{tensor}.weight");
        var product = _graph.MatMulTransposed($"{name}/MatMul", x, kernel);
        return _graph.BiasAdd($"{name}/BiasAdd", product, Vector($"{name}/bias", $"{tensor}.bias"));
    }

    /// <summary>(x − mean) / √(variance + ε) γ + β over the last axis (Ba et al. 2016).</summary>
    private string LayerNorm(string name, string tensor, string x)
    {
        var lastAxis = _graph.Vector(-1);
        var epsilon = _graph.Number("eps", Config.LayerNormEpsilon);
        var gamma = Vector($"{name}/gamma", $"{tensor}.weight");
        var beta = Vector($"{name}/beta", $"{tensor}.bias");
        var mean = _graph.Mean($"{name}/mean", x, lastAxis);
        var squares = _graph.Binary("SquaredDifference", $"{name}/sqdiff", x, mean);
        var variance = _graph.Mean($"{name}/variance", squares, lastAxis);
        var sum = _graph.Binary("AddV2", $"{name}/var_eps", variance, epsilon);
        var scale = _graph.Unary("Rsqrt", $"{name}/rsqrt", sum);
        var centred = _graph.Binary("Sub", $"{name}/centred", x, mean);
        var normal = _graph.Binary("Mul", $"{name}/normal", centred, scale);
        var scaled = _graph.Binary("Mul", $"{name}/scaled", normal, gamma);
        return _graph.Binary("AddV2", $"{name}/out", scaled, beta);
    }

    /// <summary>Rows of an embedding; of a half table only the rows are widened, not the table.</summary>
    private string Lookup(string name, string tensor, string rows)
    {
        var stored = _checkpoint.Tensors[$"embeddings.{tensor}.weight"];
        var type = StoredType(stored);
        var table = _graph.Weight($"{name}/table", stored, type);
        return type == DataType.DtHalf
            ? Widen(name, _graph.Gather(HalfOf(name), table, type, rows))
            : _graph.Gather(name, table, type, rows);
    }

    private string Matrix(string name, string tensor)
    {
        var stored = _checkpoint.Tensors[tensor];
        var type = StoredType(stored);
        return type == DataType.DtHalf
            ? Widen(name, _graph.Weight(HalfOf(name), stored, type))
            : _graph.Weight(name, stored, type);
    }

    private string Vector(string name, string tensor) =>
        _graph.Weight(name, _checkpoint.Tensors[tensor], DataType.DtFloat);

    private string Widen(string name, string halves) => _graph.Cast(name, halves, DataType.DtHalf, DataType.DtFloat);

    private DataType StoredType(BertTensor tensor) =>
        _isHalf || tensor.Type == WeightType.F16 ? DataType.DtHalf : DataType.DtFloat;

    private static string HalfOf(string name) => $"{name}/half";

    /// <summary>Shapes that several nodes read.</summary>
    /// <param name="Heads">[B, S, A, D]</param>
    /// <param name="Mask">[B, 1, 1, S]</param>
    /// <param name="Sequence">[B, S, H]</param>
    /// <param name="Rows">[-1, H]</param>
    private sealed record Sizes(string Heads, string Mask, string Sequence, string Rows);
}
