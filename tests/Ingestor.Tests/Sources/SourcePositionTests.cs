using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor.Tests.Sources;

public sealed class SourcePositionTests
{
    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("17", 17, 0)]
    [InlineData("17.3", 17, 3)]
    [InlineData("9223372036854775807.2147483647", long.MaxValue, int.MaxValue)]
    public void TryParse_WhatToStringWrites_IsTheSame(string text, long offset, int index)
    {
        var read = SourcePosition.TryParse(text, out var position);

        Assert.True(read);
        Assert.Equal(new SourcePosition(offset, index), position);
        Assert.Equal(text, position.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.")]
    [InlineData(".1")]
    [InlineData("1.2.3")]
    [InlineData(" 1")]
    [InlineData("9223372036854775808")]
    public void TryParse_AnythingElse_IsRefused(string text)
    {
        Assert.False(SourcePosition.TryParse(text, out _));
    }

    [Fact]
    public void CompareTo_OrdersByOffsetThenIndex()
    {
        SourcePosition[] ordered = [new(1), new(1, 1), new(1, 2), new(2), new(10)];

        Assert.Equal(ordered, ordered.Reverse().Order());
        Assert.True(ordered[1].Next == ordered[2] && ordered[2].Next < ordered[3]);
    }
}
