namespace Moodstream.Sidecar.Publishing;

/// <summary>An event on its way.</summary>
/// <param name="Index">Its place among the events published, and its entry id.</param>
/// <param name="Json">The entry.</param>
internal readonly record struct PublishEntry(int Index, ReadOnlyMemory<byte> Json)
{
    /// <summary>The body of a call: a JSON array of entries.</summary>
    public static byte[] Body(IReadOnlyList<PublishEntry> entries)
    {
        var body = new byte[entries.Sum(e => e.Json.Length) + entries.Count + 1];
        var at = 0;
        foreach (var entry in entries)
        {
            body[at] = at == 0 ? (byte)'[' : (byte)',';
            entry.Json.CopyTo(body.AsMemory(at + 1));
            at += entry.Json.Length + 1;
        }

        body[at] = (byte)']';
        return body;
    }
}
