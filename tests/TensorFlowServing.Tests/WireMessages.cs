using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Moodstream.TensorFlowServing.Tests;

/// <summary>Parses goldens with our trimmed protos, by the name of their type.</summary>
internal static class WireMessages
{
    private static readonly Dictionary<string, MessageParser> Parsers = typeof(Wire.TensorProto).Assembly.GetTypes()
        .Select(t => t.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<MessageDescriptor>()
        .ToDictionary(d => d.FullName, d => d.Parser);

    public static IMessage Parse(WireGolden golden) => Parsers[golden.Message].ParseFrom(golden.Bytes);
}
