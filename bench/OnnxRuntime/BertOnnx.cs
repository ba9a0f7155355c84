using static Moodstream.Bench.OnnxRuntime.OnnxAttribute;

namespace Moodstream.Bench.OnnxRuntime;

/// <summary>
/// Writes BERT for sequence classification (Devlin et al. 2019) as ONNX: inputs input_ids, attention_mask and
/// token_type_ids [batch, sequence], output logits [batch, classes].
/// </summary>
internal sealed class BertOnnx
{
    private const string Embeddings = "bert.embeddings.";
    private const string Encoder = "bert.encoder.layer.";

    private readonly OnnxGraph _graph = new();
    private readonly BertWeights _weights;

    private BertOnnx(BertWeights weights) => _weights = weights;

    /// <summary>Writes one variant of the model in a folder.</summary>
    public static void Write(string modelFolder, OnnxVariant variant, string path)
    {
        var model = new BertOnnx(BertWeights.Read(modelFolder));
        model.Build(variant);
        model._graph.Save(path);
    }

    private void Build(OnnxVariant variant)
    {
        string[] inputs = ["input_ids", "attention_mask", "token_type_ids"];
        foreach (var input in inputs)
        {
            _graph.Input(input);
        }

        var states = variant == OnnxVariant.Fused ? FusedEncoder() : PlainEncoder(variant == OnnxVariant.ClsOnly);
        var cls = _graph.Node("Gather", [states, _graph.Integers("zero", [0])], [Integer("axis", 1)]);
        var pooled = _graph.Node("Tanh", [Gemm(cls, "bert.pooler.dense")]);
        var classes = _weights.Get("classifier.bias").Values.Length;
        _graph.Node("Gemm", [pooled, Matrix("classifier.weight"), Vector("classifier.bias")], output: "logits");
        _graph.Output("logits", classes);
    }

    private string PlainEncoder(bool clsOnly)
    {
        var mask = _graph.Node("Unsqueeze", ["attention_mask", _graph.Integers("axes_1_2", [1, 2], 2)]);
        mask = _graph.Node("Cast", [mask], [Integer("to", 1)]);
        mask = _graph.Node("Sub", [Scalar("one", 1), mask]);
        mask = _graph.Node("Mul", [mask, Scalar("masked", float.MinValue)]);

        var length = _graph.Node("Shape", ["input_ids"], [Integer("start", 1)]);
        var positions = _graph.Node("Range", [
            _graph.Integers("zero", [0]), _graph.Node("Squeeze", [length]), _graph.Integers("step", [1])]);
        var words = _graph.Node("Gather", [Stored(Embeddings + "word_embeddings.weight"), "input_ids"]);
        var types = _graph.Node("Gather", [Stored(Embeddings + "token_type_embeddings.weight"), "token_type_ids"]);
        var places = _graph.Node("Gather", [Stored(Embeddings + "position_embeddings.weight"), positions]);
        var states = _graph.Node("Add", [_graph.Node("Add", [words, types]), places]);
        states = Normalised(states, Embeddings + "LayerNorm");
        for (var layer = 0; layer < _weights.Layers; layer++)
        {
            states = PlainLayer($"{Encoder}{layer}.", states, mask, clsOnly && layer == _weights.Layers - 1);
        }

        return states;
    }

    private string PlainLayer(string layer, string states, string mask, bool clsOnly)
    {
        // Behind the last layer only the first token is read, so only its row need be asked for.
        var asking = clsOnly
            ? _graph.Node("Slice", [states, _graph.Integers("at_0", [0], 1), One, One])
            : states;
        var query = Heads(Dense(asking, $"{layer}attention.self.query"), 0, 2, 1, 3);
        var key = Heads(Dense(states, $"{layer}attention.self.key"), 0, 2, 3, 1);
        var value = Heads(Dense(states, $"{layer}attention.self.value"), 0, 2, 1, 3);
        var scores = _graph.Node("MatMul", [query, key]);
        scores = _graph.Node("Div", [scores, Scalar("root", MathF.Sqrt(_weights.Hidden / _weights.Heads))]);
        scores = _graph.Node("Softmax", [_graph.Node("Add", [scores, mask])], [Integer("axis", -1)]);
        var context = _graph.Node("MatMul", [scores, value]);
        context = _graph.Node("Transpose", [context], [Integers("perm", 0, 2, 1, 3)]);
        context = _graph.Node("Reshape", [context, _graph.Integers("joined", [0, 0, _weights.Hidden], 3)]);

        var attended = _graph.Node("Add", [Dense(context, $"{layer}attention.output.dense"), asking]);
        attended = Normalised(attended, $"{layer}attention.output.LayerNorm");
        var inner = Gelu(Dense(attended, $"{layer}intermediate.dense"));
        var result = _graph.Node("Add", [Dense(inner, $"{layer}output.dense"), attended]);
        return Normalised(result, $"{layer}output.LayerNorm");
    }

