using System.Globalization;

namespace Moodstream.Rpc.Wire;

/// <summary>What stands for a status where none was sent.</summary>
internal static class StatusMapping
{
    /// <summary>
    /// Reads <c>grpc-status</c>; a number unknown to us is <see cref="StatusCode.Unknown"/>, as the specification asks.
    /// </summary>
    public static StatusCode FromTrailer(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var code)
        && code <= (int)StatusCode.Unauthenticated
            ? (StatusCode)code
            : StatusCode.Unknown;

    /// <summary>doc/http-grpc-status-mapping.md.</summary>
    public static StatusCode FromHttpStatus(int status) => status switch
    {
        400 or 431 => StatusCode.Internal,
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.Unimplemented,
        429 or 502 or 503 or 504 => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>PROTOCOL-HTTP2.md, Errors: code of RST_STREAM (RFC 9113 section 7).</summary>
    public static StatusCode FromStreamReset(long code) => code switch
    {
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM: was not processed
        0x8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };
}
