namespace Moodstream.Redis;

/// <summary>One entry of a stream.</summary>
/// <param name="Id"><c>milliseconds-sequence</c>, unique and rising in its stream.</param>
/// <param name="Fields">Names and values, in the order stored.</param>
public sealed record StreamEntry(string Id, IReadOnlyList<StreamField> Fields)
{
    /// <summary>The first value of a field; null when there is none.</summary>
    /// <param name="name">Name of the field.</param>
    public ReadOnlyMemory<byte>? this[string name]
    {
        get
        {
            foreach (var field in Fields)
            {
                if (field.Name == name)
                {
                    return field.Value;
                }
            }

            return null;
        }
    }
}

/// <summary>One field of an entry.</summary>
/// <param name="Name">Name, read as UTF-8.</param>
/// <param name="Value">Any bytes.</param>
public readonly record struct StreamField(string Name, ReadOnlyMemory<byte> Value);
