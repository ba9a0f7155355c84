using System.Text;
using Moodstream.Trends.Mood;

namespace Moodstream.Trends.Tests.Mood;

/// <summary>States of this version, of others, and damaged ones.</summary>
public sealed class TopicMoodFormatTests
{
    private const string Version1 =
        """
        {"version":1,"topic":"coffee","total":7,"seen":[{"source":"x","ids":"AQIDBAU="}],
        "rings":[{"seconds":60,"newest":29558160,"buckets":[0,1,0,1,2500,31250000,3,0,0,1,1e4,1E+08]},
        {"seconds":86400,"newest":20526,"buckets":[]}]}
        """;

    [Fact]
    public void Read_Version1_IsTaken()
    {
        var state = TopicMoodFormat.Read(Encoding.UTF8.GetBytes(Version1));

        Assert.Equal(("coffee", 7, 1), (state.Topic, state.Total, state.Seen.Count));
        var hour = state.Rings[2].Last(60);
        Assert.Equal((3, 12_500, 131_250_000), (hour.Posts, hour.Sum, hour.Squares));
    }

    [Fact]
    public void Read_Version1_IsWrittenAsTheNewest()
    {
        var read = TopicMoodFormat.Read(Encoding.UTF8.GetBytes(Version1));

        var written = Encoding.UTF8.GetString(TopicMoodFormat.Write(read).Span);

        Assert.StartsWith(
            """{"version":2,"topic":"coffee","total":7,"shifted":0,"tested":[0,0,0],"seen":[{"source":"x","ids":"AQIDBAU="}],""",
            written,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NewerVersion_IsRefusedByName()
    {
        var refused = Assert.Throws<NotSupportedException>(() => TopicMoodFormat.Read("""{"version":99}"""u8.ToArray()));

        Assert.Equal(
            $"a topic's state is of version 99; this program reads 1 to {TopicMoodFormat.NewestVersion}", refused.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"version":0}""")]
    [InlineData("""{"version":"1"}""")]
    [InlineData("""{"version":1,"topic":"t","total":1,"seen":[{"source":"x","ids":"AQID"}],"rings":[]}""")]
    [InlineData("""{"version":1,"topic":"t","total":1,"seen":[{"source":"x","ids":"??"}],"rings":[]}""")]
    [InlineData("""{"version":1,"topic":"t","total":1,"seen":[],"rings":[{"seconds":5,"newest":9,"buckets":[1,2]}]}""")]
    [InlineData("""{"version":1,"topic":"t","total":1,"seen":[],"rings":[{"seconds":5,"newest":-9,"buckets":[]}]}""")]
    [InlineData("""{"version":1,"topic":"t","total":1e99,"seen":[],"rings":[]}""")]
    [InlineData("""{"version":2,"topic":"t","total":1,"seen":[],"rings":[]}""")]
    [InlineData("""{"version":2,"topic":"t","total":1,"shifted":-1,"tested":[0,0,0],"seen":[],"rings":[]}""")]
    [InlineData("""{"version":2,"topic":"t","total":1,"shifted":0,"tested":[0],"seen":[],"rings":[]}""")]
    [InlineData("""{"version":1,"topic":null,"total":1,"seen":[],"rings":[]}""")]
    public void Read_Damaged_IsRefusedInWords(string json) =>
        Assert.Throws<InvalidDataException>(() => TopicMoodFormat.Read(Encoding.UTF8.GetBytes(json)));

    // Of a newer version the largest may be larger.
    [Theory]
    [InlineData(1, typeof(InvalidDataException))]
    [InlineData(99, typeof(NotSupportedException))]
    public void Read_LargerThanAnyState_IsRefusedByWhatItIs(int version, Type expected)
    {
        var large = Version1.Replace("\"version\":1", $"\"version\":{version}", StringComparison.Ordinal)
            + new string(' ', TopicMoodFormat.MaxBytes);

        Assert.Throws(expected, () => TopicMoodFormat.Read(Encoding.UTF8.GetBytes(large)));
    }

    [Theory]
    [InlineData("NVIDIA", "nvidia")]
    [InlineData("C#/?\\", "c#/?\\")]
    [InlineData("Größe 語", "größe 語")]
    public void TopicId_WhateverTheCase_IsOneThatAnActorCanHave(string topic, string folded)
    {
        var id = TopicId.Of(topic);

        Assert.Equal(TopicId.Of(folded), id);
        Assert.True(Moodstream.BuildingBlocks.Actors.ActorAddress.IsName(id));
    }

    [Fact]
    public void TopicId_LongestTopic_IsTakenAndOneByteMoreIsNot()
    {
        Assert.Equal(256, TopicId.Of(new string('a', TopicId.MaxBytes))!.Length);
        Assert.Null(TopicId.Of(new string('a', TopicId.MaxBytes + 1)));
        Assert.Null(TopicId.Of(new string('語', TopicId.MaxBytes / 2)));
        Assert.Null(TopicId.Of(" "));
    }
}
