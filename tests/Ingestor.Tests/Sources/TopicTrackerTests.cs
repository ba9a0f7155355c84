using Moodstream.Ingestor.Sources;
using Moodstream.Ingestor.Tests.Support;

namespace Moodstream.Ingestor.Tests.Sources;

public sealed class TopicTrackerTests
{
    [Theory]
    [InlineData("fed", "The Fed raised rates")]
    [InlineData("fed", "FED!")]
    [InlineData("fed", "#fed")]
    [InlineData("nvda", "long $NVDA here")]
    [InlineData("#nvda", "so #NVDA it is")]
    [InlineData("$nvda", "so $NVDA it is")]
    [InlineData("interest rates", "on Interest \n Rates, again")]
    [InlineData("интерес", "Мой ИНТЕРЕС растёт")]
    [InlineData("コーヒー", "今日のコーヒーは最高")]
    [InlineData("咖啡", "我爱咖啡啊")]
    [InlineData("fed", "federal, but also the fed")]
    [InlineData("🔥", "hot 🔥")]
    public void Track_WholeWordInAnyCase_Matches(string term, string text)
    {
        var tracked = new TopicTracker([term]).Track(Some.Post("p", text));

        Assert.Equal([term], tracked?.Topics);
    }

    [Theory]
    [InlineData("fed", "federal")]
    [InlineData("fed", "confed")]
    [InlineData("fed", "fed_up")]
    [InlineData("#nvda", "nvda")]
    [InlineData("#nvda", "#nvdax")]
    [InlineData("interest rates", "interestrates")]
    [InlineData("interest rates", "interest in rates")]
    [InlineData("cafe", "cafe\u0301")]
    [InlineData("fed", "")]
    public void Track_NotAWordOfItsOwn_IsSkipped(string term, string text)
    {
        var tracked = new TopicTracker([term]).Track(Some.Post("p", text));

        Assert.Null(tracked);
    }

    [Fact]
    public void Track_SeveralTerms_NamesThoseThatMatchOnceAndAsGiven()
    {
        var tracker = new TopicTracker([" Coffee", "tea", "TEA", "rain"]);

        var tracked = tracker.Track(Some.Post("p", "tea, no: coffee, no: TEA"));

        Assert.Equal(["Coffee", "tea"], tracked?.Topics);
    }

    [Fact]
    public void Track_TopicOfTheSource_CountsAsAMatch()
    {
        var tracked = new TopicTracker(["Coffee"]).Track(Some.Post("p", "flat white!", ["coffee", "milk"]));

        Assert.Equal(["Coffee"], tracked?.Topics);
    }

    [Fact]
    public void Track_NothingTracked_KeepsThePostAsItIs()
    {
        var post = Some.Post("p", "anything", ["weather"]);

        Assert.Same(post, new TopicTracker([]).Track(post));
    }
}
