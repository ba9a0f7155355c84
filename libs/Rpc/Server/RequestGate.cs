using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Server;

/// <summary>What a request must be before it is a call.</summary>
internal static class RequestGate
{
    /// <summary>Answers, in HTTP's terms, a request that is no gRPC.</summary>
    /// <returns>Whether it is gRPC, and nothing was answered.</returns>
    public static bool TryPass(HttpContext http)
    {
        if (HttpProtocol.IsHttp11(http.Request.Protocol) || HttpProtocol.IsHttp10(http.Request.Protocol))
        {
            http.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            http.Response.Headers.Upgrade = HttpProtocol.Http2;
            return false;
        }

        if (!GrpcProtocol.IsGrpc(http.Request.ContentType))
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return false;
        }

        return true;
    }

    /// <summary>Reads what the call's headers ask of us.</summary>
    /// <returns>The time given; null for no limit.</returns>
    /// <exception cref="RpcException">The headers are not well-formed, or ask for what there is not.</exception>
    public static TimeSpan? ReadTimeout(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(GrpcProtocol.TimeoutHeader, out var values))
        {
            return null;
        }

        var value = values.ToString();
        return TimeoutValue.TryParse(value, out var timeout)
            ? timeout
            : throw new RpcException(StatusCode.Internal, $"Malformed {GrpcProtocol.TimeoutHeader}: '{value}'.");
    }

    /// <summary>How compressed messages of the call are to be expanded.</summary>
    /// <returns>A value of <c>grpc-encoding</c> that we know; null when there is none.</returns>
    /// <exception cref="RpcException"><see cref="StatusCode.Unimplemented"/>: we do not know it.</exception>
    public static string? ReadEncoding(HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(GrpcProtocol.EncodingHeader, out var values))
        {
            return null;
        }

        var value = values.ToString();
        if (value is GrpcProtocol.Identity or GrpcProtocol.Gzip)
        {
            return value;
        }

        http.Response.Headers[GrpcProtocol.AcceptEncodingHeader] = GrpcProtocol.AcceptedEncodings;
        throw RpcErrors.UnsupportedEncoding(StatusCode.Unimplemented, value);
    }

    /// <summary>Whether the caller takes gzip.</summary>
    public static bool AcceptsGzip(HttpContext http)
    {
        var accepted = http.Request.Headers[GrpcProtocol.AcceptEncodingHeader].ToString().AsSpan();
        foreach (var part in accepted.Split(','))
        {
            if (accepted[part].Trim() is GrpcProtocol.Gzip)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Leaves the size of the request to the message's own limit, which has a status of its own.</summary>
    public static void LiftBodyLimit(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }
}
