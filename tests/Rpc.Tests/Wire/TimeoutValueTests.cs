using System.Text;
using Moodstream.Rpc.Wire;

namespace Moodstream.Rpc.Tests.Wire;

public sealed class TimeoutValueTests
{
    [Theory]
    [InlineData(long.MinValue, "1n")]
    [InlineData(-1, "1n")]
    [InlineData(0, "1n")]
    [InlineData(1, "100n")]
    [InlineData(999_999, "99999900n")]
    [InlineData(1_000_000, "100000u")]
    [InlineData(1_000_001, "100001u")]
    [InlineData(30 * TimeSpan.TicksPerSecond, "30000000u")]
    [InlineData(99_999_999 * 10L, "99999999u")]
    [InlineData((99_999_999 * 10L) + 1, "100000m")]
    [InlineData(99_999_999 * TimeSpan.TicksPerMillisecond, "99999999m")]
    [InlineData((99_999_999 * TimeSpan.TicksPerMillisecond) + 1, "100000S")]
    [InlineData((99_999_999 * TimeSpan.TicksPerSecond) + 1, "1666667M")]
    [InlineData((99_999_999 * TimeSpan.TicksPerMinute) + 1, "1666667H")]
    [InlineData(long.MaxValue, "99999999H")]
    public void Format_Ticks_GivesTheFinestUnitThatHoldsThem(long ticks, string expected)
    {
        Assert.Equal(expected, TimeoutValue.Format(TimeSpan.FromTicks(ticks)));
    }

    [Theory]
    [InlineData("1n", 1)]
    [InlineData("0n", 0)]
    [InlineData("100n", 1)]
    [InlineData("101n", 2)]
    [InlineData("7u", 70)]
    [InlineData("250m", 2_500_000)]
    [InlineData("00000010S", 100_000_000)]
    [InlineData("2M", 1_200_000_000)]
    [InlineData("1H", 36_000_000_000)]
    public void TryParse_WellFormed_GivesTheTime(string value, long ticks)
    {
        Assert.True(TimeoutValue.TryParse(value, out var timeout));
        Assert.Equal(ticks, timeout.Ticks);
    }

    [Theory]
    [InlineData("99999999H")]
    [InlineData("99999999M")]
    [InlineData("597H")]
    public void TryParse_LongerThanATimerHolds_IsCutToThat(string value)
    {
        Assert.True(TimeoutValue.TryParse(value, out var timeout));
        Assert.Equal(TimeoutValue.Longest, timeout);
    }

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("1h")]
    [InlineData("-1S")]
    [InlineData("+1S")]
    [InlineData(" 1S")]
    [InlineData("1 S")]
    [InlineData("1S ")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    [InlineData("1S,2S")]
    [InlineData("١S")]
    public void TryParse_Malformed_IsFalse(string value)
    {
        Assert.False(TimeoutValue.TryParse(value, out var timeout));
        Assert.Equal(TimeSpan.Zero, timeout);
    }

    [Fact]
    public void TryParse_RandomText_FollowsTheGrammar()
    {
        foreach (var seed in Fuzz.Seeds(5000))
        {
            var random = new Random(seed);
            var value = new StringBuilder();
            for (var length = random.Next(11); length > 0; length--)
            {
                value.Append("0123456789HMSmun -x٣"[random.Next(19)]);
            }

            var text = value.ToString();
            var grammatical = text.Length is >= 2 and <= 9
                && text[..^1].All(char.IsAsciiDigit) && "HMSmun".Contains(text[^1]);

            Assert.True(grammatical == TimeoutValue.TryParse(text, out var timeout), $"seed {seed}: '{text}'");
            Assert.InRange(timeout, TimeSpan.Zero, TimeoutValue.Longest);
        }
    }

    [Fact]
    public void Format_RandomTimes_AreReadBackNoShorter()
    {
        foreach (var seed in Fuzz.Seeds(2000))
        {
            var random = new Random(seed);
            var timeout = TimeSpan.FromTicks(random.NextInt64(1, TimeoutValue.Longest.Ticks >> random.Next(40)));

            Assert.True(TimeoutValue.TryParse(TimeoutValue.Format(timeout), out var read), $"seed {seed}");
            Assert.InRange(read, timeout, timeout * 1.00001);
        }
    }
}
