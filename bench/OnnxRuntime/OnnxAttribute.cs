namespace Moodstream.Bench.OnnxRuntime;

/// <summary>An attribute of an ONNX node; the numbers are the field numbers and types of onnx.proto.</summary>
internal readonly struct OnnxAttribute
{
    private const int FloatType = 1;
    private const int IntegerType = 2;
    private const int IntegersType = 7;

    private OnnxAttribute(ProtoMessage message) => Message = message;

    /// <summary>The attribute on the wire.</summary>
    public ProtoMessage Message { get; }

    /// <summary>A float.</summary>
    public static OnnxAttribute Float(string name, float value) =>
        new(new ProtoMessage().Add(1, name).Add(2, value).Add(20, FloatType));

    /// <summary>An integer.</summary>
    public static OnnxAttribute Integer(string name, long value) =>
        new(new ProtoMessage().Add(1, name).Add(3, value).Add(20, IntegerType));

    /// <summary>Integers.</summary>
    public static OnnxAttribute Integers(string name, params ReadOnlySpan<long> values)
    {
        var message = new ProtoMessage().Add(1, name);
        foreach (var value in values)
        {
            message.Add(8, value);
        }

        return new OnnxAttribute(message.Add(20, IntegersType));
    }
}
