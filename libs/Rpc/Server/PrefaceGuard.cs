using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Moodstream.Rpc.Server;

/// <summary>
/// Hands a connection on once it has sent the preface of HTTP/2 (RFC 9113 section 3.4) or something else, which the
/// server answers; one that does neither in time is cut. The server itself would wait as long as for an idle client.
/// </summary>
internal sealed class PrefaceGuard(ConnectionDelegate next, TimeSpan timeout)
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        if (await HasSpokenAsync(connection))
        {
            await next(connection);
        }
    }

    private async ValueTask<bool> HasSpokenAsync(ConnectionContext connection)
    {
        using var timer = new CancellationTokenSource(timeout);
        var input = connection.Transport.Input;
        long examined = 0;
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(timer.Token);
                var arrived = read.Buffer;
                if (read.IsCompleted || IsDecided(arrived))
                {
                    // No more examined than before, so that the next reader is given all of it at once.
                    input.AdvanceTo(arrived.Start, arrived.GetPosition(examined));
                    return true;
                }

                examined = arrived.Length;
                input.AdvanceTo(arrived.Start, arrived.End);
            }
        }
        catch (IOException)
        {
            return false; // reset before it said anything: a probe of the port, or a scan
        }
        catch (OperationCanceledException)
        {
            connection.Abort(new ConnectionAbortedException("no HTTP/2 preface arrived in time"));
            return false;
        }
    }

    private static bool IsDecided(in ReadOnlySequence<byte> arrived)
    {
        Span<byte> head = stackalloc byte[Preface.Length];
        var length = (int)Math.Min(arrived.Length, Preface.Length);
        arrived.Slice(0, length).CopyTo(head);
        return length == Preface.Length || !head[..length].SequenceEqual(Preface[..length]);
    }
}
