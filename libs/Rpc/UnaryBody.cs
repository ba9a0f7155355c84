using System.IO.Pipelines;
using Google.Protobuf;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc;

/// <summary>A body that holds exactly one message: a unary request, or the answer to one.</summary>
internal static class UnaryBody
{
    /// <summary>Reads a body to its end.</summary>
    /// <param name="body">Memory for it is taken only as bytes arrive.</param>
    /// <param name="parser">Makes the message.</param>
    /// <param name="encoding">Value of <c>grpc-encoding</c>; null when there was none.</param>
    /// <param name="maxBytes">Longest message accepted.</param>
    /// <param name="share">Where the bytes that arrive, and those they expand to, are counted; null: nowhere.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The message; null when the body ended before it was whole.</returns>
    /// <exception cref="RpcException">What arrived is not one message.</exception>
    public static async ValueTask<T?> ReadAsync<T>(
        PipeReader body,
        MessageParser<T> parser,
        string? encoding,
        int maxBytes,
        ByteShare? share,
        CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            var arrived = read.Buffer;
            if (share?.TryGrowTo(arrived.Length) == false)
            {
                throw RpcErrors.TooManyBytes();
            }

            if (MessageFrame.TryRead(arrived, maxBytes, out var compressed, out var payload))
            {
                if (arrived.Length > payload.Length + GrpcProtocol.PrefixBytes)
                {
                    throw RpcErrors.AdditionalData();
                }

                if (read.IsCompleted)
                {
                    var message = MessagePayload.Parse(parser, payload, compressed, encoding, maxBytes, share);
                    body.AdvanceTo(arrived.End);
                    return message;
                }
            }
            else if (read.IsCompleted)
            {
                body.AdvanceTo(arrived.End);
                return null;
            }

            // Everything is examined, so that the peer may send on, and nothing consumed: the message is parsed in
            // place.
            body.AdvanceTo(arrived.Start, arrived.End);
        }
    }
}
