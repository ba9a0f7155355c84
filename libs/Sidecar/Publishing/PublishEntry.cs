namespace Moodstream.Sidecar.Publishing;

/// <summary>An event on its way.</summary>
/// <param name="owner">The publish it is of.</param>
/// <param name="index">Its place there.</param>
/// <param name="id">Its entry id, unique among all that are on their way to a topic.</param>
/// <param name="json">The entry.</param>
internal sealed class PublishEntry(PublishRequest owner, int index, int id, ReadOnlyMemory<byte> json)
{
    public PublishRequest Owner => owner;

    public int Id => id;

    /// <summary>What it adds to a body: itself and a comma, or the brackets around one.</summary>
    public int Bytes => json.Length + 2;

    /// <summary>What went wrong with it last; null when nothing did.</summary>
    public string? Error { get; set; }

    /// <summary>The body of a call: a JSON array of entries.</summary>
    public static byte[] Body(IReadOnlyList<PublishEntry> entries)
    {
        var body = new byte[entries.Sum(e => e.Bytes)];
        var at = 0;
        foreach (var entry in entries)
        {
            body[at] = at == 0 ? (byte)'[' : (byte)',';
            entry.CopyTo(body.AsSpan(at + 1));
            at += entry.Bytes - 1;
        }

        body[at] = (byte)']';
        return body[..(at + 1)];
    }

    /// <summary>Tells the publish what became of it.</summary>
    public void Settle() => owner.Settle(index, Error);

    private void CopyTo(Span<byte> target) => json.Span.CopyTo(target);
}
