using Google.Protobuf;

namespace Moodstream.Rpc;

/// <summary>A unary method: one request, one answer. Declared once, used by the client and the server.</summary>
/// <typeparam name="TRequest">What is sent.</typeparam>
/// <typeparam name="TResponse">What is answered.</typeparam>
public sealed class RpcMethod<TRequest, TResponse>
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>Declares a method.</summary>
    /// <param name="service">With its package, such as <c>grpc.health.v1.Health</c>; case matters.</param>
    /// <param name="name">Such as <c>Check</c>; case matters.</param>
    /// <param name="requestParser">Reads requests.</param>
    /// <param name="responseParser">Reads answers.</param>
    /// <exception cref="ArgumentException">
    /// A name is not of letters, digits, <c>_</c> and, in the service, dots.
    /// </exception>
    public RpcMethod(
        string service, string name, MessageParser<TRequest> requestParser, MessageParser<TResponse> responseParser)
    {
        ThrowIfNotIdentifier(service.AsSpan(), dots: true, nameof(service));
        ThrowIfNotIdentifier(name.AsSpan(), dots: false, nameof(name));
        ArgumentNullException.ThrowIfNull(requestParser);
        ArgumentNullException.ThrowIfNull(responseParser);
        Path = $"/{service}/{name}";
        RequestParser = requestParser;
        ResponseParser = responseParser;
    }

    /// <summary><c>/service/name</c>, as on the wire.</summary>
    public string Path { get; }

    internal MessageParser<TRequest> RequestParser { get; }

    internal MessageParser<TResponse> ResponseParser { get; }

    private static void ThrowIfNotIdentifier(ReadOnlySpan<char> text, bool dots, string parameter)
    {
        var valid = !text.IsEmpty;
        foreach (var c in text)
        {
            valid &= char.IsAsciiLetterOrDigit(c) || c == '_' || (dots && c == '.');
        }

        if (!valid)
        {
            throw new ArgumentException($"'{text}' is no name in a .proto file", parameter);
        }
    }
}
