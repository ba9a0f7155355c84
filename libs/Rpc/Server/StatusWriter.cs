using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Server;

/// <summary>
/// The end of an answer: in the trailers, or, when nothing was sent yet, in the headers, which then are all there is
/// (PROTOCOL-HTTP2.md, Trailers-Only).
/// </summary>
internal static class StatusWriter
{
    public static void WriteOk(HttpContext http, RpcMetadata? trailers)
    {
        var target = Trailers(http);
        target[GrpcProtocol.StatusTrailer] = GrpcProtocol.StatusOk;
        Append(target, trailers);
    }

    public static void WriteFailure(HttpContext http, RpcException status, RpcMetadata? trailers)
    {
        var target = http.Response.HasStarted ? Trailers(http) : http.Response.Headers;
        target[GrpcProtocol.StatusTrailer] = ((int)status.Code).ToString(CultureInfo.InvariantCulture);
        if (status.Detail.Length > 0)
        {
            target[GrpcProtocol.MessageTrailer] = StatusMessage.Encode(status.Detail);
        }

        Append(target, trailers);
        Append(target, status.Trailers);
    }

    private static IHeaderDictionary Trailers(HttpContext http) =>
        http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;

    private static void Append(IHeaderDictionary target, RpcMetadata? metadata)
    {
        foreach (var entry in metadata ?? [])
        {
            target.Append(entry.Key, MetadataValue.Encode(entry));
        }
    }
}