    private string FusedEncoder()
    {
        var ids = ToInt32("input_ids");
        var mask = ToInt32("attention_mask");
        var states = _graph.Node(
            "EmbedLayerNormalization",
            [
                ids, ToInt32("token_type_ids"), Stored(Embeddings + "word_embeddings.weight"),
                Stored(Embeddings + "position_embeddings.weight"), Stored(Embeddings + "token_type_embeddings.weight"),
                Vector(Embeddings + "LayerNorm.weight"), Vector(Embeddings + "LayerNorm.bias"),
            ],
            [Float("epsilon", _weights.Epsilon)],
            OnnxGraph.Microsoft,
            unused: "mask_index");
        for (var i = 0; i < _weights.Layers; i++)
        {
            var layer = $"{Encoder}{i}.";
            var context = _graph.Node(
                "Attention",
                [states, .. PackedProjection(layer), mask],
                [Integer("num_heads", _weights.Heads), Float("mask_filter_value", float.MinValue)],
                OnnxGraph.Microsoft);
            var attended = SkipNormalised(context, states, $"{layer}attention.output");
            var inner = _graph.Node("MatMul", [attended, Matrix($"{layer}intermediate.dense.weight")]);
            inner = _graph.Node(
                "BiasGelu", [inner, Vector($"{layer}intermediate.dense.bias")], domain: OnnxGraph.Microsoft);
            states = SkipNormalised(inner, attended, $"{layer}output");
        }

        return states;
    }

    /// <summary>Query, key and value as one product: their matrices side by side.</summary>
    private string[] PackedProjection(string layer)
    {
        string[] parts = ["query", "key", "value"];
        var hidden = _weights.Hidden;
        var packed = new float[hidden * hidden * parts.Length];
        var bias = new float[hidden * parts.Length];
        for (var p = 0; p < parts.Length; p++)
        {
            var matrix = _weights.GetTransposed($"{layer}attention.self.{parts[p]}.weight").Values;
            for (var row = 0; row < hidden; row++)
            {
                matrix.AsSpan(row * hidden, hidden).CopyTo(packed.AsSpan(((row * parts.Length) + p) * hidden));
            }

            _weights.Get($"{layer}attention.self.{parts[p]}.bias").Values.CopyTo(bias, p * hidden);
        }

        return [
            _graph.Floats($"{layer}qkv.weight", packed, hidden, hidden * parts.Length),
            _graph.Floats($"{layer}qkv.bias", bias, bias.Length)];
    }

    private string SkipNormalised(string input, string skip, string name) => _graph.Node(
        "SkipLayerNormalization",
        [
            _graph.Node("MatMul", [input, Matrix($"{name}.dense.weight")]), skip,
            Vector($"{name}.LayerNorm.weight"), Vector($"{name}.LayerNorm.bias"), Vector($"{name}.dense.bias"),
        ],
        [Float("epsilon", _weights.Epsilon)],
        OnnxGraph.Microsoft);

    private string Normalised(string input, string name) => _graph.Node(
        "LayerNormalization",
        [input, Vector(name + ".weight"), Vector(name + ".bias")],
        [Integer("axis", -1), Float("epsilon", _weights.Epsilon)]);

    /// <summary>x/2 · (1 + erf(x/√2)), as exported before ONNX had an operator for it.</summary>
    private string Gelu(string input)
    {
        var erf = _graph.Node("Erf", [_graph.Node("Div", [input, Scalar("root_2", MathF.Sqrt(2))])]);
        var gate = _graph.Node("Add", [erf, Scalar("one", 1)]);
        return _graph.Node("Mul", [_graph.Node("Mul", [input, gate]), Scalar("half", 0.5f)]);
    }

    private string Heads(string projected, params ReadOnlySpan<long> order)
    {
        long[] split = [0, 0, _weights.Heads, _weights.Hidden / _weights.Heads];
        var shaped = _graph.Node("Reshape", [projected, _graph.Integers("split", split, split.Length)]);
        return _graph.Node("Transpose", [shaped], [Integers("perm", order)]);
    }

    private string Dense(string input, string name) => _graph.Node("Add", [
        _graph.Node("MatMul", [input, Matrix(name + ".weight")]), Vector(name + ".bias")]);

    private string Gemm(string input, string name) =>
        _graph.Node("Gemm", [input, Matrix(name + ".weight"), Vector(name + ".bias")]);

    private string ToInt32(string input) => _graph.Node("Cast", [input], [Integer("to", 6)]);

    private string One => _graph.Integers("at_1", [1], 1);

    private string Scalar(string name, float value) => _graph.Floats(name, [value]);

    private string Stored(string name)
    {
        var (values, shape) = _weights.Get(name);
        return _graph.Floats(name, values, shape);
    }

    private string Vector(string name) => Stored(name);

    private string Matrix(string name)
    {
        var (values, shape) = _weights.GetTransposed(name);
        return _graph.Floats(name, values, shape);
    }
}
