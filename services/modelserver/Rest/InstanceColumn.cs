using System.Text.Json;
using Moodstream.TensorFlowServing.Tensors;
using Moodstream.TensorFlowServing.Wire;

namespace Moodstream.ModelServer.Rest;

/// <summary>The values of one input, one of each instance, all of one shape.</summary>
/// <param name="alias">The input.</param>
/// <param name="type">Its type.</param>
/// <param name="mostStrings">Most strings.</param>
internal sealed class InstanceColumn(string alias, DataType type, int mostStrings)
{
    private readonly JsonTensor _tensor = new(type, mostStrings);
    private int[] _shape = [];
    private int _size;

    public string Alias => alias;

    /// <summary>Instances so far.</summary>
    public int Instances { get; private set; }

    /// <summary>Where reading stands in the value.</summary>
    public string Position => _tensor.Position;

    /// <summary>Adds the value of the next instance.</summary>
    /// <param name="reader">At its first token; afterwards at its last.</param>
    /// <exception cref="TensorFormatException">
    /// It is ragged, of another shape than the first, or not of the type.
    /// </exception>
    public void Add(ref Utf8JsonReader reader)
    {
        var before = _tensor.Values;
        _tensor.Add(ref reader);
        var size = _tensor.Values - before;
        if (Instances++ == 0)
        {
            _size = size;
            _shape = [.. _tensor.Shape];
        }
        else if (size != _size)
        {
            throw new TensorFormatException($"Expecting tensor size: {_size} but got: {size}");
        }
        else if (!_tensor.Shape.SequenceEqual(_shape))
        {
            throw new TensorFormatException(
                $"Expecting shape [{string.Join(',', _shape)}] but got: [{string.Join(',', _tensor.Shape)}]");
        }
    }

    /// <summary>The tensor of all instances.</summary>
    /// <param name="instances">How many there are.</param>
    public TensorProto Finish(int instances) => _tensor.Finish([instances, .. _shape]);
}
