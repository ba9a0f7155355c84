using System.Globalization;

namespace Moodstream.Tests.Cluster;

/// <summary>The components as they are shipped, with this cluster's Redis and times in them.</summary>
internal static class ClusterResources
{
    private const string ShippedRedis = "localhost:6379";
    private const string ShippedTimeout = "value: \"20s\"";
    private const string ShippedInterval = "value: \"5000\"";

    /// <summary>Writes them, and gives the folder.</summary>
    public static string Write(ClusterOptions options, int redisPort)
    {
        var folder = Directory.CreateDirectory(Path.Combine(options.Folder, "components")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "components"), "*.yaml"))
        {
            var text = File.ReadAllText(file);
            if (Path.GetFileName(file) is "messages.yaml")
            {
                text = Replace(text, ShippedTimeout, $"value: \"{options.ProcessingTimeout.TotalSeconds.ToString(CultureInfo.InvariantCulture)}s\"");
                text = Replace(text, ShippedInterval, $"value: \"{options.RedeliverInterval.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}\"");
            }

            File.WriteAllText(
                Path.Combine(folder, Path.GetFileName(file)),
                text.Replace(ShippedRedis, $"127.0.0.1:{redisPort}", StringComparison.Ordinal));
        }

        return folder;
    }

    private static string Replace(string text, string shipped, string own) =>
        text.Contains(shipped, StringComparison.Ordinal)
            ? text.Replace(shipped, own, StringComparison.Ordinal)
            : throw new InvalidOperationException($"components/messages.yaml has no '{shipped}' any more: these tests count on it");
}
