using System.Text.Json;
using Moodstream.Contracts;

namespace Moodstream.Ingestor.Publishing;

/// <summary>
/// The post's id in a message on tweets.scored or tweets.rejected. Only that member is read: the ingestor sees every
/// result, and needs nothing else of it.
/// </summary>
internal static class SettledPostId
{
    /// <summary>
    /// Reads <c>post.id</c> of a <see cref="ScoredPost"/>, <c>id</c> of a <see cref="RejectedPost"/>.
    /// </summary>
    /// <param name="topic">The topic it came on.</param>
    /// <param name="data">UTF-8 JSON.</param>
    /// <returns>The id; null when the message holds none.</returns>
    public static string? Read(string topic, ReadOnlySpan<byte> data)
    {
        var reader = new Utf8JsonReader(data);
        try
        {
            return reader.Read()
                && (topic == Topics.Rejected || Enter(ref reader, "post"u8))
                && Enter(ref reader, "id"u8)
                && reader.TokenType == JsonTokenType.String
                ? reader.GetString()
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // Not JSON, or an id that is no valid text: nothing of ours.
        }
    }

    // Moves from an object to the value of one of its members.
    private static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> member)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(member);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
