using Google.Protobuf.Collections;
using Moodstream.ModelServer.Batching;
using Moodstream.Rpc;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Predict;

/// <summary>A way to ask the model: which inputs there are, and which outputs.</summary>
internal abstract class ServingSignature
{
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    /// <param name="name">Its name.</param>
    /// <param name="definition">What metadata says of it; its maps in order of their keys.</param>
    protected ServingSignature(string name, SignatureDef definition)
    {
        Name = name;
        Definition = definition;
        _inputs = [.. definition.Inputs.Keys];
        _outputs = [.. definition.Outputs.Keys];
    }

    public string Name { get; }

    /// <summary>What metadata says of it.</summary>
    public SignatureDef Definition { get; }

    /// <summary>Reads and checks the inputs of a request.</summary>
    /// <param name="inputs">As they came.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT, with what was expected and what came.</exception>
    public TokenSequences Read(MapField<string, TensorProto> inputs, CancellationToken cancellationToken)
    {
        RequireInputs(inputs);
        return ReadInputs(inputs, cancellationToken);
    }

    /// <summary>The outputs a request asks for.</summary>
    /// <param name="filter">Aliases; empty for all.</param>
    /// <exception cref="RpcException">INVALID_ARGUMENT: one is no output, or asked for twice.</exception>
    public IReadOnlyList<string> OutputsOf(IReadOnlyList<string> filter)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var alias in filter)
        {
            if (!_outputs.Contains(alias, StringComparer.Ordinal))
            {
                throw Invalid(
                    $"output tensor alias not found in signature: {alias} Outputs expected to be in the set {Set(_outputs)}.");
            }

            if (!seen.Add(alias))
            {
                throw Invalid($"duplicate output tensor alias: {alias}");
            }
        }

        return filter.Count == 0 ? _outputs : filter;
    }

    /// <summary>Makes an output.</summary>
    /// <param name="alias">One of its aliases.</param>
    /// <param name="logitsBC">[B, C] row-major.</param>
    /// <param name="count">Sequences (B).</param>
    public abstract TensorProto Write(string alias, ReadOnlySpan<float> logitsBC, int count);

    protected static RpcException Invalid(string message) => new(StatusCode.InvalidArgument, message);

    /// <summary>Reads the inputs, all of which are there.</summary>
    protected abstract TokenSequences ReadInputs(
        MapField<string, TensorProto> inputs, CancellationToken cancellationToken);

    // The words are those of TensorFlow Serving (servables/tensorflow/predict_util.cc), which its users search for.
    private void RequireInputs(MapField<string, TensorProto> inputs)
    {
        var missing = _inputs.Where(i => !inputs.ContainsKey(i)).ToArray();
        if (inputs.Count != _inputs.Length)
        {
            var sent = inputs.Keys.Order(StringComparer.Ordinal).ToArray();
            var extra = sent.Except(_inputs, StringComparer.Ordinal);
            throw Invalid(
                $"input size does not match signature: {inputs.Count}!={_inputs.Length} len({Set(sent)}) != len({Set(_inputs)}). "
                + $"Sent extra: {Set(extra)}. Missing but required: {Set(missing)}.");
        }

        if (missing.Length > 0)
        {
            throw Invalid(
                $"Signature input alias: {missing[0]}(feed name: {Definition.Inputs[missing[0]].Name}) not found in request "
                + $"and no default value provided. Inputs expected to be in the request {Set(_inputs)}.");
        }
    }

    private static string Set(IEnumerable<string> aliases) => $"{{{string.Join(',', aliases)}}}";
}
