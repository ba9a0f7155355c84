using System.Net;
using System.Net.Sockets;

namespace Moodstream.Tests.Cluster;

/// <summary>Ports that nobody listens on. Another program may take one before it is used; the start fails then.</summary>
internal static class Ports
{
    /// <summary>Several, each another one.</summary>
    public static int[] Free(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToList();
        try
        {
            listeners.ForEach(l => l.Start());
            return [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        }
        finally
        {
            listeners.ForEach(l => l.Dispose());
        }
    }
}
