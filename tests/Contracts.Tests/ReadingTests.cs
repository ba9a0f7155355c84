using System.Text.Json;

namespace Moodstream.Contracts.Tests;

/// <summary>What is read and what is refused of messages that others wrote.</summary>
public sealed class ReadingTests
{
    private const string Least =
        """{"id":"1","source":"x","text":"t","createdAt":"2026-03-14T12:00:00Z","receivedAt":"2026-03-14T12:00:01Z"}""";

    [Fact]
    public void Deserialize_UnknownMembers_AreIgnored()
    {
        var json = Least.Replace("{", """{"pinned":true,"media":[{"kind":"image"}],""", StringComparison.Ordinal);

        var post = Read<Post>(json);

        Assert.Equal(Read<Post>(Least), post);
    }

    [Theory]
    [InlineData("\"2026-03-14T14:00:00.5+02:00\"")]
    [InlineData("\"2026-03-14T12:00:00.500Z\"")]
    [InlineData("\"2026-03-14T12:00:00.5\"")]
    public void Deserialize_Time_IsUtc(string written)
    {
        var post = Read<Post>(Least.Replace("\"2026-03-14T12:00:00Z\"", written, StringComparison.Ordinal));

        Assert.Equal(new DateTime(2026, 3, 14, 12, 0, 0, 500), post.CreatedAt.DateTime);
        Assert.Equal(TimeSpan.Zero, post.CreatedAt.Offset);
    }

    [Fact]
    public void Serialize_TimeWithAnOffset_IsWrittenInUtc()
    {
        var deleted = new PostDeleted("x:1", "x", new DateTimeOffset(2026, 3, 14, 1, 30, 0, TimeSpan.FromHours(2)));

        var json = JsonSerializer.Serialize(deleted, ContractsJson.Wire.PostDeleted);

        Assert.Contains("\"deletedAt\":\"2026-03-13T23:30:00Z\"", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"2026-03-14T12:00:00Z\"", "1773489600")]
    [InlineData("\"2026-03-14T12:00:00Z\"", "\"Sat Mar 14 12:00:00 2026\"")]
    [InlineData("\"2026-03-14T12:00:00Z\"", "null")]
    [InlineData("\"id\":\"1\"", "\"id\":1")]
    [InlineData("\"id\":\"1\"", "\"id\":null")]
    [InlineData("\"id\":\"1\",", "")]
    [InlineData("\"text\":\"t\"", "\"text\":null")]
    [InlineData("\"text\":\"t\"", "\"text\":[\"t\"]")]
    [InlineData("\"text\":\"t\",", "")]
    [InlineData("}", "")]
    [InlineData("}", "} {}")]
    public void Deserialize_PostThatBreaksTheContract_IsRefused(string part, string broken)
    {
        var json = Least.Replace(part, broken, StringComparison.Ordinal);

        Assert.NotEqual(Least, json);
        Assert.Throws<JsonException>(() => Read<Post>(json));
    }

    [Theory]
    [InlineData("negative", SentimentLabel.Negative)]
    [InlineData("neutral", SentimentLabel.Neutral)]
    [InlineData("positive", SentimentLabel.Positive)]
    public void Label_OfTheClosedSet_IsReadAndWrittenInLowerCase(string written, SentimentLabel label)
    {
        var json = $$"""{"label":"{{written}}","negative":0.5,"neutral":0.25,"positive":0.25,"score":-0.25}""";

        var sentiment = Read<Sentiment>(json);

        Assert.Equal(label, sentiment.Label);
        Assert.Equal(json, JsonSerializer.Serialize(sentiment, ContractsJson.Wire.Sentiment));
    }

    [Theory]
    [InlineData("\"mixed\"")]
    [InlineData("\"\"")]
    [InlineData("\"1\"")]
    [InlineData("1")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("\"neutral,positive\"")]
    [InlineData("\"Positive\"")]
    [InlineData("[\"positive\"]")]
    public void Label_OutsideTheClosedSet_IsRefused(string label)
    {
        var json = $$"""{"label":{{label}},"negative":0.5,"neutral":0.25,"positive":0.25}""";

        Assert.Throws<JsonException>(() => Read<Sentiment>(json));
    }

    [Fact]
    public void Label_OutsideTheClosedSet_IsNamedWithThoseExpected()
    {
        var refusal = Assert.Throws<JsonException>(
            () => Read<Sentiment>("""{"label":"mixed","negative":0.5,"neutral":0.25,"positive":0.25}"""));

        Assert.Equal("SentimentLabel: expected one of negative, neutral, positive, got 'mixed'", refusal.Message);
        Assert.Equal("$.label", refusal.Path);
    }

    [Fact]
    public void Label_NoMemberHas_IsNotWritten()
    {
        var sentiment = new Sentiment((SentimentLabel)3, 0.5f, 0.25f, 0.25f);

        Assert.Throws<JsonException>(() => JsonSerializer.Serialize(sentiment, ContractsJson.Wire.Sentiment));
    }

    [Theory]
    [InlineData("malformed", RejectReason.Malformed)]
    [InlineData("refused", RejectReason.Refused)]
    [InlineData("unscorable", RejectReason.Unscorable)]
    public void Reason_OfTheClosedSet_IsReadAndWrittenInLowerCase(string written, RejectReason reason)
    {
        var json = Rejected($"\"{written}\"");

        var rejected = Read<RejectedPost>(json);

        Assert.Equal(reason, rejected.Reason);
        Assert.Equal(json, JsonSerializer.Serialize(rejected, ContractsJson.Wire.RejectedPost));
    }

    [Theory]
    [InlineData("\"dropped\"")]
    [InlineData("0")]
    [InlineData("\"0\"")]
    public void Reason_OutsideTheClosedSet_IsRefused(string reason) =>
        Assert.Throws<JsonException>(() => Read<RejectedPost>(Rejected(reason)));

    [Fact]
    public void Deserialize_SentimentWithoutAProbability_IsRefused() =>
        Assert.Throws<JsonException>(() => Read<Sentiment>("""{"label":"neutral","negative":0.5,"neutral":0.5}"""));

    [Fact]
    public void Deserialize_Score_IsWorkedOutAndNotBelieved()
    {
        var sentiment = Read<Sentiment>("""{"label":"negative","negative":0.75,"neutral":0.125,"positive":0.125,"score":1}""");

        Assert.Equal(-0.625f, sentiment.Score);
    }

    private static string Rejected(string reason) =>
        $$"""{"id":"1","raw":"ew==","reason":{{reason}},"detail":"d","rejectedAt":"2026-03-14T12:00:00Z"}""";

    private static T Read<T>(string json) => (T)JsonSerializer.Deserialize(json, typeof(T), ContractsJson.Wire)!;
}
