namespace Moodstream.Sidecar.Calls;

/// <summary>Reads bodies of which at most so much is kept.</summary>
internal static class BoundedBody
{
    private const int FirstBytes = 16 * 1024;

    /// <summary>Reads to the end or to the bound. The length claimed is a hint only, and never allocated unseen.</summary>
    /// <param name="stream">The body.</param>
    /// <param name="claimedBytes">Its length as its sender claims it.</param>
    /// <param name="maxBytes">Most bytes kept.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What was kept, and whether that is all there was.</returns>
    public static async Task<(ReadOnlyMemory<byte> Body, bool IsWhole)> ReadAsync(
        Stream stream, long? claimedBytes, int maxBytes, CancellationToken cancellationToken)
    {
        // One more than claimed, so that a body of that length ends without growing.
        var buffer = new byte[(int)Math.Min(claimedBytes + 1 ?? FirstBytes, Math.Min(FirstBytes, maxBytes))];
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length == maxBytes)
                {
                    var isWhole = await stream.ReadAsync(new byte[1], cancellationToken) == 0;
                    return (buffer, isWhole);
                }

                Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, maxBytes));
            }

            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (read == 0)
            {
                return (buffer.AsMemory(0, length), true);
            }

            length += read;
        }
    }
}
