using Moodstream.Text.Files;

namespace Moodstream.Text.WordPiece;

/// <summary>A token that is found in a text as it is written, as JSON.</summary>
internal static class AddedTokenJson
{
    /// <summary>Refuses a token that is found in any other way.</summary>
    public static void Check(JsonPlace token)
    {
        token["single_word"].MustBe("false", "null");
        token["lstrip"].MustBe("false", "null");
        token["rstrip"].MustBe("false", "null");
        token["normalized"].MustBe("false", "null");
    }
}
