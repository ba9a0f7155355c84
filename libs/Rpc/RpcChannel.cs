using Google.Protobuf;
using Moodstream.Rpc.Client;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc;

/// <summary>
/// Calls one server. Connects at the first call, again after a loss, and with further connections when one is full.
/// </summary>
/// <remarks>
/// Safe for concurrent use; meant to live as long as the program. A failed call is not tried again, except one that
/// the server is known not to have looked at.
/// </remarks>
public sealed class RpcChannel : IDisposable
{
    private readonly Uri _address;
    private readonly RpcChannelOptions _options;
    private readonly HttpMessageInvoker _http;

    /// <summary>Makes a channel; nothing is connected yet.</summary>
    /// <param name="address">
    /// <c>http://host:port</c> for HTTP/2 in clear text, <c>https://host:port</c> for TLS; no path.
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The address has another scheme, or a path, query or user.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public RpcChannel(Uri address, RpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)
            || address.PathAndQuery != "/" || address.UserInfo.Length > 0)
        {
            throw new ArgumentException(
                $"an address is http://host:port or https://host:port, not '{address}'", nameof(address));
        }

        _options = options ?? new RpcChannelOptions();
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxReceiveBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MaxSendBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_options.ConnectTimeout, TimeSpan.Zero);
        _address = address;
        _http = new HttpMessageInvoker(ChannelHandler.Create(_options));
    }

    /// <summary>Calls a method.</summary>
    /// <param name="method">What to call.</param>
    /// <param name="request">Sent; must not change during the call.</param>
    /// <param name="call">Deadline and metadata.</param>
    /// <param name="cancellationToken">Gives the call up, and tells the server so.</param>
    /// <exception cref="RpcException">
    /// The call ended with another status than OK. Without a word from the server:
    /// <see cref="StatusCode.Unavailable"/> when it cannot be reached or the connection is lost,
    /// <see cref="StatusCode.DeadlineExceeded"/> when the time ran out, <see cref="StatusCode.ResourceExhausted"/> when
    /// a message is over a limit, <see cref="StatusCode.Internal"/> when it breaks the protocol.
    /// </exception>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The channel is disposed.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        TRequest request,
        RpcCallOptions call = default,
        CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        using var deadline = new CallDeadline(call.Timeout, _options.TimeProvider, cancellationToken);
        if (deadline.HasPassed)
        {
            throw RpcErrors.DeadlineExceeded();
        }

        var size = request.CalculateSize();
        if (size > _options.MaxSendBytes)
        {
            throw RpcErrors.SentTooLarge();
        }

        try
        {
            using var message = CallRequest.Create(
                new Uri(_address, method.Path), new MessageContent(request, size, _options.Gzip), call);
            using var response = await _http.SendAsync(message, deadline.Token);
            return await CallResponse.ReadAsync(
                response, method.ResponseParser, _options.MaxReceiveBytes, deadline.Token);
        }
        catch (Exception exception)
            when (exception is RpcException or HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw CallFailure.From(exception, deadline, _address);
        }
    }

    /// <summary>Takes no more calls, and closes the connections when those under way have ended.</summary>
    public void Dispose() => _http.Dispose();
}
