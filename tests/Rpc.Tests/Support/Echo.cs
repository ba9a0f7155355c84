using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Moodstream.Rpc.Tests.Support;

/// <summary>The method that the tests call: bytes in, bytes out.</summary>
internal static class Echo
{
    public static RpcMethod<BytesValue, BytesValue> Method { get; } =
        new("moodstream.test.Echo", "Bytes", BytesValue.Parser, BytesValue.Parser);

    /// <summary>A message of so many equal bytes.</summary>
    public static BytesValue Message(int bytes, byte value = 7)
    {
        var payload = new byte[bytes];
        payload.AsSpan().Fill(value);
        return new BytesValue { Value = UnsafeByteOperations.UnsafeWrap(payload) };
    }

    /// <summary>Calls with the default message.</summary>
    public static Task<BytesValue> EchoAsync(
        this RpcChannel channel, RpcCallOptions call = default, CancellationToken cancellationToken = default) =>
        channel.CallAsync(Method, Message(3), call, cancellationToken).DefaultTimeout();

    /// <summary>Makes a call that must fail.</summary>
    public static async Task<RpcException> FailAsync(this RpcChannel channel, RpcCallOptions call = default) =>
        await Assert.ThrowsAsync<RpcException>(() => channel.EchoAsync(call));
}
