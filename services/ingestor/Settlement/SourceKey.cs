using System.Security.Cryptography;
using System.Text;

namespace Moodstream.Ingestor.Settlement;

/// <summary>The keys of one source in the state store: its name may be longer than a key and hold anything.</summary>
internal sealed class SourceKey
{
    public SourceKey(string name)
    {
        Name = name;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 8));
        Cursor = $"ingestor-cursor-{hash}";
        Lease = $"ingestor-lease-{hash}";
    }

    /// <summary>The source's name.</summary>
    public string Name { get; }

    /// <summary>Key of the <see cref="SavedSource"/>.</summary>
    public string Cursor { get; }

    /// <summary>Key of the lease.</summary>
    public string Lease { get; }
}
