using System.Text;
using Moodstream.Rpc;

namespace Moodstream.ModelServer.Rest;

/// <summary>
/// What is said of JSON that is no request, in the words of TensorFlow Serving (util/json_tensor.cc), which its users
/// search for.
/// </summary>
internal static class JsonErrors
{
    private const int MostExcerptBytes = 64;

    /// <summary>INVALID_ARGUMENT.</summary>
    public static RpcException Invalid(string message) => new(StatusCode.InvalidArgument, message);

    /// <summary>INVALID_ARGUMENT, about a value.</summary>
    public static RpcException Invalid(ReadOnlySpan<byte> value, string message) =>
        Invalid($"JSON Value: {Excerpt(value)} {message}");

    /// <summary>INVALID_ARGUMENT: it is no JSON.</summary>
    public static RpcException Malformed(string message) => Invalid($"JSON Parse error: {message}");

    /// <summary>Refuses a key that is there twice: which of the values is meant, nobody knows.</summary>
    public static void RequireFirst(bool isFirst, string path)
    {
        if (!isFirst)
        {
            throw Malformed($"the key {path} is there twice");
        }
    }

    /// <summary>The start of a value.</summary>
    public static string Excerpt(ReadOnlySpan<byte> value) => value.Length <= MostExcerptBytes
        ? Encoding.UTF8.GetString(value)
        : Encoding.UTF8.GetString(value[..MostExcerptBytes]) + "...";
}
