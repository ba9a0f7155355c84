using System.Text.Json;

namespace Moodstream.ModelServer.Tests.Rest;

/// <summary>What the server answered.</summary>
internal sealed record RestReply(int Status, JsonElement Json)
{
    /// <summary>Why it refused; fails where it did not.</summary>
    public string Error
    {
        get
        {
            var members = Json.EnumerateObject().ToArray();
            Assert.Equal("error", Assert.Single(members).Name);
            return members[0].Value.GetString()!; // a string, or it throws
        }
    }

    /// <summary>The text of a part of the answer, to be compared.</summary>
    public string Raw(string member) => Json.GetProperty(member).GetRawText();
}
