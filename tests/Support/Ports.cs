using System.Net;
using System.Net.Sockets;

namespace Moodstream.Tests.Support;

/// <summary>
/// Ports that nobody listens on, below those that systems give to outgoing connections, of which tests have many: a
/// program that is started again finds its port free.
/// </summary>
public static class Ports
{
    private const int First = 18_000;
    private const int Last = 32_000;

    private static int _next = Random.Shared.Next(First, Last);

    /// <summary>One.</summary>
    public static int Free() => Free(1)[0];

    /// <summary>Several, each another one.</summary>
    public static int[] Free(int count) => [.. Candidates().Where(IsFree).Take(count)];

    /// <summary>Whether nobody listens on a port.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static IEnumerable<int> Candidates()
    {
        while (true)
        {
            yield return First + (Interlocked.Increment(ref _next) % (Last - First));
        }
    }
}
