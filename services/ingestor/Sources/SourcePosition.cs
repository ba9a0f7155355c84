using System.Globalization;
using System.Text.Json.Serialization;

namespace Moodstream.Ingestor.Sources;

/// <summary>Where a row stands in its source. Positions strictly increase as a source is read.</summary>
/// <param name="Offset">Byte offset of the row's line in a file; the running number of a post in the sample.</param>
/// <param name="Index">Which post of that line, from 0 on: a line may hold several.</param>
[JsonConverter(typeof(SourcePositionConverter))]
internal readonly record struct SourcePosition(long Offset, int Index = 0) : IComparable<SourcePosition>
{
    /// <summary>The first position behind this one: a cursor there is past this row and before any other.</summary>
    public SourcePosition Next => this with { Index = Index + 1 };

    public static bool operator <(SourcePosition left, SourcePosition right) => left.CompareTo(right) < 0;

    public static bool operator >(SourcePosition left, SourcePosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(SourcePosition left, SourcePosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SourcePosition left, SourcePosition right) => left.CompareTo(right) >= 0;

    public int CompareTo(SourcePosition other) =>
        Offset != other.Offset ? Offset.CompareTo(other.Offset) : Index.CompareTo(other.Index);

    /// <summary><c>OFFSET</c>, or <c>OFFSET.INDEX</c> where the index is not 0.</summary>
    public override string ToString() => Index == 0
        ? Offset.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{Offset}.{Index}");

    /// <summary>Reads what <see cref="ToString"/> writes, and nothing else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out SourcePosition position)
    {
        position = default;
        var dot = text.IndexOf('.');
        var index = 0;
        var offsetText = dot < 0 ? text : text[..dot];
        if (!long.TryParse(offsetText, NumberStyles.None, CultureInfo.InvariantCulture, out var offset)
            || (dot >= 0
                && !int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
        {
            return false;
        }

        position = new SourcePosition(offset, index);
        return true;
    }
}
